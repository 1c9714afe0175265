/*
 * getopt and its kin: each rank goes through arguments of its own, and leaves the others' position alone.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <getopt.h>
#include <unistd.h>

static char words[12][16];
static char *arguments[13];

/* prog -a... (rank % 5 + 1 of them in one word) -n RANK x --number=RANK y, and an unknown one in odd ranks */
static int make(void)
{
    int count = 0;
    strcpy(words[count++], "prog");
    strcpy(words[count], "-");
    for (int i = 0; i <= check_rank % 5; i++)
        strcat(words[count], "a");
    count++;
    strcpy(words[count++], "-n");
    sprintf(words[count++], "%d", check_rank);
    strcpy(words[count++], "x");
    sprintf(words[count++], "--number=%d", check_rank);
    strcpy(words[count++], "y");
    if (check_rank % 2)
        strcpy(words[count++], "-z");
    for (int i = 0; i < count; i++)
        arguments[i] = words[i];
    arguments[count] = NULL;
    return count;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {{"number", required_argument, NULL, 'N'}, {NULL, 0, NULL, 0}};
    start(&argc, &argv);
    for (int round = 0; round < 2; round++) {
        int count = make(), flags = 0, numbers = 0, unknown = 0, option;
        CHECK_EQUAL(optind, 1);
        CHECK_EQUAL(opterr, 1);
        opterr = 0;
        for (int turn = 0; turn < 10; turn++) {
            option = getopt_long(count, arguments, "an:", longs, NULL);
            char *value = optarg;
            int letter = optopt;
            interleave();
            switch (option) {
            case 'a':
                flags++;
                break;
            case 'n':
            case 'N':
                CHECK(value == optarg && atoi(optarg) == check_rank);
                numbers++;
                break;
            case '?':
                CHECK(letter == optopt && optopt == 'z');
                unknown++;
                break;
            default:
                CHECK_EQUAL(option, -1);
            }
        }
        CHECK_EQUAL(flags, check_rank % 5 + 1);
        CHECK_EQUAL(numbers, 2);
        CHECK_EQUAL(unknown, check_rank % 2);
        /* What is no option went to the end. */
        CHECK_EQUAL(optind, count - 2);
        CHECK(strcmp(arguments[optind], "x") == 0 && strcmp(arguments[optind + 1], "y") == 0);
        interleave();
        optind = 1;
        opterr = 1;
    }
    /* The plain one, half way when others start. */
    int count = make(), seen = 0;
    optind = 0;
    for (int turn = 0; turn < 8 && getopt(count, arguments, "+an:") != -1; turn++)
        seen++;
    interleave();
    CHECK_EQUAL(seen, check_rank % 5 + 2);
    CHECK_EQUAL(optind, 4);
    return finish("options");
}
