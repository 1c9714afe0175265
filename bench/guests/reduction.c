/*
 * Reductions of long vectors, each beside loops written by hand in the same run, in nanoseconds per call. With one rank
 * MPI_Reduce_local: series "local.TYPE.OP" and "local.TYPE.OP.hand". With more MPI_Allreduce and MPI_Reduce: by hand each rank
 * combines as many slices of its own vector as there are ranks, and writes as many (or, for MPI_Reduce, its part) of the
 * result: what all ranks together must read and write at least. The parameter is the bytes of a vector.
 * usage: reduction [BEGINNING [SAMPLES [LEAST [MOST]]]], the beginning of a series' name and bytes. Compile with -O3.
 */
#include "bench.h"
#include <complex.h>
#include <stdint.h>

typedef void fold_fn(const void *restrict in, void *restrict inout, long n);

struct reduction {
    const char *name;
    MPI_Datatype *type;
    MPI_Op *op;
    long size;
    fold_fn *by_hand;
};

typedef struct {
    double value;
    int index;
} double_int;

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define SUM(a, b) ((a) + (b))
#define PROD(a, b) ((a) * (b))
#define BAND(a, b) ((a) & (b))
#define BXOR(a, b) ((a) ^ (b))
#define LOR(a, b) ((a) || (b))
/* The lower index among equal values. */
#define MINLOC(a, b) ((a).value < (b).value || ((a).value == (b).value && (a).index < (b).index) ? (a) : (b))

/* In the order of MPI_Reduce_local. */
#define FOLD(NAME, TYPE, OP)                                                                                          \
    static __attribute__((noinline)) void NAME##_##OP(const void *restrict in, void *restrict inout, long n) {        \
        const TYPE *restrict a = in;                                                                                  \
        TYPE *restrict b = inout;                                                                                     \
        for (long i = 0; i < n; i++)                                                                                  \
            b[i] = OP(a[i], b[i]);                                                                                    \
    }
#define ALL(DO)                                   \
    DO(int8, int8_t, MPI_INT8_T, SUM)             \
    DO(int8, int8_t, MPI_INT8_T, MAX)             \
    DO(int16, int16_t, MPI_INT16_T, SUM)          \
    DO(int16, int16_t, MPI_INT16_T, MIN)          \
    DO(int32, int32_t, MPI_INT32_T, SUM)          \
    DO(int32, int32_t, MPI_INT32_T, MAX)          \
    DO(int32, int32_t, MPI_INT32_T, PROD)         \
    DO(int32, int32_t, MPI_INT32_T, BAND)         \
    DO(int32, int32_t, MPI_INT32_T, LOR)          \
    DO(int64, int64_t, MPI_INT64_T, SUM)          \
    DO(int64, int64_t, MPI_INT64_T, MIN)          \
    DO(int64, int64_t, MPI_INT64_T, PROD)         \
    DO(uint64, uint64_t, MPI_UINT64_T, MAX)       \
    DO(byte, uint8_t, MPI_BYTE, BXOR)             \
    DO(float, float, MPI_FLOAT, SUM)              \
    DO(float, float, MPI_FLOAT, MAX)              \
    DO(float, float, MPI_FLOAT, PROD)             \
    DO(double, double, MPI_DOUBLE, SUM)           \
    DO(double, double, MPI_DOUBLE, MIN)           \
    DO(double, double, MPI_DOUBLE, PROD)          \
    DO(cdouble, double complex, MPI_C_DOUBLE_COMPLEX, SUM) \
    DO(cdouble, double complex, MPI_C_DOUBLE_COMPLEX, PROD) \
    DO(double_int, double_int, MPI_DOUBLE_INT, MINLOC)

#define DEFINE(NAME, TYPE, MPI, OP) FOLD(NAME, TYPE, OP)
ALL(DEFINE)
#define VARIABLES(NAME, TYPE, MPI, OP) static MPI_Datatype NAME##_##OP##_type; static MPI_Op NAME##_##OP##_op;
ALL(VARIABLES)
#define ENTRY(NAME, TYPE, MPI, OP) {#NAME "." #OP, &NAME##_##OP##_type, &NAME##_##OP##_op, sizeof(TYPE), NAME##_##OP},
static const struct reduction reductions[] = {ALL(ENTRY)};
#define REDUCTIONS ((int)(sizeof reductions / sizeof *reductions))
#define SET(NAME, TYPE, MPI, OP) NAME##_##OP##_type = MPI; NAME##_##OP##_op = MPI_##OP;

static char *in, *out;
static const struct reduction *reduction;
static long bytes, count;

static void local(void) {
    MPI_Reduce_local(in, out, (int)count, *reduction->type, *reduction->op);
}

static void local_by_hand(void) {
    reduction->by_hand(in, out, count);
}

static void allreduce(void) {
    MPI_Allreduce(in, out, (int)count, *reduction->type, *reduction->op, MPI_COMM_WORLD);
}

static void reduce(void) {
    MPI_Reduce(in, out, (int)count, *reduction->type, *reduction->op, 0, MPI_COMM_WORLD);
}

/* In pieces that fit the cache: each is read once and written once. */
static void slices(int results) {
    char piece[8192] __attribute__((aligned(64)));
    long slice = count / bench_size, step = (long)sizeof piece / reduction->size;
    for (long at = 0; at < slice; at += step) {
        long n = MIN(step, slice - at), length = n * reduction->size, start = at * reduction->size;
        memcpy(piece, in + start, (size_t)length);
        for (int i = 1; i < bench_size; i++)
            reduction->by_hand(in + i * slice * reduction->size + start, piece, n);
        for (int i = 0; i < results; i++)
            memcpy(out + i * slice * reduction->size + start, piece, (size_t)length);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

static void allreduce_by_hand(void) {
    slices(bench_size);
}

static void reduce_by_hand(void) {
    slices(1);
}

static double seconds(void (*call)(void), long calls) {
    if (bench_size > 1)
        MPI_Barrier(MPI_COMM_WORLD);
    double begin = MPI_Wtime();
    for (long i = 0; i < calls; i++)
        call();
    return MPI_Wtime() - begin;
}

static void compare(const char *what, void (*by_mpi)(void), void (*by_hand)(void), int samples) {
    char series[80], series_by_hand[96];
    snprintf(series, sizeof series, "%s.%s", what, reduction->name);
    snprintf(series_by_hand, sizeof series_by_hand, "%s.hand", series);
    long calls = bytes >= 1 << 20 ? 1 + ((4 << 20) / bytes) : (2L << 20) / bytes;
    for (int sample = -2; sample < samples; sample++) {
        double time = seconds(by_mpi, calls), time_by_hand = seconds(by_hand, calls);
        if (sample >= 0) {
            bench_sample(series, bytes, time / (double)calls * 1e9, "ns");
            bench_sample(series_by_hand, bytes, time_by_hand / (double)calls * 1e9, "ns");
        }
    }
}

int main(int argc, char **argv) {
    bench_start(&argc, &argv);
    ALL(SET)
    const char *beginning = argc > 1 ? argv[1] : "";
    int samples = (int)bench_argument(argc, argv, 2, 5);
    long least = bench_argument(argc, argv, 3, 1 << 10), most = bench_argument(argc, argv, 4, 64 << 20);
    if (posix_memalign((void **)&in, 64, (size_t)most) || posix_memalign((void **)&out, 64, (size_t)most))
        bench_fail("no memory");
    /* The first round only warms up. */
    for (int i = -REDUCTIONS; i < REDUCTIONS; i++) {
        reduction = reductions + (i + REDUCTIONS) % REDUCTIONS;
        if (strncmp(reduction->name, beginning, strlen(beginning)))
            continue;
        /* Zeros stay what they are under any operation: no overflow, no denormal number. */
        memset(in, 0, (size_t)most);
        memset(out, 0, (size_t)most);
        for (bytes = i < 0 ? 4096 : least; bytes <= (i < 0 ? 4096 : most); bytes *= 8) {
            count = bytes / reduction->size;
            if (bench_size == 1) {
                compare("local", local, local_by_hand, i < 0 ? 0 : samples);
            } else {
                compare("allreduce", allreduce, allreduce_by_hand, i < 0 ? 0 : samples);
                compare("reduce", reduce, reduce_by_hand, i < 0 ? 0 : samples);
            }
        }
    }
    MPI_Finalize();
    return 0;
}
