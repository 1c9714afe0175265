/* Leaves its process whenever it yields, and opens, uses and closes libraries: argument 1 and 2 are their paths. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static int failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            failures++; \
            const char *why = dlerror(); \
            printf("plugins.c:%d: %s: %s\n", __LINE__, #condition, why == NULL ? "" : why); \
        } \
    } while (0)

static void *opened[2];
static int (*count[2])(void);
static const char *(*name[2])(void);

static void take(int which, const char *path)
{
    opened[which] = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CHECK(opened[which] != NULL);
    sched_yield();
    *(void **)&count[which] = dlsym(opened[which], "count");
    *(void **)&name[which] = dlsym(opened[which], "name");
    CHECK(count[which] != NULL && name[which] != NULL);
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    CHECK(dlopen("/nowhere/lib.so", RTLD_NOW) == NULL);
    dlerror();
    pid_t (*parent)(void);
    *(void **)&parent = dlsym(RTLD_DEFAULT, "getppid");
    sched_yield();
    CHECK(parent() > 0);
    for (int round = 0; round < 5; round++) {
        take(0, argv[1]);
        for (int i = 1; i < 4; i++) {
            CHECK(count[0]() == i);
            sched_yield();
        }
        take(1, argv[2]);
        CHECK(strcmp(name[0](), "first") == 0 && strcmp(name[1](), "second") == 0);
        CHECK(count[1]() == 1 && count[0]() == 4);
        double (*root)(double);
        *(void **)&root = dlsym(RTLD_DEFAULT, "sqrt"); /* of libm, which the program is not linked with */
        sched_yield();
        CHECK(count[1]() == 2 && count[0]() == 5);
        CHECK(root == NULL || root(16) == 4);
        CHECK(dlclose(opened[round % 2]) == 0);
        sched_yield();
        CHECK(count[1 - round % 2]() == (round % 2 ? 6 : 3));
        Dl_info info;
        CHECK(dladdr(*(void **)&count[1 - round % 2], &info) != 0 && strcmp(info.dli_sname, "count") == 0);
        CHECK(dlclose(opened[1 - round % 2]) == 0);
        sched_yield();
    }
    printf("%d failures\n", failures);
    return failures != 0;
}
