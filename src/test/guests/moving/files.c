/*
 * Leaves its process whenever it yields, with files open: offsets, appending, shared offsets, buffered streams, folders,
 * redirected output, a working directory, mapped files. With an argument it opens what cannot go elsewhere, and yields.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <regex.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            fprintf(stderr, "files.c:%d: %s (%s)\n", __LINE__, #condition, strerror(errno)); \
        } \
    } while (0)

static void open_immovable(const char *what)
{
    int ends[2];
    regex_t expression;
    if (strcmp(what, "pipe") == 0) CHECK(pipe(ends) == 0);
    if (strcmp(what, "socket") == 0) CHECK(socket(AF_INET, SOCK_STREAM, 0) >= 0);
    if (strcmp(what, "epoll") == 0) CHECK(epoll_create1(0) >= 0);
    if (strcmp(what, "eventfd") == 0) CHECK(eventfd(0, 0) >= 0);
    if (strcmp(what, "memfd") == 0) CHECK(memfd_create("memory", 0) >= 0);
    if (strcmp(what, "device") == 0) CHECK(open("/dev/ptmx", O_RDWR) >= 0);
    if (strcmp(what, "deleted") == 0) CHECK(open("gone", O_CREAT | O_RDWR, 0600) >= 0 && unlink("gone") == 0);
    if (strcmp(what, "replaced") == 0) {
        CHECK(open("old", O_CREAT | O_RDWR, 0600) >= 0 && close(open("new", O_CREAT | O_RDWR, 0600)) == 0);
        CHECK(rename("new", "old") == 0);
    }
    if (strcmp(what, "locked") == 0) CHECK(flock(open("locked", O_CREAT | O_RDWR, 0600), LOCK_EX) == 0);
    if (strcmp(what, "record") == 0) CHECK(lockf(open("record", O_CREAT | O_RDWR, 0600), F_TLOCK, 10) == 0);
    if (strcmp(what, "expression") == 0) CHECK(regcomp(&expression, "a.*b", 0) == 0);
    if (strcmp(what, "conversion") == 0) CHECK(iconv_open("UTF-8", "ISO-8859-1") != (iconv_t)-1);
    if (strcmp(what, "shared") == 0) CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    sched_yield();
}

int main(int argc, char **argv)
{
    char text[100], *folder = argv[1];
    CHECK(chdir(folder) == 0);
    if (argc > 2) {
        open_immovable(argv[2]);
        return 1;
    }
    int data = open("data", O_CREAT | O_TRUNC | O_RDWR, 0600);
    for (int i = 0; i < 1000; i++) CHECK(dprintf(data, "line %4d\n", i) == 10);
    lseek(data, 0, SEEK_SET);
    int twin = dup(data), other = open("data", O_RDONLY), log = open("log", O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
    int null = open("/dev/null", O_RDWR), high = fcntl(other, F_DUPFD, 500), output = dup(1);
    int private_file = open("data", O_RDONLY);
    char *mapped = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_PRIVATE, private_file, 0);
    char *shared = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, data, 0);
    close(private_file);
    memcpy(mapped + 5000, "own", 3);
    FILE *stream = fopen("stream", "w+");
    DIR *listing = opendir(".");
    int seen = 0, moves = 0;
    mkdir("below", 0700);
    CHECK(dup2(log, 1) == 1 && chdir("below") == 0);
    umask(027);
    struct dirent *entry;
    for (int i = 0; i < 20; i++) {
        char expected[100];
        sprintf(expected, "line %4d\n", i);
        CHECK(read(i % 2 ? twin : data, text, 10) == 10 && memcmp(text, expected, 10) == 0);
        if (i < 10) CHECK(read(other, text, 10) == 10 && memcmp(text, expected, 10) == 0);
        fprintf(stream, "%d,", i);
        if (listing != NULL && (entry = readdir(listing)) != NULL) seen++;
        moves++;
        sched_yield();
        CHECK(write(1, "x", 1) == 1 && write(log, "y", 1) == 1 && write(null, "z", 1) == 1);
        CHECK(memcmp(mapped + 5000, "own", 3) == 0 && memcmp(mapped, "line    0", 9) == 0);
        sprintf(shared + 9000, "%d", i);
        CHECK(pread(data, text, 2, 9000) == 2 && atoi(text) == i);
        sched_yield();
        CHECK(dprintf(output, "round %d\n", i) > 0);
        int fresh = open("new", O_CREAT | O_RDWR, 0666), again = open("new", O_RDONLY);
        CHECK(fresh >= 0 && fresh != data && fresh != twin && fresh != other && fresh != log && fresh != null && fresh != output);
        CHECK(again >= 0 && again != fresh);
        CHECK(write(fresh, "abc", 3) == 3 && read(again, text, 3) == 3 && memcmp(text, "abc", 3) == 0);
        struct stat status;
        CHECK(fstat(fresh, &status) == 0 && (status.st_mode & 0777) == 0640);
        sched_yield();
        CHECK(close(fresh) == 0 && close(again) == 0 && unlink("new") == 0);
    }
    CHECK(read(high, text, 10) == 10 && memcmp(text, "line   10", 9) == 0);
    while ((entry = readdir(listing)) != NULL) {
        seen++;
        sched_yield();
    }
    CHECK(seen >= 5 && closedir(listing) == 0);
    fflush(stream);
    rewind(stream);
    CHECK(fgets(text, sizeof text, stream) != NULL && strncmp(text, "0,1,2,3,4,5,", 12) == 0 && strlen(text) == 50);
    char whole[100] = "";
    int check = open("../log", O_RDONLY);
    CHECK(read(check, whole, sizeof whole) == 40 && strspn(whole, "xy") == 40);
    CHECK(getcwd(text, sizeof text) != NULL && strcmp(strrchr(text, '/'), "/below") == 0);
    close(1);
    CHECK(dprintf(output, "%d failures\n", failures) > 0);
    return failures != 0;
}
