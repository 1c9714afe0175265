/* The environment belongs to the rank. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void show(const char *name) {
    const char *value = getenv(name);
    printf("%s=%s\n", name, value == NULL ? "(none)" : value);
}

int main(void) {
    static char entry[] = "FLOTILLA_PUT=first";
    show("FLOTILLA_TEST");
    printf("set %d\n", setenv("FLOTILLA_TEST", "one", 0));
    show("FLOTILLA_TEST");
    const char *kept = getenv("FLOTILLA_TEST");
    printf("keep %d\n", setenv("FLOTILLA_TEST", "two", 0));
    show("FLOTILLA_TEST");
    printf("replace %d\n", setenv("FLOTILLA_TEST", "a longer value than before", 1));
    show("FLOTILLA_TEST");
    printf("kept %s\n", kept);
    printf("put %d\n", putenv(entry));
    memcpy(strchr(entry, '=') + 1, "other", 5);
    show("FLOTILLA_PUT");
    printf("putenv of a bare name %d\n", putenv((char *)"FLOTILLA_PUT"));
    show("FLOTILLA_PUT");
    printf("unset %d\n", unsetenv("FLOTILLA_TEST"));
    show("FLOTILLA_TEST");
    errno = 0;
    int result = setenv("A=B", "x", 1);
    printf("bad %d %d", result, errno == EINVAL);
    errno = 0;
    result = setenv("", "x", 1);
    printf(" %d %d", result, errno == EINVAL);
    errno = 0;
    result = unsetenv("A=B");
    printf(" %d %d\n", result, errno == EINVAL);
    for (int i = 0; i < 300; i++) {
        char name[32], value[32];
        snprintf(name, sizeof name, "FLOTILLA_%d", i);
        snprintf(value, sizeof value, "%d", i * i);
        if (setenv(name, value, 1) != 0) return 1;
    }
    for (int i = 0; i < 300; i += 2) {
        char name[32];
        snprintf(name, sizeof name, "FLOTILLA_%d", i);
        unsetenv(name);
    }
    int sum = 0, count = 0;
    for (char **e = environ; *e != NULL; e++) {
        if (strncmp(*e, "FLOTILLA_", 9) != 0) continue;
        count++;
        sum += atoi(strchr(*e, '=') + 1);
    }
    printf("entries %d sum %d\n", count, sum);
    printf("clear %d\n", clearenv());
    show("PATH");
    printf("environ empty %d\n", environ == NULL || *environ == NULL);
    setenv("AGAIN", "yes", 1);
    show("AGAIN");
    printf("secure %s\n", secure_getenv("AGAIN"));
    return 0;
}
