/* Each rank sees the sequences that a process sees. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

static void show(const char *what) {
    printf("%s:", what);
    for (int i = 0; i < 5; i++) printf(" %ld", random());
    printf(" | %d %d\n", rand(), rand());
}

int main(void) {
    static char small[8], middle[64], large[256];
    show("not seeded");
    srand(1);
    show("seed 1");
    srandom(0);
    show("seed 0");
    srand(4000000000u);
    show("large seed");
    char *first = initstate(7, small, sizeof small);
    show("8 bytes");
    initstate(7, middle, sizeof middle);
    show("64 bytes");
    initstate(7, large, sizeof large);
    show("256 bytes");
    setstate(middle);
    show("64 bytes again");
    setstate(small);
    show("8 bytes again");
    setstate(first);
    show("the first again");
    printf("drand48 %.17g %ld %ld\n", drand48(), lrand48(), mrand48());
    srand48(42);
    printf("seeded %.17g %ld %ld\n", drand48(), lrand48(), mrand48());
    unsigned short own[3] = {1, 2, 3};
    printf("own %.17g %ld %ld\n", erand48(own), nrand48(own), jrand48(own));
    unsigned short *old = seed48(own);
    printf("old %u %u %u\n", old[0], old[1], old[2]);
    printf("seed48 %.17g\n", drand48());
    unsigned short parameters[7] = {1, 2, 3, 4, 5, 6, 7};
    lcong48(parameters);
    printf("lcong48 %.17g %ld\n", drand48(), jrand48(own));
    return 0;
}
