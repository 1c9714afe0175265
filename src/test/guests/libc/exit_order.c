/* What runs at exit, in which order: functions registered with and without arguments, while others run, destructors. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor(101))) static void early(void) { printf("constructor 101\n"); }
__attribute__((constructor)) static void late(void) { printf("constructor\n"); }
__attribute__((destructor)) static void first_down(void) { printf("destructor\n"); }
__attribute__((destructor(101))) static void last_down(void) { printf("destructor 101\n"); }

static void one(void) { printf("one\n"); }
static void two(void) { printf("two\n"); }

static void registers_more(void) {
    printf("registers more\n");
    atexit(two);
}

static void exits_again(void) {
    printf("exits again\n");
    exit(9);
}

static void with_status(int status, void *argument) { printf("status %d argument %s\n", status, (char *)argument); }

static void many(void) {
    static int left = 100;
    if (--left == 0) printf("the last of a hundred\n");
}

int main(int argc, char **argv) {
    (void)argv;
    atexit(one);
    on_exit(with_status, (void *)"text");
    for (int i = 0; i < 100; i++) atexit(many);
    atexit(registers_more);
    atexit(exits_again);
    atexit(one);
    printf("main, no newline at the end");
    if (argc > 1) _exit(4);
    return 7;
}
