/* A program with an allocator of its own: what libc answers for it to free comes from there, and goes back there.
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: flags -fno-builtin
 * test: stealing */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stddef.h>
#include <unistd.h>
#include <wchar.h>

#include "../support/check.h"

#define SIZE (64 << 20)

static char arena[SIZE] __attribute__((aligned(4096)));
static size_t used;
static long calls, freed;

static int is_of_arena(const void *memory)
{
    return (const char *)memory >= arena && (const char *)memory < arena + used;
}

/* Nothing is used again; a block's size stands before it. MPICH's libraries may have threads. */
static void *get(size_t alignment, size_t size)
{
    static int lock;
    void *memory = NULL;
    while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
        ;
    size_t at = (used + 16 + alignment - 1) / alignment * alignment;
    if (at < SIZE && size < SIZE - at - 16) {
        memory = arena + at;
        *(size_t *)(arena + at - 16) = size;
        used = at + (size + 15) / 16 * 16;
        calls++;
    }
    __atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
    return memory;
}

void *malloc(size_t size)
{
    return get(16, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return get(alignment < 16 ? 16 : alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
    return aligned_alloc(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = aligned_alloc(alignment, size);
    return *memory == NULL ? 12 : 0;
}

void free(void *memory)
{
    if (memory == NULL)
        return;
    if (!is_of_arena(memory))
        abort();
    freed++;
}

void *calloc(size_t count, size_t size)
{
    return malloc(count * size);
}

void *realloc(void *memory, size_t size)
{
    void *copy = malloc(size);
    if (memory != NULL && copy != NULL) {
        size_t had = *(size_t *)((char *)memory - 16);
        memcpy(copy, memory, had < size ? had : size);
        free(memory);
    }
    return copy;
}

#define CHECK_FREE(memory) \
    do { \
        void *block = (memory); \
        CHECK(is_of_arena(block)); \
        long before = freed; \
        free(block); \
        CHECK_EQUAL(freed, before + 1); \
    } while (0)

int main(int argc, char **argv)
{
    start(&argc, &argv);
    char *text = NULL, *line = NULL;
    size_t room = 0;
    struct dirent **entries;
    for (int i = 0; i < 20; i++) {
        CHECK_FREE(strdup("text"));
        CHECK_FREE(strndup("text", 2));
        CHECK_FREE(wcsdup(L"text"));
        CHECK_EQUAL(asprintf(&text, "%d", 12), 2);
        CHECK_FREE(text);
        CHECK_EQUAL(sscanf("word", "%ms", &text), 1);
        CHECK_FREE(text);
        CHECK_FREE(realpath("/", NULL));
        CHECK_FREE(getcwd(NULL, 0));
        CHECK_FREE(reallocarray(NULL, 3, 4));
        CHECK_FREE(tempnam("/tmp", "name"));
        MPI_Barrier(MPI_COMM_WORLD);
    }
    int count = scandir("/proc/sys", &entries, NULL, alphasort);
    CHECK(count > 2);
    for (int i = 0; i < count; i++)
        CHECK_FREE(entries[i]);
    CHECK_FREE(entries);
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(getline(&line, &room, file) > 0);
    CHECK_FREE(line);
    fclose(file);
    file = open_memstream(&text, &room);
    fputs("text", file);
    fclose(file);
    CHECK_FREE(text);
    CHECK(calls > 100);
    return finish("own_malloc");
}
