/*
 * Checks for test programs that verify themselves: a failed one prints where and what on standard error, and the
 * program ends with status 1 after finish() has printed one line from rank 0.
 */
#ifndef CHECK_H
#define CHECK_H

#include <mpi.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failures, check_rank, check_size;

__attribute__((format(printf, 3, 4), unused)) static void check_failed(const char *file, int line, const char *format, ...)
{
    va_list arguments;
    char text[512];
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    /* The first few say it all. */
    if (check_failures++ < 10)
        fprintf(stderr, "rank %d of %d: %s:%d: %s\n", check_rank, check_size, file, line, text);
}

#define CHECK(condition) \
    do { \
        if (!(condition)) \
            check_failed(__FILE__, __LINE__, "%s", #condition); \
    } while (0)

#define CHECK_EQUAL(actual, expected) \
    do { \
        long long check_actual = (long long)(actual), check_expected = (long long)(expected); \
        if (check_actual != check_expected) \
            check_failed(__FILE__, __LINE__, "%s is %lld, not %lld", #actual, check_actual, check_expected); \
    } while (0)

/* Compares with the text of the place, for loops over many calls. */
#define CHECK_VALUE(what, actual, expected) \
    do { \
        long long check_actual = (long long)(actual), check_expected = (long long)(expected); \
        if (check_actual != check_expected) \
            check_failed(__FILE__, __LINE__, "%s: %lld, not %lld", what, check_actual, check_expected); \
    } while (0)

__attribute__((unused)) static void start(int *argc, char ***argv)
{
    MPI_Init(argc, argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &check_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &check_size);
}

/* The program's exit status. */
__attribute__((unused)) static int finish(const char *name)
{
    int all = 0;
    MPI_Allreduce(&check_failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (check_rank == 0)
        printf("%s: %d failures\n", name, all);
    MPI_Finalize();
    return all != 0;
}

#endif
