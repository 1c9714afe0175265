/* getopt's state is the rank's; its messages are glibc's. */
#define _GNU_SOURCE
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int flag;
static const struct option longs[] = {{"verbose", no_argument, NULL, 'v'},
                                      {"version", no_argument, NULL, 'V'},
                                      {"output", required_argument, NULL, 'o'},
                                      {"level", optional_argument, NULL, 'l'},
                                      {"flag", no_argument, &flag, 1},
                                      {NULL, 0, NULL, 0}};

static void scan(const char *shorts, int kind, char *const *given) {
    char *argv[16];
    int argc = 0;
    for (; given[argc] != NULL; argc++) argv[argc] = given[argc];
    argv[argc] = NULL;
    printf("-- %s\n", shorts);
    optind = 0;
    int option, index;
    while (index = -1, option = kind == 0   ? getopt(argc, argv, shorts)
                                : kind == 1 ? getopt_long(argc, argv, shorts, longs, &index)
                                            : getopt_long_only(argc, argv, shorts, longs, &index),
           option != -1) {
        printf("%d '%c' optind %d optarg %s index %d", option, option > 31 ? option : '.', optind,
               optarg == NULL ? "-" : optarg, index);
        if (option == '?' || option == ':') printf(" optopt %d", optopt);
        printf("\n");
    }
    printf("optind %d:", optind);
    for (int i = 1; i < argc; i++) printf(" %s", argv[i]);
    printf("\n");
}

int main(void) {
    dup2(1, 2); /* messages among the output, in order */
    setvbuf(stdout, NULL, _IONBF, 0);
    char *plain[] = {"prog", "-a", "x", "-bvalue", "y", "-b", "value", "-c", "-cz", "-q", "--", "-a", NULL};
    scan("ab:c::", 0, plain);
    scan("+ab:c::", 0, plain);
    scan("-ab:c::", 0, plain);
    scan(":ab:c::", 0, plain);
    char *wide[] = {"prog", "file", "--verb", "--ver", "--output", "o", "--out=p", "--level", "--level=3", "--flag",
                    "--none", "--flag=2", "-v", "last", "--output", NULL};
    scan("vVo:l::", 1, wide);
    scan(":vVo:l::", 1, wide);
    char *single[] = {"prog", "-verbose", "-output", "o", "-v", "-vers", "-zzz", "more", NULL};
    scan("vVo:l::", 2, single);
    opterr = 0;
    scan("vVo:l::", 1, wide);
    printf("flag %d\n", flag);
    return 0;
}
