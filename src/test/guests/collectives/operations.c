/*
 * Every predefined operation on every predefined type it is defined for, against a serial computation; user-defined
 * operations on derived types; MPI_Reduce_local.
 *
 * test: ranks 1 3 4
 * test: flotilla-ranks 9
 */
#include "../support/check.h"
#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ITEMS = 5 };

/* Small values that neither overflow a signed char in a product nor lose bits in a float. */
static int value(int r, int item)
{
    return (r * 5 + item * 3) % 3 + (r == 1 && item == 2 ? -1 : 1);
}

#define REDUCE_AND_COMPARE(type, mpi_type, op, start_value, step) \
    do { \
        type send[ITEMS], receive[ITEMS]; \
        for (int i = 0; i < ITEMS; i++) \
            send[i] = (type)value(check_rank, i); \
        MPI_Allreduce(send, receive, ITEMS, mpi_type, op, MPI_COMM_WORLD); \
        for (int i = 0; i < ITEMS; i++) { \
            type a = (type)(start_value); \
            for (int r = 0; r < check_size; r++) { \
                type b = (type)value(r, i); \
                a = (type)(step); \
            } \
            if (receive[i] != a) \
                check_failed(__FILE__, __LINE__, "%s of %s, item %d is wrong", #op, #mpi_type, i); \
        } \
    } while (0)

#define ARITHMETIC(type, mpi_type) \
    do { \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_SUM, 0, a + b); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_PROD, 1, a * b); \
    } while (0)

#define ORDERED(type, mpi_type) \
    do { \
        ARITHMETIC(type, mpi_type); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_MAX, value(0, i), a > b ? a : b); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_MIN, value(0, i), a < b ? a : b); \
    } while (0)

#define LOGICAL(type, mpi_type) \
    do { \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_LAND, 1, a && b); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_LOR, 0, a || b); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_LXOR, 0, !a != !b); \
    } while (0)

#define BITWISE(type, mpi_type) \
    do { \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_BAND, (type)~0ull, a & b); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_BOR, 0, a | b); \
        REDUCE_AND_COMPARE(type, mpi_type, MPI_BXOR, 0, a ^ b); \
    } while (0)

#define INTEGER(type, mpi_type) \
    do { \
        ORDERED(type, mpi_type); \
        LOGICAL(type, mpi_type); \
        BITWISE(type, mpi_type); \
    } while (0)

/* Two ranks have the largest value in turn: the lower index wins a tie. */
#define PAIRS(type, mpi_type) \
    do { \
        struct { \
            type value; \
            int index; \
        } send[ITEMS], receive[ITEMS]; \
        memset(receive, 0, sizeof receive); \
        for (int i = 0; i < ITEMS; i++) { \
            send[i].value = (type)((check_rank + i) % 3); \
            send[i].index = check_rank; \
        } \
        for (int least = 0; least < 2; least++) { \
            MPI_Allreduce(send, receive, ITEMS, mpi_type, least ? MPI_MINLOC : MPI_MAXLOC, MPI_COMM_WORLD); \
            for (int i = 0; i < ITEMS; i++) { \
                int best = 0; \
                for (int r = 1; r < check_size; r++) \
                    if (least ? (r + i) % 3 < (best + i) % 3 : (r + i) % 3 > (best + i) % 3) \
                        best = r; \
                CHECK_VALUE(#mpi_type " index", receive[i].index, best); \
                CHECK_VALUE(#mpi_type " value", receive[i].value, (best + i) % 3); \
            } \
        } \
    } while (0)

static void test_predefined(void)
{
    INTEGER(signed char, MPI_SIGNED_CHAR);
    INTEGER(unsigned char, MPI_UNSIGNED_CHAR);
    INTEGER(short, MPI_SHORT);
    INTEGER(unsigned short, MPI_UNSIGNED_SHORT);
    INTEGER(int, MPI_INT);
    INTEGER(unsigned, MPI_UNSIGNED);
    INTEGER(long, MPI_LONG);
    INTEGER(unsigned long, MPI_UNSIGNED_LONG);
    INTEGER(long long, MPI_LONG_LONG);
    INTEGER(unsigned long long, MPI_UNSIGNED_LONG_LONG);
    INTEGER(int8_t, MPI_INT8_T);
    INTEGER(int16_t, MPI_INT16_T);
    INTEGER(int32_t, MPI_INT32_T);
    INTEGER(int64_t, MPI_INT64_T);
    INTEGER(uint8_t, MPI_UINT8_T);
    INTEGER(uint16_t, MPI_UINT16_T);
    INTEGER(uint32_t, MPI_UINT32_T);
    INTEGER(uint64_t, MPI_UINT64_T);
    INTEGER(MPI_Aint, MPI_AINT);
    INTEGER(MPI_Offset, MPI_OFFSET);
    INTEGER(MPI_Count, MPI_COUNT);
    BITWISE(unsigned char, MPI_BYTE);
    LOGICAL(bool, MPI_C_BOOL);
    ORDERED(float, MPI_FLOAT);
    ORDERED(double, MPI_DOUBLE);
    ORDERED(long double, MPI_LONG_DOUBLE);
    ARITHMETIC(float complex, MPI_C_FLOAT_COMPLEX);
    ARITHMETIC(double complex, MPI_C_DOUBLE_COMPLEX);
    ARITHMETIC(long double complex, MPI_C_LONG_DOUBLE_COMPLEX);
    INTEGER(int, MPI_INTEGER);
    ORDERED(float, MPI_REAL);
    ORDERED(double, MPI_DOUBLE_PRECISION);
    LOGICAL(int, MPI_LOGICAL);
    ARITHMETIC(float complex, MPI_COMPLEX);
    ARITHMETIC(double complex, MPI_DOUBLE_COMPLEX);
    PAIRS(float, MPI_FLOAT_INT);
    PAIRS(double, MPI_DOUBLE_INT);
    PAIRS(long, MPI_LONG_INT);
    PAIRS(short, MPI_SHORT_INT);
    PAIRS(long double, MPI_LONG_DOUBLE_INT);
    PAIRS(int, MPI_2INT);
}

/* MPI_2INTEGER is an array of pairs. */
static void test_fortran_pairs(void)
{
    int send[2] = {(check_rank + 1) % check_size, check_rank}, receive[2];
    MPI_Allreduce(send, receive, 1, MPI_2INTEGER, MPI_MAXLOC, MPI_COMM_WORLD);
    CHECK_EQUAL(receive[0], check_size - 1);
    CHECK_EQUAL(receive[1], (check_size - 2 + check_size) % check_size);
}

struct record {
    char tag;
    double number;
    short list[3];
};

static int calls;

static void merge(void *in, void *inout, int *count, MPI_Datatype *type)
{
    struct record *from = in, *to = inout;
    int bytes;
    MPI_Type_size(*type, &bytes);
    CHECK_EQUAL(bytes, 1 + 8 + 6);
    calls++;
    for (int i = 0; i < *count; i++) {
        to[i].tag = (char)(to[i].tag | from[i].tag);
        to[i].number += from[i].number;
        for (int j = 0; j < 3; j++)
            to[i].list[j] = (short)(to[i].list[j] > from[i].list[j] ? to[i].list[j] : from[i].list[j]);
    }
}

static void test_user_operation(void)
{
    int lengths[3] = {1, 1, 3}, commutative;
    MPI_Aint places[3] = {offsetof(struct record, tag), offsetof(struct record, number), offsetof(struct record, list)};
    MPI_Datatype parts[3] = {MPI_CHAR, MPI_DOUBLE, MPI_SHORT}, packed, type;
    MPI_Op op;
    MPI_Type_create_struct(3, lengths, places, parts, &packed);
    MPI_Type_create_resized(packed, 0, sizeof(struct record), &type);
    MPI_Type_commit(&type);
    MPI_Op_create(merge, 1, &op);
    MPI_Op_commutative(op, &commutative);
    CHECK(commutative);

    enum { RECORDS = 1000 };
    struct record *send = calloc(RECORDS, sizeof *send), *receive = calloc(RECORDS, sizeof *receive);
    for (int i = 0; i < RECORDS; i++) {
        send[i].tag = (char)(1 << check_rank % 4);
        send[i].number = check_rank + i;
        send[i].list[2] = (short)(check_rank * 10 + i % 7);
    }
    MPI_Allreduce(send, receive, RECORDS, type, op, MPI_COMM_WORLD);
    for (int i = 0; i < RECORDS; i++) {
        CHECK_VALUE("tag", receive[i].tag, check_size >= 4 ? 15 : (1 << check_size) - 1);
        CHECK_VALUE("number", receive[i].number, check_size * (check_size - 1) / 2 + i * check_size);
        CHECK_VALUE("list", receive[i].list[2], (check_size - 1) * 10 + i % 7);
    }
    int before = calls;
    MPI_Reduce_local(send, receive, RECORDS, type, op);
    CHECK(calls > before);
    CHECK_VALUE("reduce_local", receive[3].number,
                check_size * (check_size - 1) / 2 + 3 * check_size + check_rank + 3);
    MPI_Op_free(&op);
    CHECK(op == MPI_OP_NULL);
    MPI_Type_free(&type);
    MPI_Type_free(&packed);
    free(send);
    free(receive);
}

static void test_reduce_local(void)
{
    double in[4] = {1, 2, 3, 4}, inout[4] = {10, 20, 30, 40};
    int commutative;
    MPI_Reduce_local(in, inout, 4, MPI_DOUBLE, MPI_SUM);
    for (int i = 0; i < 4; i++)
        CHECK_EQUAL(inout[i], 11 * (i + 1));
    MPI_Op_commutative(MPI_SUM, &commutative);
    CHECK(commutative);
}

/* Floating-point sums must not depend on which rank asks. */
static void test_same_everywhere(void)
{
    double mine = 1.0 / (3 + check_rank), sum, lowest, highest;
    MPI_Allreduce(&mine, &sum, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    MPI_Allreduce(&sum, &lowest, 1, MPI_DOUBLE, MPI_MIN, MPI_COMM_WORLD);
    MPI_Allreduce(&sum, &highest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    CHECK(lowest == highest);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_predefined();
    test_fortran_pairs();
    test_user_operation();
    test_reduce_local();
    test_same_everywhere();
    return finish("operations");
}
