/*
 * Every constructor of derived types: what a message of the type carries, its size, extents, envelope and contents;
 * pack, unpack, external32; partial receives; absolute addresses and MPI_BOTTOM.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 5
 */
#include "../support/check.h"
#include <stddef.h>

enum { PLACES = 400 };

static int from[PLACES], to[PLACES];

/*
 * Sends `count` of `type` out of numbered memory to a neighbour, receives the same type there, and compares: exactly
 * the places in `expected` may have changed.
 */
static void round_trip(const char *what, MPI_Datatype type, int count, int origin, const int *expected, int places)
{
    int left = (check_rank + check_size - 1) % check_size, right = (check_rank + 1) % check_size, bytes;
    for (int i = 0; i < PLACES; i++) {
        from[i] = 1000 + i;
        to[i] = -1;
    }
    MPI_Type_size(type, &bytes);
    CHECK_VALUE(what, bytes * count, places * (int)sizeof(int));
    MPI_Sendrecv(from + origin, count, type, right, 1, to + origin, count, type, left, 1, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    for (int i = 0; i < PLACES; i++) {
        int carried = 0;
        for (int p = 0; p < places; p++)
            carried |= expected[p] == i;
        CHECK_VALUE(what, to[i], carried ? 1000 + i : -1);
    }

    /* The same as plain integers, in the order of the type map. */
    int flat[PLACES];
    memset(flat, 0xff, sizeof flat);
    MPI_Sendrecv(from + origin, count, type, right, 2, flat, places, MPI_INT, left, 2, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    for (int p = 0; p < places; p++)
        CHECK_VALUE(what, flat[p], 1000 + expected[p]);

    /* Packed and unpacked. */
    char buffer[8 * PLACES];
    int position = 0, packed;
    MPI_Pack_size(count, type, MPI_COMM_WORLD, &packed);
    CHECK(packed >= places * (int)sizeof(int));
    MPI_Pack(from + origin, count, type, buffer, sizeof buffer, &position, MPI_COMM_WORLD);
    int end = position;
    position = 0;
    memset(to, 0xff, sizeof to);
    MPI_Unpack(buffer, end, &position, to + origin, count, type, MPI_COMM_WORLD);
    CHECK_EQUAL(position, end);
    for (int p = 0; p < places; p++)
        CHECK_VALUE(what, to[expected[p]], 1000 + expected[p]);
}

static void extents(const char *what, MPI_Datatype type, MPI_Aint lower, MPI_Aint extent, MPI_Aint true_lower,
                    MPI_Aint true_extent)
{
    MPI_Aint a, b;
    MPI_Type_get_extent(type, &a, &b);
    CHECK_VALUE(what, a, lower * (int)sizeof(int));
    CHECK_VALUE(what, b, extent * (int)sizeof(int));
    MPI_Type_get_true_extent(type, &a, &b);
    CHECK_VALUE(what, a, true_lower * (int)sizeof(int));
    CHECK_VALUE(what, b, true_extent * (int)sizeof(int));
}

static void envelope(const char *what, MPI_Datatype type, int combiner, int integers, int addresses, int types)
{
    int i, a, t, c;
    MPI_Type_get_envelope(type, &i, &a, &t, &c);
    CHECK_VALUE(what, c, combiner);
    CHECK_VALUE(what, i, integers);
    CHECK_VALUE(what, a, addresses);
    CHECK_VALUE(what, t, types);
}

static void test_simple(void)
{
    MPI_Datatype type, nested, copy;
    int expected[PLACES], n = 0, ints[16];
    MPI_Aint aints[16];
    MPI_Datatype types[16];

    MPI_Type_contiguous(5, MPI_INT, &type);
    MPI_Type_commit(&type);
    for (int i = 0; i < 15; i++)
        expected[i] = 10 + i;
    round_trip("contiguous", type, 3, 10, expected, 15);
    extents("contiguous", type, 0, 5, 0, 5);
    envelope("contiguous", type, MPI_COMBINER_CONTIGUOUS, 1, 0, 1);
    MPI_Type_get_contents(type, 1, 0, 1, ints, aints, types);
    CHECK_EQUAL(ints[0], 5);
    CHECK(types[0] == MPI_INT);
    MPI_Type_free(&type);

    /* 3 blocks of 2, 5 apart; elements of the type overlap in extent. */
    MPI_Type_vector(3, 2, 5, MPI_INT, &type);
    MPI_Type_commit(&type);
    for (int e = n = 0; e < 2; e++)
        for (int b = 0; b < 3; b++)
            for (int i = 0; i < 2; i++)
                expected[n++] = 20 + e * 12 + b * 5 + i;
    round_trip("vector", type, 2, 20, expected, n);
    extents("vector", type, 0, 12, 0, 12);
    envelope("vector", type, MPI_COMBINER_VECTOR, 3, 0, 1);
    MPI_Type_get_contents(type, 3, 0, 1, ints, aints, types);
    CHECK(ints[0] == 3 && ints[1] == 2 && ints[2] == 5);

    /* A vector of vectors, backwards. */
    MPI_Type_create_hvector(2, 1, -14 * (MPI_Aint)sizeof(int), type, &nested);
    MPI_Type_commit(&nested);
    for (int o = n = 0; o < 2; o++)
        for (int b = 0; b < 3; b++)
            for (int i = 0; i < 2; i++)
                expected[n++] = 100 - 14 * o + b * 5 + i;
    round_trip("hvector", nested, 1, 100, expected, n);
    extents("hvector", nested, -14, 26, -14, 26);
    envelope("hvector", nested, MPI_COMBINER_HVECTOR, 2, 1, 1);
    MPI_Type_dup(nested, &copy);
    envelope("dup", copy, MPI_COMBINER_DUP, 0, 0, 1);
    MPI_Type_free(&nested);
    MPI_Type_free(&type);
    round_trip("dup", copy, 1, 100, expected, n);
    MPI_Type_free(&copy);
    envelope("named", MPI_DOUBLE, MPI_COMBINER_NAMED, 0, 0, 0);
}

static void test_indexed(void)
{
    MPI_Datatype type;
    int lengths[3] = {2, 0, 3}, places[3] = {7, 50, -4}, n = 0, expected[PLACES], ints[16];
    MPI_Aint bytes[3] = {7 * sizeof(int), 50 * sizeof(int), -4 * (MPI_Aint)sizeof(int)}, aints[16];
    MPI_Datatype types[16];

    for (int b = 0; b < 3; b++)
        for (int i = 0; i < lengths[b]; i++)
            expected[n++] = 60 + places[b] + i;
    MPI_Type_indexed(3, lengths, places, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("indexed", type, 1, 60, expected, n);
    extents("indexed", type, -4, 13, -4, 13);
    envelope("indexed", type, MPI_COMBINER_INDEXED, 7, 0, 1);
    MPI_Type_get_contents(type, 7, 0, 1, ints, aints, types);
    CHECK(ints[0] == 3 && ints[1] == 2 && ints[3] == 3 && ints[4] == 7 && ints[6] == -4);
    MPI_Type_free(&type);

    MPI_Type_create_hindexed(3, lengths, bytes, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("hindexed", type, 1, 60, expected, n);
    envelope("hindexed", type, MPI_COMBINER_HINDEXED, 4, 3, 1);
    MPI_Type_free(&type);

    n = 0;
    for (int b = 0; b < 3; b++)
        for (int i = 0; i < 2; i++)
            expected[n++] = 60 + places[b] + i;
    MPI_Type_create_indexed_block(3, 2, places, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("indexed_block", type, 1, 60, expected, n);
    envelope("indexed_block", type, MPI_COMBINER_INDEXED_BLOCK, 5, 0, 1);
    MPI_Type_free(&type);
    MPI_Type_create_hindexed_block(3, 2, bytes, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("hindexed_block", type, 1, 60, expected, n);
    envelope("hindexed_block", type, MPI_COMBINER_HINDEXED_BLOCK, 2, 3, 1);
    MPI_Type_free(&type);
}

static void test_resized(void)
{
    MPI_Datatype type;
    int expected[4] = {10, 17, 24, 31};
    MPI_Type_create_resized(MPI_INT, -2 * (MPI_Aint)sizeof(int), 7 * sizeof(int), &type);
    MPI_Type_commit(&type);
    round_trip("resized", type, 4, 10, expected, 4);
    extents("resized", type, -2, 7, 0, 1);
    envelope("resized", type, MPI_COMBINER_RESIZED, 0, 2, 1);
    MPI_Type_free(&type);
}

static void test_arrays(void)
{
    MPI_Datatype type;
    int sizes[3] = {4, 5, 6}, parts[3] = {2, 3, 2}, starts[3] = {1, 0, 3}, expected[PLACES], n = 0;
    for (int i = 1; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 3; k < 5; k++)
                expected[n++] = 5 + (i * 5 + j) * 6 + k;
    MPI_Type_create_subarray(3, sizes, parts, starts, MPI_ORDER_C, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("subarray", type, 1, 5, expected, n);
    extents("subarray", type, 0, 120, 33, 44);
    envelope("subarray", type, MPI_COMBINER_SUBARRAY, 11, 0, 1);
    MPI_Type_free(&type);

    n = 0;
    for (int k = 3; k < 5; k++)
        for (int j = 0; j < 3; j++)
            for (int i = 1; i < 3; i++)
                expected[n++] = 5 + (k * 5 + j) * 4 + i;
    MPI_Type_create_subarray(3, sizes, parts, starts, MPI_ORDER_FORTRAN, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("subarray fortran", type, 1, 5, expected, n);
    MPI_Type_free(&type);

    /* Process 1 of a 2 x 2 grid: first half of 8 rows by block, cyclic(2) over 10 columns. */
    int whole[2] = {8, 10}, ways[2] = {MPI_DISTRIBUTE_BLOCK, MPI_DISTRIBUTE_CYCLIC};
    int amounts[2] = {MPI_DISTRIBUTE_DFLT_DARG, 2}, grid[2] = {2, 2};
    n = 0;
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 10; j++)
            if (j / 2 % 2 == 1)
                expected[n++] = i * 10 + j;
    MPI_Type_create_darray(4, 1, 2, whole, ways, amounts, grid, MPI_ORDER_C, MPI_INT, &type);
    MPI_Type_commit(&type);
    round_trip("darray", type, 1, 0, expected, n);
    MPI_Aint lower, extent;
    MPI_Type_get_extent(type, &lower, &extent);
    CHECK_EQUAL(lower, 0);
    CHECK_EQUAL(extent, 80 * sizeof(int));
    envelope("darray", type, MPI_COMBINER_DARRAY, 12, 0, 1);
    MPI_Type_free(&type);
}

struct particle {
    char kind;
    double position[3];
    int id;
    short flags[3];
};

static MPI_Datatype particle_type(void)
{
    struct particle example;
    int lengths[4] = {1, 3, 1, 3};
    MPI_Aint places[4] = {offsetof(struct particle, kind), offsetof(struct particle, position),
                          offsetof(struct particle, id), offsetof(struct particle, flags)};
    MPI_Datatype types[4] = {MPI_CHAR, MPI_DOUBLE, MPI_INT, MPI_SHORT}, fields, type;
    MPI_Type_create_struct(4, lengths, places, types, &fields);
    MPI_Type_create_resized(fields, 0, sizeof example, &type);
    MPI_Type_commit(&type);
    MPI_Type_free(&fields);
    return type;
}

static void test_struct(void)
{
    enum { MANY = 2000 };
    struct particle *out = calloc(MANY, sizeof *out), *in = malloc(MANY * sizeof *in);
    MPI_Datatype type = particle_type();
    MPI_Status status;
    int left = (check_rank + check_size - 1) % check_size, right = (check_rank + 1) % check_size, count, size;

    MPI_Type_size(type, &size);
    CHECK_EQUAL(size, 1 + 24 + 4 + 6);
    memset(in, 0x55, MANY * sizeof *in);
    for (int i = 0; i < MANY; i++) {
        out[i].kind = (char)('a' + i % 26);
        out[i].position[2] = i + 0.5;
        out[i].id = check_rank * MANY + i;
        out[i].flags[1] = (short)i;
    }
    MPI_Sendrecv(out, MANY - 1, type, right, 0, in, MANY, type, left, 0, MPI_COMM_WORLD, &status);
    MPI_Get_count(&status, type, &count);
    CHECK_EQUAL(count, MANY - 1);
    for (int i = 0; i < MANY - 1; i++)
        if (in[i].kind != 'a' + i % 26 || in[i].position[2] != i + 0.5 || in[i].id != left * MANY + i
            || in[i].flags[1] != i) {
            check_failed(__FILE__, __LINE__, "particle %d is wrong", i);
            break;
        }
    CHECK_EQUAL((unsigned char)in[MANY - 1].kind, 0x55);
    CHECK_EQUAL(((unsigned char *)&in[0])[1], 0x55);  /* padding is not touched */

    /* Half a particle arrives: whole ones can't be counted, elements can. */
    MPI_Datatype start_of;
    int lengths[2] = {1, 2};
    MPI_Aint places[2] = {offsetof(struct particle, kind), offsetof(struct particle, position)};
    MPI_Datatype types[2] = {MPI_CHAR, MPI_DOUBLE};
    MPI_Type_create_struct(2, lengths, places, types, &start_of);
    MPI_Type_commit(&start_of);
    MPI_Sendrecv(out, 1, start_of, right, 0, in, 4, type, left, 0, MPI_COMM_WORLD, &status);
    MPI_Get_count(&status, type, &count);
    CHECK_EQUAL(count, MPI_UNDEFINED);
    MPI_Get_elements(&status, type, &count);
    CHECK_EQUAL(count, 3);
    MPI_Count long_count;
    MPI_Get_elements_x(&status, type, &long_count);
    CHECK_EQUAL(long_count, 3);
    MPI_Type_free(&start_of);
    MPI_Type_free(&type);
    free(in);
    free(out);
}

/* Addresses in the type, MPI_BOTTOM as the buffer. */
static void test_absolute(void)
{
    int a = check_rank + 1;
    double c = check_rank + 0.25;
    int lengths[2] = {1, 1};
    MPI_Aint places[2];
    MPI_Datatype types[2] = {MPI_INT, MPI_DOUBLE}, out, in;
    int got_a = 0;
    double got_c = 0;
    MPI_Get_address(&a, &places[0]);
    MPI_Get_address(&c, &places[1]);
    MPI_Type_create_struct(2, lengths, places, types, &out);
    MPI_Get_address(&got_a, &places[0]);
    MPI_Get_address(&got_c, &places[1]);
    MPI_Type_create_struct(2, lengths, places, types, &in);
    MPI_Type_commit(&out);
    MPI_Type_commit(&in);
    int left = (check_rank + check_size - 1) % check_size, right = (check_rank + 1) % check_size;
    MPI_Sendrecv(MPI_BOTTOM, 1, out, right, 0, MPI_BOTTOM, 1, in, left, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    CHECK_EQUAL(got_a, left + 1);
    CHECK(got_c == left + 0.25);
    MPI_Type_free(&out);
    MPI_Type_free(&in);
}

static void test_external32(void)
{
    struct {
        int i;
        double d;
    } out = {0x01020304, 1.0}, in = {0, 0};
    char buffer[64];
    MPI_Aint size, position = 0;
    MPI_Pack_external_size("external32", 1, MPI_INT, &size);
    CHECK_EQUAL(size, 4);
    MPI_Pack_external("external32", &out.i, 1, MPI_INT, buffer, sizeof buffer, &position);
    MPI_Pack_external("external32", &out.d, 1, MPI_DOUBLE, buffer, sizeof buffer, &position);
    CHECK_EQUAL(position, 12);
    CHECK(memcmp(buffer, "\1\2\3\4\x3f\xf0\0\0\0\0\0\0", 12) == 0);  /* big-endian */
    position = 0;
    MPI_Unpack_external("external32", buffer, 12, &position, &in.i, 1, MPI_INT);
    MPI_Unpack_external("external32", buffer, 12, &position, &in.d, 1, MPI_DOUBLE);
    CHECK_EQUAL(in.i, 0x01020304);
    CHECK(in.d == 1.0);
}

static void test_names(void)
{
    char name[MPI_MAX_OBJECT_NAME];
    int length;
    MPI_Datatype type;
    MPI_Type_get_name(MPI_DOUBLE, name, &length);
    CHECK(strcmp(name, "MPI_DOUBLE") == 0);
    MPI_Type_contiguous(2, MPI_INT, &type);
    MPI_Type_set_name(type, "pair");
    MPI_Type_get_name(type, name, &length);
    CHECK(strcmp(name, "pair") == 0);
    MPI_Type_free(&type);
    CHECK(type == MPI_DATATYPE_NULL);
    MPI_Type_match_size(MPI_TYPECLASS_REAL, 8, &type);
    MPI_Type_size(type, &length);
    CHECK_EQUAL(length, 8);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_simple();
    test_indexed();
    test_resized();
    test_arrays();
    test_struct();
    test_absolute();
    test_external32();
    test_names();
    return finish("datatypes");
}
