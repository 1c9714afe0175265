/*
 * Plugins: dlopen of a library that was not linked, private to each rank, twice the same handle, its constructor, dlsym,
 * a call back into the program, thread-local variables, RTLD_DEFAULT and RTLD_NEXT, dladdr, dl_iterate_phdr, dlerror,
 * dlclose with the destructor.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 10
 * test: flags -rdynamic -ldl
 * test: plugin plugin library/plugin.c
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <dlfcn.h>
#include <link.h>

int program_value = 10;
static int plugin_gone;

int program_callback(int x)
{
    return x + program_value;
}

void program_plugin_gone(int count)
{
    plugin_gone += count;
}

static int seen_program, seen_plugin;

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size, (void)data;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t from = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD && (uintptr_t)&program_value >= from
            && (uintptr_t)&program_value < from + info->dlpi_phdr[i].p_memsz)
            seen_program++;
    }
    seen_plugin += strstr(info->dlpi_name, "libplugin.so") != NULL;
    return 0;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    program_value += check_rank;
    void *plugin = dlopen("./libplugin.so", RTLD_NOW | RTLD_LOCAL);
    if (plugin == NULL) {
        fprintf(stderr, "dlopen: %s\n", dlerror());
        MPI_Abort(MPI_COMM_WORLD, 3);
    }
    CHECK(dlopen("./libplugin.so", RTLD_NOW) == plugin);
    dlclose(plugin);

    int (*next)(void) = (int (*)(void))dlsym(plugin, "plugin_next");
    int (*through)(int) = (int (*)(int))dlsym(plugin, "plugin_through_program");
    int *constructed = dlsym(plugin, "plugin_constructed");
    CHECK(next != NULL && through != NULL && constructed != NULL);
    CHECK_EQUAL(*constructed, 1);
    for (int i = 0; i < check_rank; i++)
        next();
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(next(), 2 * (check_rank + 1));
    CHECK_EQUAL(through(5), 15 + check_rank);

    CHECK(dlsym(plugin, "no_such_name") == NULL);
    const char *error = dlerror();
    CHECK(error != NULL && strstr(error, "no_such_name") != NULL);
    CHECK(dlerror() == NULL);
    CHECK(dlopen("./no-such-library.so", RTLD_NOW) == NULL);
    error = dlerror();
    CHECK(error != NULL && strstr(error, "no-such-library") != NULL);
    CHECK(dlsym(RTLD_DEFAULT, "program_callback") == (void *)program_callback);
    CHECK(dlsym(RTLD_DEFAULT, "plugin_next") == NULL);  /* RTLD_LOCAL */
    void *itself = dlopen(NULL, RTLD_NOW);
    CHECK(dlsym(itself, "program_value") == &program_value);
    double (*cosine)(double) = (double (*)(double))dlsym(RTLD_DEFAULT, "strtod");
    CHECK(cosine != NULL);

    Dl_info info;
    CHECK(dladdr((void *)next, &info) != 0);
    CHECK(strstr(info.dli_fname, "libplugin.so") != NULL && strcmp(info.dli_sname, "plugin_next") == 0);
    CHECK(dladdr((void *)program_callback, &info) != 0 && strcmp(info.dli_sname, "program_callback") == 0);
    dl_iterate_phdr(visit, NULL);
    CHECK_EQUAL(seen_program, 1);
    CHECK_EQUAL(seen_plugin, 1);

    CHECK_EQUAL(dlclose(plugin), 0);
    CHECK_EQUAL(plugin_gone, 1);
    return finish("plugins");
}
