/*
 * MPI_Pack and MPI_Unpack of strided datatypes, and messages of them, each beside a loop written by hand that does the same
 * in the same run: nanoseconds per call. Series "CASE.pack" and "CASE.pack.hand", unpack alike; with two ranks "CASE.send",
 * there and back, against packing by hand on both sides. The parameter is the number of data bytes.
 * usage: packing [CASE [SAMPLES]]; CASE may be a beginning, or "" for all. Compile with -O3: the loops are to be good ones.
 */
#include "bench.h"

typedef void move_fn(void *restrict to, const void *restrict from, long items);

/* One case: how many data bytes an item has, how far items are apart, its datatype, the loops. */
struct layout {
    const char *name;
    long item_bytes, item_step;
    MPI_Datatype (*type)(long items);
    move_fn *pack, *unpack;
};

/* Vectors: BLOCK elements of STRIDE. The loops know both, as a programmer's would. */
#define VECTOR(TYPE, MPI, BLOCK, STRIDE)                                                                        \
    static __attribute__((noinline)) void pack_##TYPE##_##BLOCK##_##STRIDE(void *restrict to,                   \
                                                                       const void *restrict from, long items) { \
        TYPE *restrict t = to;                                                                                  \
        const TYPE *restrict f = from;                                                                          \
        for (long i = 0; i < items; i++)                                                                        \
            for (int k = 0; k < BLOCK; k++)                                                                     \
                t[i * BLOCK + k] = f[i * STRIDE + k];                                                           \
    }                                                                                                           \
    static __attribute__((noinline)) void unpack_##TYPE##_##BLOCK##_##STRIDE(void *restrict to,                 \
                                                                         const void *restrict from,             \
                                                                         long items) {                          \
        TYPE *restrict t = to;                                                                                  \
        const TYPE *restrict f = from;                                                                          \
        for (long i = 0; i < items; i++)                                                                        \
            for (int k = 0; k < BLOCK; k++)                                                                     \
                t[i * STRIDE + k] = f[i * BLOCK + k];                                                           \
    }                                                                                                           \
    static MPI_Datatype type_##TYPE##_##BLOCK##_##STRIDE(long items) {                                          \
        MPI_Datatype type;                                                                                      \
        MPI_Type_vector((int)items, BLOCK, STRIDE, MPI, &type);                                                 \
        return type;                                                                                            \
    }
#define VECTORS(DO)          \
    DO(char, MPI_CHAR, 1, 2)     \
    DO(short, MPI_SHORT, 1, 2)     \
    DO(short, MPI_SHORT, 1, 3)     \
    DO(int, MPI_INT, 1, 2)       \
    DO(int, MPI_INT, 1, 3)       \
    DO(int, MPI_INT, 1, 4)       \
    DO(int, MPI_INT, 1, 64)      \
    DO(int, MPI_INT, 2, 3)       \
    DO(int, MPI_INT, 2, 4)       \
    DO(int, MPI_INT, 3, 4)       \
    DO(int, MPI_INT, 3, 7)       \
    DO(int, MPI_INT, 4, 6)       \
    DO(int, MPI_INT, 4, 8)       \
    DO(int, MPI_INT, 8, 12)      \
    DO(int, MPI_INT, 8, 16)      \
    DO(double, MPI_DOUBLE, 1, 2) \
    DO(double, MPI_DOUBLE, 1, 3) \
    DO(double, MPI_DOUBLE, 1, 8) \
    DO(double, MPI_DOUBLE, 1, 64)  \
    DO(double, MPI_DOUBLE, 2, 4) \
    DO(double, MPI_DOUBLE, 3, 4) \
    DO(double, MPI_DOUBLE, 4, 8) \
    DO(double, MPI_DOUBLE, 4, 6) \
    DO(double, MPI_DOUBLE, 8, 12) \
    DO(double, MPI_DOUBLE, 16, 20)
VECTORS(VECTOR)

/* Particles: an int and three doubles in 32 bytes, packed one behind the other. */
struct particle {
    int id;
    double position[3];
};

static __attribute__((noinline)) void pack_particle(void *restrict to, const void *restrict from, long items) {
    const struct particle *f = from;
    char *t = to;
    for (long i = 0; i < items; i++, t += 28) {
        memcpy(t, &f[i].id, 4);
        memcpy(t + 4, f[i].position, 24);
    }
}

static __attribute__((noinline)) void unpack_particle(void *restrict to, const void *restrict from, long items) {
    struct particle *t = to;
    const char *f = from;
    for (long i = 0; i < items; i++, f += 28) {
        memcpy(&t[i].id, f, 4);
        memcpy(t[i].position, f + 4, 24);
    }
}

static MPI_Datatype type_particle(long items) {
    MPI_Datatype one, all;
    MPI_Type_create_struct(2, (int[]){1, 3}, (MPI_Aint[]){0, 8}, (MPI_Datatype[]){MPI_INT, MPI_DOUBLE}, &one);
    MPI_Type_contiguous((int)items, one, &all);
    MPI_Type_free(&one);
    return all;
}

/* Single doubles at places without a rule. */
static int *places;

static void make_places(long items) {
    places = realloc(places, sizeof(int) * (size_t)items);
    unsigned random = 1;
    for (long i = 0; i < items; i++) {
        random = random * 1103515245 + 12345;
        places[i] = (int)(4 * i + (random >> 16) % 3);
    }
}

static __attribute__((noinline)) void pack_scattered(void *restrict to, const void *restrict from, long items) {
    const double *f = from;
    double *t = to;
    for (long i = 0; i < items; i++)
        t[i] = f[places[i]];
}

static __attribute__((noinline)) void unpack_scattered(void *restrict to, const void *restrict from, long items) {
    const double *f = from;
    double *t = to;
    for (long i = 0; i < items; i++)
        t[places[i]] = f[i];
}

static MPI_Datatype type_scattered(long items) {
    MPI_Datatype type;
    make_places(items);
    MPI_Type_create_indexed_block((int)items, 1, places, MPI_DOUBLE, &type);
    return type;
}

/* Faces of a cube of doubles with a layer around it; an item is a row of the face or a point of it. */
#define SIDE 66
#define INNER (SIDE - 2)

/* [INNER][INNER] at x = 1: runs of a row; at y = 1: a run of each plane; at z = 1: single points; [..][..][2]: two layers. */
#define FACE(NAME, X, Y, Z)                                                                                             \
    static __attribute__((noinline)) void pack_##NAME(void *restrict to, const void *restrict from, long items) {       \
        const double(*restrict f)[SIDE][SIDE] = from;                                                                   \
        double *restrict t = to;                                                                                        \
        (void)items;                                                                                                    \
        for (int x = 0; x < X; x++)                                                                                     \
            for (int y = 0; y < Y; y++)                                                                                 \
                for (int z = 0; z < Z; z++)                                                                             \
                    t[((long)x * Y + y) * Z + z] = f[x + 1][y + 1][z + 1];                                              \
    }                                                                                                                   \
    static __attribute__((noinline)) void unpack_##NAME(void *restrict to, const void *restrict from, long items) {     \
        double(*restrict t)[SIDE][SIDE] = to;                                                                           \
        const double *restrict f = from;                                                                                \
        (void)items;                                                                                                    \
        for (int x = 0; x < X; x++)                                                                                     \
            for (int y = 0; y < Y; y++)                                                                                 \
                for (int z = 0; z < Z; z++)                                                                             \
                    t[x + 1][y + 1][z + 1] = f[((long)x * Y + y) * Z + z];                                              \
    }                                                                                                                   \
    static MPI_Datatype type_##NAME(long items) {                                                                       \
        MPI_Datatype type;                                                                                              \
        (void)items;                                                                                                    \
        MPI_Type_create_subarray(3, (int[]){SIDE, SIDE, SIDE}, (int[]){X, Y, Z}, (int[]){1, 1, 1}, MPI_ORDER_C,         \
                                 MPI_DOUBLE, &type);                                                                    \
        return type;                                                                                                    \
    }
FACE(face_x, 1, INNER, INNER)
FACE(face_y, INNER, 1, INNER)
FACE(face_z, INNER, INNER, 1)
FACE(layers_z2, INNER, INNER, 2)
FACE(layers_z3, INNER, INNER, 3)
FACE(inner, INNER, INNER, INNER)

#define COLUMNS 1024
/* A column, and a tile, of a matrix of floats. */
static __attribute__((noinline)) void pack_tile(void *restrict to, const void *restrict from, long items) {
    const float(*restrict f)[COLUMNS] = from;
    float *restrict t = to;
    for (long i = 0; i < items; i++)
        for (int k = 0; k < 32; k++)
            t[i * 32 + k] = f[i][k + 8];
}

static __attribute__((noinline)) void unpack_tile(void *restrict to, const void *restrict from, long items) {
    float(*restrict t)[COLUMNS] = to;
    const float *restrict f = from;
    for (long i = 0; i < items; i++)
        for (int k = 0; k < 32; k++)
            t[i][k + 8] = f[i * 32 + k];
}

static MPI_Datatype type_tile(long items) {
    MPI_Datatype type;
    MPI_Type_create_subarray(2, (int[]){(int)items, COLUMNS}, (int[]){(int)items, 32}, (int[]){0, 8}, MPI_ORDER_C, MPI_FLOAT,
                             &type);
    return type;
}

#define WHOLE (-1) /* item_step: the layout is one item of SIDE^3 doubles */
#define ENTRY(TYPE, MPI, BLOCK, STRIDE)                                                              \
    {"vector_" #TYPE "_" #BLOCK "_" #STRIDE, (long)sizeof(TYPE) * BLOCK, (long)sizeof(TYPE) * STRIDE, \
     type_##TYPE##_##BLOCK##_##STRIDE, pack_##TYPE##_##BLOCK##_##STRIDE, unpack_##TYPE##_##BLOCK##_##STRIDE},
#define CUBE(NAME, POINTS) {#NAME, 8L * (POINTS), WHOLE, type_##NAME, pack_##NAME, unpack_##NAME},
static const struct layout layouts[] = {
    VECTORS(ENTRY)
    {"particle", 28, 32, type_particle, pack_particle, unpack_particle},
    {"scattered", 8, 32, type_scattered, pack_scattered, unpack_scattered},
    {"tile", 4 * 32, 4 * COLUMNS, type_tile, pack_tile, unpack_tile},
    CUBE(face_x, INNER * INNER)
    CUBE(face_y, INNER * INNER)
    CUBE(face_z, INNER * INNER)
    CUBE(layers_z2, INNER * INNER * 2)
    CUBE(layers_z3, INNER * INNER * 3)
    CUBE(inner, INNER * INNER * INNER)
};
#define LAYOUTS ((int)(sizeof layouts / sizeof *layouts))

/* What a call of each kind works on. */
static char *laid, *packed, *expected;
static const struct layout *layout;
static MPI_Datatype type;
static long items, bytes;

static void pack_by_type(void) {
    int position = 0;
    MPI_Pack(laid, 1, type, packed, (int)bytes, &position, MPI_COMM_SELF);
}

static void pack_by_hand(void) {
    layout->pack(packed, laid, items);
}

static void unpack_by_type(void) {
    int position = 0;
    MPI_Unpack(packed, (int)bytes, &position, laid, 1, type, MPI_COMM_SELF);
}

static void unpack_by_hand(void) {
    layout->unpack(laid, packed, items);
}

static void send_by_type(void) {
    if (bench_rank == 0) {
        MPI_Send(laid, 1, type, 1, 0, MPI_COMM_WORLD);
        MPI_Recv(laid, 1, type, 1, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    } else {
        MPI_Recv(laid, 1, type, 0, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Send(laid, 1, type, 0, 0, MPI_COMM_WORLD);
    }
}

static void hand_send(int peer) {
    pack_by_hand();
    MPI_Send(packed, (int)bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD);
}

static void hand_receive(int peer) {
    MPI_Recv(packed, (int)bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    unpack_by_hand();
}

static void send_by_hand(void) {
    if (bench_rank == 0) {
        hand_send(1);
        hand_receive(1);
    } else {
        hand_receive(0);
        hand_send(0);
    }
}

static double seconds(void (*call)(void), long calls) {
    double begin = MPI_Wtime();
    for (long i = 0; i < calls; i++)
        call();
    return MPI_Wtime() - begin;
}

/* Both in turn, so that they see the same disturbances. */
static void compare(const char *what, void (*by_type)(void), void (*by_hand)(void), int samples) {
    char series[80], series_by_hand[80];
    snprintf(series, sizeof series, "%s.%s", layout->name, what);
    snprintf(series_by_hand, sizeof series_by_hand, "%s.%s.hand", layout->name, what);
    long calls = bytes >= 1 << 20 ? 4 : (4L << 20) / bytes;
    for (int sample = -5; sample < samples; sample++) {
        double time = seconds(by_type, calls), time_by_hand = seconds(by_hand, calls);
        if (sample >= 0) {
            bench_sample(series, bytes, time / (double)calls * 1e9, "ns");
            bench_sample(series_by_hand, bytes, time_by_hand / (double)calls * 1e9, "ns");
        }
    }
}

/* Both ways must give the same bytes, or the times mean nothing. */
static void verify(long span) {
    for (long i = 0; i < span; i++)
        laid[i] = (char)(i * 7 + i / 251);
    pack_by_hand();
    memcpy(expected, packed, (size_t)bytes);
    memset(packed, 0, (size_t)bytes);
    pack_by_type();
    if (memcmp(packed, expected, (size_t)bytes))
        bench_fail(layout->name);
    memset(laid, 0, (size_t)span);
    unpack_by_hand();
    memcpy(expected, laid, (size_t)span);
    memset(laid, 0, (size_t)span);
    unpack_by_type();
    if (memcmp(laid, expected, (size_t)span))
        bench_fail(layout->name);
}

static void measure(long data_bytes, int samples) {
    items = layout->item_step == WHOLE ? 1 : data_bytes / layout->item_bytes;
    bytes = items * layout->item_bytes;
    long span = layout->item_step == WHOLE ? 8L * SIDE * SIDE * SIDE : items * layout->item_step;
    if (posix_memalign((void **)&laid, 64, (size_t)span) || posix_memalign((void **)&packed, 64, (size_t)bytes)
        || !(expected = malloc((size_t)span)))
        bench_fail("no memory");
    type = layout->type(items);
    MPI_Type_commit(&type);
    verify(span);
    if (bench_rank == 0) {
        compare("pack", pack_by_type, pack_by_hand, samples);
        compare("unpack", unpack_by_type, unpack_by_hand, samples);
    }
    if (bench_size > 1)
        compare("send", send_by_type, send_by_hand, samples);
    MPI_Type_free(&type);
    free(laid);
    free(packed);
    free(expected);
}

int main(int argc, char **argv) {
    bench_start(&argc, &argv);
    const char *prefix = argc > 1 ? argv[1] : "";
    int samples = (int)bench_argument(argc, argv, 2, 5);
    if (bench_size > 2)
        bench_fail("one rank or two");
    /* The first round only warms up. */
    for (int i = -LAYOUTS; i < LAYOUTS; i++) {
        layout = layouts + (i + LAYOUTS) % LAYOUTS;
        if (i < 0) {
            measure(4 << 10, 0);
            continue;
        }
        if (strncmp(layout->name, prefix, strlen(prefix)))
            continue;
        for (long data_bytes = 4 << 10; data_bytes <= 1 << 20; data_bytes *= 16) {
            measure(data_bytes, samples);
            if (layout->item_step == WHOLE)
                break;
        }
    }
    MPI_Finalize();
    return 0;
}
