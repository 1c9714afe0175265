/*
 * What a rank finds out about itself: its program's name and file, its arguments, its host.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: arguments one 'two words' three
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static char program[PATH_MAX];

static size_t read_whole(const char *path, char *buffer, size_t size)
{
    int fd = open(path, O_RDONLY);
    size_t done = 0;
    ssize_t count;
    CHECK(fd >= 0);
    while ((count = read(fd, buffer + done, size - 1 - done)) > 0)
        done += (size_t)count;
    close(fd);
    buffer[done] = '\0';
    return done;
}

static void executable(const char *name)
{
    char buffer[PATH_MAX];
    struct stat own, status;
    ssize_t length = readlink(name, buffer, sizeof buffer - 1);
    CHECK(length > 0 && (buffer[length] = '\0', strcmp(buffer, program) == 0));
    CHECK(readlink(name, buffer, 5) == 5 && memcmp(buffer, program, 5) == 0);
    length = readlinkat(AT_FDCWD, name, buffer, sizeof buffer - 1);
    CHECK(length > 0 && (buffer[length] = '\0', strcmp(buffer, program) == 0));
    length = syscall(SYS_readlink, name, buffer, sizeof buffer - 1);
    CHECK(length > 0 && (buffer[length] = '\0', strcmp(buffer, program) == 0));
    CHECK(realpath(name, buffer) != NULL && strcmp(buffer, program) == 0);
    char *canonical = canonicalize_file_name(name);
    CHECK(canonical != NULL && strcmp(canonical, program) == 0);
    free(canonical);
    CHECK(stat(program, &own) == 0 && stat(name, &status) == 0 && status.st_ino == own.st_ino && status.st_size == own.st_size);
    CHECK(fstatat(AT_FDCWD, name, &status, 0) == 0 && status.st_ino == own.st_ino);
    CHECK(lstat(name, &status) == 0 && S_ISLNK(status.st_mode));
    CHECK_EQUAL(access(name, R_OK | X_OK), 0);
    int fd = open(name, O_RDONLY);
    CHECK(fd >= 0 && fstat(fd, &status) == 0 && status.st_ino == own.st_ino);
    close(fd);
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL && fread(buffer, 1, 4, file) == 4 && memcmp(buffer, ELFMAG, 4) == 0);
    fclose(file);
}

static void files(int argc, char **argv)
{
    char name[64], buffer[8192];
    executable("/proc/self/exe");
    executable("/proc/thread-self/exe");
    snprintf(name, sizeof name, "/proc/%d/exe", (int)getpid());
    executable(name);
    size_t length = read_whole("/proc/self/cmdline", buffer, sizeof buffer);
    char *at = buffer;
    for (int i = 0; i < argc; i++) {
        CHECK(strcmp(at, argv[i]) == 0);
        at += strlen(at) + 1;
    }
    CHECK_EQUAL(at - buffer, length);
    length = read_whole("/proc/self/environ", buffer, sizeof buffer);
    CHECK(length > 0 && strchr(buffer, '=') != NULL);
    read_whole("/proc/self/comm", buffer, sizeof buffer);
    CHECK(strcmp(buffer, "program\n") == 0);
    CHECK(access("/proc/self/maps", R_OK) == 0 && readlink("/proc/self/root", buffer, sizeof buffer) > 0);
    errno = 0;
    CHECK(open("/proc/self/comm", O_RDWR | O_APPEND) == -1 || errno == 0);
}

static void thread_names(void)
{
    char name[16], expected[16];
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "program") == 0);
    snprintf(expected, sizeof expected, "rank-%d", check_rank);
    CHECK_EQUAL(prctl(PR_SET_NAME, expected), 0);
    interleave();
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, expected) == 0);
    CHECK(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && strcmp(name, expected) == 0);
}

/* The program starts itself, as a child that sees its arguments. */
static void children(void)
{
    char number[16];
    snprintf(number, sizeof number, "%d", check_rank % 100);
    char *arguments[] = {program, (char *)"child", number, NULL};
    pid_t child;
    int status = -1;
    CHECK_EQUAL(posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ), 0);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQUAL(WEXITSTATUS(status), check_rank % 100);
    child = fork();
    if (child == 0) {
        char own[PATH_MAX];
        ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
        if (length < 0 || (own[length] = '\0', strcmp(own, program) != 0))
            _exit(126);
        execv("/proc/self/exe", arguments);
        _exit(127);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQUAL(WEXITSTATUS(status), check_rank % 100);
}

static void auxiliary(void)
{
    CHECK_EQUAL(getauxval(AT_PAGESZ), sysconf(_SC_PAGESIZE));
    CHECK(strcmp((const char *)getauxval(AT_PLATFORM), "x86_64") == 0);
    CHECK(getauxval(AT_RANDOM) != 0 && getauxval(AT_UID) == getuid() && getauxval(AT_SECURE) == 0);
    extern const char __ehdr_start[];
    const ElfW(Phdr) *headers = (const ElfW(Phdr) *)getauxval(AT_PHDR);
    CHECK((const char *)headers == __ehdr_start + ((const ElfW(Ehdr) *)__ehdr_start)->e_phoff);
    CHECK_EQUAL(getauxval(AT_PHNUM), ((const ElfW(Ehdr) *)__ehdr_start)->e_phnum);
    extern char _start[];
    CHECK_EQUAL(getauxval(AT_ENTRY), (uintptr_t)_start);
    char resolved[PATH_MAX];
    const char *file = (const char *)getauxval(AT_EXECFN);
    CHECK(file != NULL && realpath(file, resolved) != NULL && strcmp(resolved, program) == 0);
    errno = 0;
    CHECK(getauxval(4711) == 0 && errno == ENOENT);
}

static void host(void)
{
    char name[MPI_MAX_PROCESSOR_NAME], own[HOST_NAME_MAX + 1];
    int length;
    struct utsname system;
    MPI_Get_processor_name(name, &length);
    CHECK(length == (int)strlen(name));
    CHECK(gethostname(own, sizeof own) == 0 && strcmp(own, name) == 0);
    CHECK(uname(&system) == 0 && strcmp(system.nodename, own) == 0);
    printf("rank %d on %s, %s\n", check_rank, name, program_invocation_short_name);
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "child") == 0)
        return atoi(argv[2]);
    /* MPI libraries of other processes may change argv; it is the start that counts. */
    CHECK(realpath(argv[0], program) != NULL);
    CHECK_EQUAL(argc, 4);
    start(&argc, &argv);
    CHECK(program_invocation_name == argv[0] && strcmp(program_invocation_short_name, "program") == 0);
    files(argc, argv);
    auxiliary();
    host();
    /* Alone, a program made by Flotilla's compilers is a job of its own: that takes a while. */
    if (check_rank < 2)
        children();
    static char other[32];
    snprintf(other, sizeof other, "/somewhere/else-%d", check_rank);
    program_invocation_name = other;
    program_invocation_short_name = other + 11;
    thread_names();
    interleave();
    CHECK(program_invocation_name == other && strcmp(program_invocation_name, other) == 0);
    executable("/proc/self/exe");
    return finish("identity");
}
