/*
 * Leaves its process whenever it yields, amid whatever it does: streams, locales, exceptions being handled, thread-local and static
 * objects, heap. Checks everything after each step. Makes no MPI calls.
 */
#include <cctype>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwctype>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <langinfo.h>
#include <locale>
#include <map>
#include <regex>
#include <sched.h>
#include <setjmp.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <vector>

static int failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            std::printf("%s:%d: %s\n", "wander.cxx", __LINE__, #condition); \
        } \
    } while (0)

static int moves;

static void move()
{
    moves++;
    sched_yield();
}

struct Counted {
    static int alive;
    int value;
    explicit Counted(int v) : value(v) { alive++; }
    ~Counted() { alive--; }
};
int Counted::alive;

static thread_local Counted own(42);
static const auto upper = &std::toupper<char>;

static int deep(int depth)
{
    Counted here(depth);
    if (depth == 0) {
        move();
        throw std::runtime_error("deepest");
    }
    int below = deep(depth - 1);
    return below + here.value;
}

static void exceptions(int round)
{
    try {
        deep(20);
    } catch (const std::exception &e) {
        move(); /* while it is being handled */
        CHECK(std::string(e.what()) == "deepest");
        try {
            move();
            throw;
        } catch (const std::runtime_error &again) {
            move();
            CHECK(std::string(again.what()) == "deepest");
        }
    }
    CHECK(own.value == 42 && Counted::alive == 1);
    std::exception_ptr kept;
    try {
        (void)std::string("short").at(100 + round);
    } catch (...) {
        kept = std::current_exception();
    }
    move();
    try {
        std::rethrow_exception(kept);
    } catch (const std::out_of_range &) {
        move();
    }
}

static void streams(int round)
{
    std::ostringstream out;
    out << std::setprecision(5) << std::fixed << 3.14159 * round << ' ' << std::hex << 255 << std::boolalpha << true;
    move();
    out << " and " << std::setw(8) << 17;
    double number;
    std::string text;
    std::istringstream in(out.str());
    in >> number;
    move();
    in >> text;
    CHECK(text == "ff" || text == "fftrue");
    std::wostringstream wide;
    wide << L"wide " << round;
    move();
    wide << L" more";
    CHECK(wide.str().substr(0, 5) == L"wide ");
    std::string letters = "Abc dEf";
    for (auto &c : letters) c = std::toupper(c, std::locale());
    CHECK(letters == "ABC DEF");
    CHECK(std::use_facet<std::ctype<wchar_t>>(std::locale()).is(std::ctype_base::upper, L'Q'));
    CHECK(std::isspace(' ', std::locale::classic()));
    CHECK(std::regex_match("abc123", std::regex("[[:alpha:]]+[[:digit:]]+")));
}

static void characters()
{
    const unsigned short *table = *__ctype_b_loc();
    wctype_t digits = wctype("digit");
    wctrans_t lower = wctrans("tolower");
    const char *code = nl_langinfo(CODESET), *day = nl_langinfo(DAY_2);
    struct lconv *conventions = localeconv();
    locale_t made = newlocale(LC_ALL_MASK, "C.UTF-8", nullptr), copy = duplocale(made);
    move();
    CHECK((table['x'] & _ISalpha) != 0 && (table[' '] & _ISalpha) == 0);
    CHECK(iswctype(L'7', digits) && !iswctype(L'x', digits));
    CHECK(towctrans(L'Q', lower) == L'q');
    CHECK(std::strcmp(day, "Monday") == 0);
    CHECK(std::strlen(code) > 3);
    CHECK(std::strcmp(conventions->decimal_point, ".") == 0);
    if (made != nullptr) {
        CHECK(isalpha_l('x', made) && strtod_l("1.5", nullptr, copy) == 1.5);
        locale_t old = uselocale(copy);
        wchar_t wide[8];
        move();
        CHECK(std::mbstowcs(wide, "\u00e4\u20ac", 8) == 2 && wide[1] == 0x20ac);
        CHECK(iswalpha_l(wide[0], made) != 0);
        uselocale(old);
        freelocale(made);
        move();
        freelocale(copy);
    }
}

static void memory(int round)
{
    static std::vector<std::vector<unsigned>> kept(40);
    static unsigned char *mapped, *sealed;
    std::size_t pages = 50;
    if (mapped == nullptr) {
        mapped = (unsigned char *)mmap(nullptr, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        sealed = (unsigned char *)mmap(nullptr, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        std::memset(mapped, 0, pages * 4096); /* touched, and zero */
        std::memset(sealed, 7, 3 * 4096);
        mprotect(sealed + 4096, 4096, PROT_NONE);
        mprotect(sealed + 2 * 4096, 4096, PROT_READ);
    }
    auto &mine = kept[round % kept.size()];
    mine.assign(1000 * (round % 7 + 1), round * 2654435761u);
    mapped[(round * 37 % pages) * 4096 + 5] = (unsigned char)(round + 1);
    move();
    for (auto word : mine) CHECK(word == round * 2654435761u);
    CHECK(mapped[(round * 37 % pages) * 4096 + 5] == (unsigned char)(round + 1));
    CHECK(mapped[(round * 37 % pages) * 4096 + 6] == 0);
    CHECK(sealed[100] == 7 && sealed[2 * 4096] == 7);
    if (round % 10 == 9) {
        mprotect(sealed + 4096, 4096, PROT_READ | PROT_WRITE);
        CHECK(sealed[4096] == 7 && sealed[4096 + 4095] == 7);
        mprotect(sealed + 4096, 4096, PROT_NONE);
        munmap(mapped, pages * 4096);
        mapped = nullptr;
    }
}

static jmp_buf place;

static void jumps()
{
    volatile int before = 17;
    int value = setjmp(place);
    if (value < 3) {
        move();
        longjmp(place, value + 1);
    }
    CHECK(value == 3 && before == 17);
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
    std::map<std::string, int> names;
    std::setlocale(LC_ALL, argc > 2 ? argv[2] : "C");
    for (int round = 0; round < rounds; round++) {
        names["round " + std::to_string(round)] = round;
        exceptions(round);
        streams(round);
        characters();
        memory(round);
        jumps();
        std::cout << "round " << round << std::endl;
        CHECK((int)names.size() == round + 1 && own.value == 42);
        own.value = 42;
        CHECK(upper('x', std::locale()) == 'X');
    }
    std::cout << failures << " failures" << std::endl;
    return failures != 0;
}
