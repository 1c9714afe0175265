/*
 * Groups: every constructor, set operation, comparison and translation.
 *
 * test: ranks 1 3 6
 * test: flotilla-ranks 17
 */
#include "../support/check.h"

static void expect(const char *what, MPI_Group group, int count, const int *world_ranks)
{
    MPI_Group world;
    int size, all[64], translated[64], rank;
    MPI_Comm_group(MPI_COMM_WORLD, &world);
    MPI_Group_size(group, &size);
    CHECK_VALUE(what, size, count);
    for (int i = 0; i < size; i++)
        all[i] = i;
    MPI_Group_translate_ranks(group, size, all, world, translated);
    int expected_rank = MPI_UNDEFINED;
    for (int i = 0; i < size && i < count; i++) {
        CHECK_VALUE(what, translated[i], world_ranks[i]);
        if (world_ranks[i] == check_rank)
            expected_rank = i;
    }
    MPI_Group_rank(group, &rank);
    CHECK_VALUE(what, rank, expected_rank);
    MPI_Group_free(&world);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    MPI_Group world, low, high, result, empty;
    int n = check_size, members[64] = {0}, middle = n / 2, answer;

    MPI_Comm_group(MPI_COMM_WORLD, &world);
    for (int i = 0; i < n; i++)
        members[i] = i;
    expect("world", world, n, members);

    int low_members[64], high_members[64], lows = 0, highs = 0;
    for (int i = 0; i <= middle && i < n; i++)
        low_members[lows++] = i;
    for (int i = n - 1; i >= middle; i--)
        high_members[highs++] = i;
    MPI_Group_incl(world, lows, low_members, &low);
    expect("incl", low, lows, low_members);
    MPI_Group_incl(world, highs, high_members, &high);
    expect("incl backwards", high, highs, high_members);

    int expected[64], count = 0;
    for (int i = 0; i < lows; i++)
        expected[count++] = low_members[i];
    for (int i = 0; i < highs; i++)
        if (high_members[i] > middle)
            expected[count++] = high_members[i];
    MPI_Group_union(low, high, &result);
    expect("union", result, count, expected);
    MPI_Group_compare(result, world, &answer);
    CHECK_EQUAL(answer, n <= 2 || highs <= 2 ? MPI_IDENT : MPI_SIMILAR);
    MPI_Group_free(&result);

    MPI_Group_intersection(low, high, &result);
    expect("intersection", result, 1, &middle);
    MPI_Group_free(&result);

    MPI_Group_difference(low, high, &result);
    expect("difference", result, lows - 1, low_members);
    MPI_Group_compare(result, low, &answer);
    CHECK_EQUAL(answer, MPI_UNEQUAL);
    if (result != MPI_GROUP_EMPTY)
        MPI_Group_free(&result);

    MPI_Group_difference(low, low, &empty);
    MPI_Group_compare(empty, MPI_GROUP_EMPTY, &answer);
    CHECK_EQUAL(answer, MPI_IDENT);
    MPI_Group_size(MPI_GROUP_EMPTY, &answer);
    CHECK_EQUAL(answer, 0);

    MPI_Group_excl(world, 1, &middle, &result);
    count = 0;
    for (int i = 0; i < n; i++)
        if (i != middle)
            expected[count++] = i;
    expect("excl", result, count, expected);
    if (result != MPI_GROUP_EMPTY)
        MPI_Group_free(&result);

    /* Two ranges: down in steps of two, then the rest up. */
    int ranges[2][3] = {{n - 1, 0, -2}, {n % 2 ? 1 : 0, n - 1, 2}}, pieces = n > 1 ? 2 : 1;
    count = 0;
    for (int i = n - 1; i >= 0; i -= 2)
        expected[count++] = i;
    for (int i = n % 2 ? 1 : 0; i < n && pieces == 2; i += 2)
        expected[count++] = i;
    MPI_Group_range_incl(world, pieces, ranges, &result);
    expect("range_incl", result, count, expected);
    MPI_Group_free(&result);

    int null_rank = MPI_PROC_NULL, translated;
    MPI_Group_translate_ranks(world, 1, &null_rank, low, &translated);
    CHECK_EQUAL(translated, MPI_PROC_NULL);
    int last = n - 1;
    MPI_Group_translate_ranks(world, 1, &last, low, &translated);
    CHECK_EQUAL(translated, middle == last || lows > last ? last : MPI_UNDEFINED);

    MPI_Group_free(&low);
    MPI_Group_free(&high);
    MPI_Group_free(&world);
    CHECK(world == MPI_GROUP_NULL);
    return finish("groups");
}
