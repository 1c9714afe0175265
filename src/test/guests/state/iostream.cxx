// Streams and locales of C++: each rank's global locale, what its streams are imbued with, their formats and buffers.
//
// test: ranks 1 4
// test: flotilla-ranks 64
// test: stealing
#include "../support/interleave.h"
#include <fstream>
#include <iomanip>
#include <iostream>
#include <locale>
#include <random>
#include <sstream>
#include <unistd.h>

namespace {

// A way of writing numbers that no other rank has.
struct Grouped : std::numpunct<char> {
    char do_decimal_point() const override { return static_cast<char>('a' + check_rank % 26); }
    char do_thousands_sep() const override { return '_'; }
    std::string do_grouping() const override { return check_rank % 2 ? "\2" : "\3"; }
};


std::string expected() {
    std::string digits = check_rank % 2 ? "1_23_45_67" : "1_234_567";
    return digits + static_cast<char>('a' + check_rank % 26) + "5";
}

void imbued() {
    std::locale own(std::locale::classic(), new Grouped);
    std::locale::global(own);
    interleave();
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << 1234567.5;
    CHECK(text.str() == expected());
    std::ostringstream classic;
    classic.imbue(std::locale::classic());
    classic << std::fixed << std::setprecision(1) << 1234567.5;
    CHECK(classic.str() == "1234567.5");
    interleave();
    CHECK(std::locale() == own);
    double value = 0;
    std::istringstream source(expected());
    source >> value;
    CHECK(value == 1234567.5);
    std::locale utf8("C.UTF-8");
    CHECK(utf8.name() == "C.UTF-8" && std::locale::classic().name() == "C");
    // The C library's own locale is another matter.
    char line[32];
    std::snprintf(line, sizeof line, "%.1f", 1.5);
    CHECK(std::string(line) == "1.5");
    std::locale::global(check_rank % 2 ? utf8 : std::locale::classic());
    interleave();
    CHECK(std::string(setlocale(LC_CTYPE, nullptr)) == (check_rank % 2 ? "C.UTF-8" : "C"));
    CHECK(MB_CUR_MAX == (check_rank % 2 ? 6u : 1u));
    std::wostringstream wide;
    wide << L'\u00e9' << std::hex << 255;
    interleave();
    CHECK(wide.str() == L"\u00e9ff");
    std::locale::global(std::locale::classic());
}

void formats() {
    std::cout << std::setfill('*') << std::setw(check_rank % 5 + 3) << std::hex << std::showbase;
    interleave();
    std::cout << check_rank % 4 + 16 << std::dec << std::noshowbase << " rank " << check_rank << '\n';
    std::cout.precision(check_rank % 4 + 2);
    interleave();
    std::cout << 3.14159265 << " rank " << check_rank << std::endl;
    std::clog.setstate(check_rank % 2 ? std::ios::failbit : std::ios::goodbit);
    interleave();
    CHECK(std::clog.fail() == (check_rank % 2 == 1));
    std::clog.clear();
}

void files() {
    char path[] = "/tmp/flotilla-iostream-XXXXXX";
    close(mkstemp(path));
    std::ofstream out(path);
    out << "rank " << check_rank << '\n';
    interleave();
    out << "more" << std::flush;
    std::ifstream in(path);
    std::string word;
    int rank = -1;
    in >> word >> rank;
    interleave();
    CHECK(word == "rank" && rank == check_rank);
    in >> word;
    CHECK(word == "more" && in.get() == EOF && in.eof());
    std::remove(path);
}

// What is made on first use is made in each rank.
int &counter() {
    static int count = check_rank * 100;
    return count;
}

struct Ending {
    ~Ending() { std::cout << "rank " << check_rank << " ends with " << counter() << std::endl; }
} ending;

} // namespace

int main(int argc, char **argv) {
    start(&argc, &argv);
    counter();
    imbued();
    formats();
    files();
    counter() += 1;
    interleave();
    CHECK(counter() == check_rank * 100 + 1);
    std::mt19937 generator(5489u + static_cast<unsigned>(check_rank));
    unsigned first = generator();
    interleave();
    std::mt19937 same(5489u + static_cast<unsigned>(check_rank));
    CHECK(first == same() && generator() == same());
    return finish("iostream");
}
