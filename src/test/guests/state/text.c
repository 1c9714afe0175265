/*
 * Functions of libc that remember a position or answer a buffer of their own: strtok, strerror and strsignal, errno,
 * ecvt, l64a, multibyte states, tmpnam, ttyname, lgamma's sign, dlerror, readdir.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <pty.h>
#include <signal.h>
#include <unistd.h>
#include <wchar.h>

static void tokens(void)
{
    char text[64], expected[8];
    snprintf(text, sizeof text, "a%d,b%d;c%d,,d%d", check_rank, check_rank, check_rank, check_rank);
    char *word = strtok(text, ",;");
    for (int i = 0; i < 4; i++) {
        snprintf(expected, sizeof expected, "%c%d", 'a' + i, check_rank);
        CHECK(word != NULL && strcmp(word, expected) == 0);
        interleave();
        word = strtok(NULL, ",;");
    }
    CHECK(word == NULL);
}

static void errors(void)
{
    int number = check_rank % 2 ? ENOENT : EACCES;
    char own[64];
    char *text = strerror(number);
    char *unknown = strerror(10000 + check_rank);
    snprintf(own, sizeof own, "Unknown error %d", 10000 + check_rank);
    interleave();
    CHECK(strcmp(text, check_rank % 2 ? "No such file or directory" : "Permission denied") == 0);
    CHECK(strcmp(unknown, own) == 0);
    text = strsignal(200 + check_rank);
    snprintf(own, sizeof own, "Unknown signal %d", 200 + check_rank);
    interleave();
    CHECK(strcmp(text, own) == 0);
    CHECK(strcmp(strsignal(SIGSEGV), "Segmentation fault") == 0);
    /* errno, and its address, which a compiler may keep. */
    int *address = &errno;
    *address = 1000 + check_rank;
    interleave();
    CHECK(address == &errno);
    CHECK_EQUAL(errno, 1000 + check_rank);
    CHECK(close(-1) == -1 && *address == EBADF);
}

static void numbers(void)
{
    int point, sign;
    char expected[32];
    char *digits = ecvt(1000 + check_rank, 4, &point, &sign);
    snprintf(expected, sizeof expected, "%d", 1000 + check_rank);
    interleave();
    CHECK(strcmp(digits, expected) == 0 && point == 4);
    digits = fcvt(check_rank + 0.5, 1, &point, &sign);
    snprintf(expected, sizeof expected, "%d5", check_rank);
    interleave();
    CHECK(strcmp(digits, check_rank == 0 ? "5" : expected) == 0);
    digits = l64a(987654321L + check_rank);
    interleave();
    CHECK_EQUAL(a64l(digits), 987654321L + check_rank);
    struct in_addr address = {htonl(0x0a000000u + (unsigned)check_rank)};
    digits = inet_ntoa(address);
    snprintf(expected, sizeof expected, "10.0.0.%d", check_rank);
    interleave();
    CHECK(strcmp(digits, expected) == 0);
    volatile double argument = check_rank % 2 ? -0.5 : 0.5;
    volatile double value = lgamma(argument);
    (void)value;
    interleave();
    CHECK_EQUAL(signgam, check_rank % 2 ? -1 : 1);
}

/* Half of a character now, the rest after others had their turn. */
static void multibyte(void)
{
    wchar_t wide = 0;
    CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
    const char *character = check_rank % 2 ? "\xc3\xa9" : "\xe2\x82\xac"; /* e acute, euro */
    size_t length = strlen(character);
    for (size_t i = 0; i + 1 < length; i++) {
        CHECK_EQUAL(mbrtowc(&wide, character + i, 1, NULL), (size_t)-2);
        interleave();
    }
    if (check_rank % 2)
        interleave();
    CHECK_EQUAL(mbrtowc(&wide, character + length - 1, 1, NULL), 1);
    CHECK_EQUAL(wide, check_rank % 2 ? 0xe9 : 0x20ac);
    CHECK_EQUAL(mbrlen(character, 1, NULL), (size_t)-2);
    interleave();
    CHECK_EQUAL(mbrlen(character + 1, length - 1, NULL), length - 1);
    CHECK(mblen(NULL, 0) == 0 && mblen(character, length) == (int)length && mbtowc(&wide, character, length) == (int)length);
    setlocale(LC_CTYPE, "C");
}

static void names(void)
{
    char *name = tmpnam(NULL), copy[L_tmpnam];
    strcpy(copy, name);
    interleave();
    CHECK(strcmp(name, copy) == 0);
    CHECK(strcmp(ctermid(NULL), "/dev/tty") == 0);
    int leader, follower;
    if (openpty(&leader, &follower, NULL, NULL, NULL) == 0) {
        char expected[64];
        ttyname_r(follower, expected, sizeof expected);
        char *tty = ttyname(follower), *pts = ptsname(leader);
        interleave();
        CHECK(strcmp(tty, expected) == 0 && strcmp(pts, expected) == 0);
        close(leader);
        close(follower);
    }
    char library[64];
    snprintf(library, sizeof library, "/no/such/library-%d.so", check_rank);
    CHECK(dlopen(library, RTLD_NOW) == NULL);
    interleave();
    char *reason = dlerror();
    CHECK(reason != NULL && strstr(reason, library) != NULL);
    interleave();
    CHECK(dlerror() == NULL);
}

static void directory(void)
{
    char path[] = "/tmp/flotilla-text-XXXXXX", file[64];
    CHECK(mkdtemp(path) != NULL);
    for (int i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%d-%d", path, check_rank, i);
        close(open(file, O_CREAT | O_WRONLY, 0600));
    }
    DIR *list = opendir(path);
    int seen = 0;
    for (struct dirent *entry; list != NULL && (entry = readdir(list)) != NULL;) {
        interleave();
        if (entry->d_name[0] == '.')
            continue;
        CHECK_EQUAL(atoi(entry->d_name), check_rank);
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        CHECK_EQUAL(unlink(file), 0);
        seen++;
    }
    closedir(list);
    CHECK_EQUAL(seen, 3);
    CHECK_EQUAL(rmdir(path), 0);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    tokens();
    errors();
    numbers();
    multibyte();
    names();
    directory();
    return finish("text");
}
