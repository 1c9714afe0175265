// Named locales of libstdc++, one to each rank. Run by LocaleTest, as languages.c.
#include "../support/interleave.h"
#include <iomanip>
#include <iostream>
#include <locale>
#include <sstream>

static void show(const char *when) {
    std::ostringstream text;
    text.imbue(std::cout.getloc());
    text << "rank " << check_rank << ' ' << when << ' ' << std::locale().name() << ' ' << text.getloc().name() << ' ' << 1234567.5 << ' '
         << std::put_money(123456);
    interleave();
    std::tm day = {};
    day.tm_year = 126;
    day.tm_mon = 2;
    day.tm_mday = 3;
    day.tm_wday = 2;
    text << ' ' << std::put_time(&day, "%A %B");
    interleave();
    double value = 0;
    std::istringstream source("1.234,5");
    source.imbue(std::cout.getloc());
    source >> value;
    const char a[] = "a", b[] = "B";
    text.imbue(std::locale::classic());
    text << ' ' << value << ' ' << std::use_facet<std::collate<char>>(std::cout.getloc()).compare(a, a + 1, b, b + 1);
    std::cout << text.str() << std::endl;
}

int main(int argc, char **argv) {
    start(&argc, &argv);
    interleave();
    show("first");
    static const char *const names[] = {"de_DE.UTF-8", "C", "fr_FR.UTF-8", ""};
    std::locale::global(std::locale(names[check_rank % 4]));
    show("global");
    interleave();
    std::cout.imbue(std::locale(names[(check_rank + 1) % 4]));
    show("imbued");
    interleave();
    show("again");
    return finish("languages");
}
