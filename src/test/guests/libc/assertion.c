/* A failed assertion: the message on standard error, SIGABRT's handler, an abnormal end. */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void handler(int signal) {
    printf("handler %d\n", signal);
    fflush(stdout);
    _exit(6);
}

int main(void) {
    int two = 2;
    signal(SIGABRT, handler);
    assert(two + two == 5);
    return 0;
}
