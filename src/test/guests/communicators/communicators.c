/*
 * Communicators: dup, idup, split, split_type, create, create_group, names, comparison, and that each is a world of its
 * own.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 16
 */
#include "../support/check.h"

static void expect(const char *what, MPI_Comm comm, int expected_size, int expected_rank)
{
    int size, rank, sum;
    MPI_Comm_size(comm, &size);
    MPI_Comm_rank(comm, &rank);
    CHECK_VALUE(what, size, expected_size);
    CHECK_VALUE(what, rank, expected_rank);
    MPI_Allreduce(&rank, &sum, 1, MPI_INT, MPI_SUM, comm);
    CHECK_VALUE(what, sum, size * (size - 1) / 2);
}

static void test_dup(void)
{
    MPI_Comm copy, again;
    MPI_Request request;
    int result;
    MPI_Comm_dup(MPI_COMM_WORLD, &copy);
    expect("dup", copy, check_size, check_rank);
    MPI_Comm_compare(MPI_COMM_WORLD, copy, &result);
    CHECK_EQUAL(result, MPI_CONGRUENT);
    MPI_Comm_compare(copy, copy, &result);
    CHECK_EQUAL(result, MPI_IDENT);
    MPI_Comm_idup(copy, &again, &request);
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    expect("idup", again, check_size, check_rank);
    MPI_Comm_free(&copy);
    CHECK(copy == MPI_COMM_NULL);
    expect("idup after its parent", again, check_size, check_rank);
    MPI_Comm_disconnect(&again);
    CHECK(again == MPI_COMM_NULL);

    MPI_Info info;
    MPI_Info_create(&info);
    MPI_Comm_dup_with_info(MPI_COMM_WORLD, info, &copy);
    expect("dup_with_info", copy, check_size, check_rank);
    MPI_Info_free(&info);
    MPI_Comm_get_info(copy, &info);
    CHECK(info != MPI_INFO_NULL);
    MPI_Info_free(&info);
    MPI_Comm_free(&copy);
}

static void test_split(void)
{
    MPI_Comm part, reverse, none, node;
    int result;
    MPI_Comm_split(MPI_COMM_WORLD, check_rank % 2, check_rank, &part);
    expect("split", part, (check_size + 1 - check_rank % 2) / 2, check_rank / 2);
    MPI_Comm_free(&part);
    /* MPICH takes them, and programs that use them exist. */
    MPI_Comm_split(MPI_COMM_WORLD, -5 - check_rank % 2, check_rank, &part);
    expect("negative colors", part, (check_size + 1 - check_rank % 2) / 2, check_rank / 2);
    MPI_Comm_split(MPI_COMM_WORLD, 0, -check_rank, &reverse);
    expect("reverse", reverse, check_size, check_size - 1 - check_rank);
    MPI_Comm_compare(MPI_COMM_WORLD, reverse, &result);
    CHECK_EQUAL(result, check_size == 1 ? MPI_CONGRUENT : MPI_SIMILAR);
    MPI_Comm_split(MPI_COMM_WORLD, check_rank == 0 ? MPI_UNDEFINED : 7, 0, &none);
    if (check_rank == 0) {
        CHECK(none == MPI_COMM_NULL);
    } else {
        expect("rest", none, check_size - 1, check_rank - 1);
        MPI_Comm_compare(MPI_COMM_WORLD, none, &result);
        CHECK_EQUAL(result, MPI_UNEQUAL);
        MPI_Comm_free(&none);
    }
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    expect("split_type", node, check_size, check_rank);
    MPI_Comm_split_type(MPI_COMM_WORLD, MPI_UNDEFINED, 0, MPI_INFO_NULL, &none);
    CHECK(none == MPI_COMM_NULL);
    MPI_Comm_free(&node);
    MPI_Comm_free(&reverse);
    MPI_Comm_free(&part);
}

static void test_create(void)
{
    MPI_Group world, odd;
    MPI_Comm comm;
    int ranges[1][3] = {{0, check_size - 1, 2}};
    MPI_Comm_group(MPI_COMM_WORLD, &world);
    MPI_Group_range_excl(world, 1, ranges, &odd);
    MPI_Comm_create(MPI_COMM_WORLD, odd, &comm);
    if (check_rank % 2) {
        expect("create", comm, check_size / 2, check_rank / 2);
        MPI_Comm_free(&comm);
        /* Only the group's members call. */
        MPI_Comm_create_group(MPI_COMM_WORLD, odd, 5, &comm);
        expect("create_group", comm, check_size / 2, check_rank / 2);
        MPI_Comm_free(&comm);
    } else {
        CHECK(comm == MPI_COMM_NULL);
    }
    MPI_Group_free(&odd);
    MPI_Group_free(&world);
}

static void test_names(void)
{
    char name[MPI_MAX_OBJECT_NAME];
    int length;
    MPI_Comm_get_name(MPI_COMM_WORLD, name, &length);
    CHECK(strcmp(name, "MPI_COMM_WORLD") == 0);
    CHECK_EQUAL(length, 14);
    MPI_Comm_get_name(MPI_COMM_SELF, name, &length);
    CHECK(strcmp(name, "MPI_COMM_SELF") == 0);
    MPI_Comm copy;
    MPI_Comm_dup(MPI_COMM_WORLD, &copy);
    MPI_Comm_get_name(copy, name, &length);
    CHECK_EQUAL(length, 0);
    MPI_Comm_set_name(copy, "a copy");
    MPI_Comm_get_name(copy, name, &length);
    CHECK(strcmp(name, "a copy") == 0);
    MPI_Comm_free(&copy);
}

/* Handles outlive Fortran's integers and come back. */
static void test_conversion(void)
{
    MPI_Comm copy;
    MPI_Comm_dup(MPI_COMM_WORLD, &copy);
    CHECK(MPI_Comm_f2c(MPI_Comm_c2f(copy)) == copy);
    CHECK(MPI_Comm_f2c(MPI_Comm_c2f(MPI_COMM_WORLD)) == MPI_COMM_WORLD);
    CHECK(MPI_Type_f2c(MPI_Type_c2f(MPI_DOUBLE)) == MPI_DOUBLE);
    CHECK(MPI_Op_f2c(MPI_Op_c2f(MPI_SUM)) == MPI_SUM);
    MPI_Comm_free(&copy);
}

static void test_self(void)
{
    int value = check_rank, got = -1;
    expect("self", MPI_COMM_SELF, 1, 0);
    MPI_Sendrecv(&value, 1, MPI_INT, 0, 0, &got, 1, MPI_INT, 0, 0, MPI_COMM_SELF, MPI_STATUS_IGNORE);
    CHECK_EQUAL(got, check_rank);
}

/* Many at once, and many one after the other. */
static void test_many(void)
{
    enum { MANY = 300 };
    MPI_Comm comms[MANY];
    for (int i = 0; i < MANY; i++)
        MPI_Comm_dup(i == 0 ? MPI_COMM_WORLD : comms[i - 1], &comms[i]);
    expect("last of many", comms[MANY - 1], check_size, check_rank);
    for (int i = 0; i < MANY; i++)
        MPI_Comm_free(&comms[i]);
    for (int i = 0; i < 3 * MANY; i++) {
        MPI_Comm_dup(MPI_COMM_WORLD, &comms[0]);
        MPI_Comm_free(&comms[0]);
    }
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_dup();
    test_split();
    test_create();
    test_names();
    test_conversion();
    test_self();
    test_many();
    return finish("communicators");
}
