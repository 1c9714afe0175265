/*
 * libc from every side: qsort and bsearch with callbacks that communicate, setjmp, variadic functions, getopt, time,
 * files, directories, memory functions, wide characters, locale, string conversion.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 12
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

static int compares;

static int compare(const void *a, const void *b)
{
    if (++compares % 50 == 0) {
        int flag;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &flag, MPI_STATUS_IGNORE);
    }
    return *(const int *)a - *(const int *)b;
}

static void test_sorting(void)
{
    int numbers[500], key = 250 * 7 % 500;
    for (int i = 0; i < 500; i++)
        numbers[i] = (i * 7 + check_rank) % 500;
    qsort(numbers, 500, sizeof(int), compare);
    for (int i = 0; i < 500; i++)
        CHECK_EQUAL(numbers[i], i);
    int *found = bsearch(&key, numbers, 500, sizeof(int), compare);
    CHECK(found == numbers + key);
}

static jmp_buf place;

__attribute__((noinline)) static void jump(int depth)
{
    if (check_failures < 0)
        return;
    if (depth == 0) {
        MPI_Barrier(MPI_COMM_WORLD);
        longjmp(place, check_rank + 1);
    }
    jump(depth - 1);
}

static void test_jumps(void)
{
    volatile int local = check_rank;
    int value = setjmp(place);
    if (value == 0)
        jump(10);
    CHECK_EQUAL(value, check_rank + 1);
    CHECK_EQUAL(local, check_rank);
}

static void test_memory(void)
{
    void *blocks[200];
    for (int i = 0; i < 200; i++) {
        blocks[i] = malloc((size_t)i * i * 3 + 1);
        memset(blocks[i], i + check_rank, (size_t)i * i * 3 + 1);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    for (int i = 0; i < 200; i++)
        CHECK_EQUAL(((unsigned char *)blocks[i])[(size_t)i * i * 3], (unsigned char)(i + check_rank));
    for (int i = 0; i < 200; i += 2)
        free(blocks[i]);
    for (int i = 1; i < 200; i += 2) {
        blocks[i] = realloc(blocks[i], 100000);
        CHECK_EQUAL(((unsigned char *)blocks[i])[0], (unsigned char)(i + check_rank));
        free(blocks[i]);
    }
    void *aligned = NULL;
    CHECK_EQUAL(posix_memalign(&aligned, 4096, 100), 0);
    CHECK_EQUAL((uintptr_t)aligned % 4096, 0);
    free(aligned);
    aligned = aligned_alloc(256, 512);
    CHECK(aligned != NULL && (uintptr_t)aligned % 256 == 0 && malloc_usable_size(aligned) >= 512);
    free(aligned);
    int *zeros = calloc(100000, sizeof *zeros);
    for (int i = 0; i < 100000; i += 1000)
        CHECK_EQUAL(zeros[i], 0);
    free(zeros);
    free(strdup("copy"));
    char *text;
    CHECK_EQUAL(asprintf(&text, "%d-%s-%.2f", check_rank, "x", 1.5), (int)strlen(text));
    free(text);
    size_t big = (size_t)64 << 20;
    char *mapped = mmap(NULL, big, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mapped != MAP_FAILED);
    mapped[big - 1] = 1;
    mapped = mremap(mapped, big, 2 * big, MREMAP_MAYMOVE);
    CHECK(mapped != MAP_FAILED && mapped[big - 1] == 1);
    CHECK_EQUAL(munmap(mapped, 2 * big), 0);
}

static void test_files(void)
{
    char name[64], line[64];
    snprintf(name, sizeof name, "libc-%d.tmp", check_rank);
    FILE *file = fopen(name, "w+");
    CHECK(file != NULL);
    for (int i = 0; i < 1000; i++)
        fprintf(file, "%d %d\n", check_rank, i);
    MPI_Barrier(MPI_COMM_WORLD);
    fseek(file, 0, SEEK_SET);
    for (int i = 0; i < 1000; i++) {
        int rank, number;
        CHECK(fgets(line, sizeof line, file) != NULL);
        CHECK_EQUAL(sscanf(line, "%d %d", &rank, &number), 2);
        CHECK(rank == check_rank && number == i);
    }
    CHECK(fgets(line, sizeof line, file) == NULL && feof(file));
    fclose(file);
    struct stat status;
    CHECK(stat(name, &status) == 0 && status.st_size > 3000);
    int fd = open(name, O_RDONLY);
    CHECK(fd >= 0 && read(fd, line, 2) == 2 && close(fd) == 0);
    DIR *folder = opendir(".");
    int found = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        found += strcmp(entry->d_name, name) == 0;
    closedir(folder);
    CHECK_EQUAL(found, 1);
    CHECK_EQUAL(unlink(name), 0);
    errno = 0;
    CHECK(fopen(name, "r") == NULL);
    CHECK_EQUAL(errno, ENOENT);
}

static void test_text(void)
{
    char *end;
    CHECK_EQUAL(strtol("  -123abc", &end, 10), -123);
    CHECK(strcmp(end, "abc") == 0);
    errno = 0;
    (void)strtol("999999999999999999999999", NULL, 10);
    CHECK_EQUAL(errno, ERANGE);
    CHECK(strtod("2.5e3", NULL) == 2500);
    CHECK(isdigit('7') && toupper('a') == 'A' && isspace(' '));
    CHECK(setlocale(LC_ALL, "C") != NULL);
    wchar_t wide[20];
    CHECK_EQUAL(mbstowcs(wide, "wide", 20), 4);
    CHECK_EQUAL(wcslen(wide), 4);
    time_t zero = 86400;
    struct tm *day = gmtime(&zero);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(day->tm_mday, 2);
    CHECK_EQUAL(day->tm_year, 70);
    char text[64];
    strftime(text, sizeof text, "%Y-%m-%d", day);
    CHECK(strcmp(text, "1970-01-02") == 0);
    struct timeval now;
    CHECK(gettimeofday(&now, NULL) == 0 && now.tv_sec > 1600000000);
    CHECK(getpid() > 0 && sysconf(_SC_PAGESIZE) == 4096);
    snprintf(text, sizeof text, "%-5s|%5.1f|%#x|%ld|%c|%%", "ab", 3.14159, 255, 1234567890123L, 'z');
    CHECK(strcmp(text, "ab   |  3.1|0xff|1234567890123|z|%") == 0);
}

static void test_options(int argc, char **argv)
{
    char program[] = "p", a[] = "-a", b[] = "-bvalue", rest[] = "rest", *arguments[] = {program, a, b, rest, NULL};
    int option, seen = 0;
    (void)argc, (void)argv;
    while ((option = getopt(4, arguments, "ab:")) != -1) {
        seen += option;
        if (option == 'b')
            CHECK(strcmp(optarg, "value") == 0);
        MPI_Barrier(MPI_COMM_WORLD);
    }
    CHECK_EQUAL(seen, 'a' + 'b');
    CHECK_EQUAL(optind, 3);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_sorting();
    test_jumps();
    test_memory();
    test_files();
    test_text();
    test_options(argc, argv);
    return finish("libc");
}
