/*
 * The malloc family: contents, alignment, zeros, limits. Ends with a line of its own accord.
 *
 * Not with 64 ranks: where page faults are dear, that takes minutes.
 *
 * test: flotilla-ranks 1 4
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define BLOCKS 500

static unsigned long state = 88172645463325252ul;

static unsigned long number(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static struct {
    unsigned char *memory;
    size_t size;
    unsigned char byte;
} blocks[BLOCKS];

static int is_filled(const unsigned char *memory, unsigned char byte, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (memory[i] != byte) return 0;
    }
    return 1;
}

static int churn(void) {
    for (int round = 0; round < 100000; round++) {
        int i = (int)(number() % BLOCKS);
        size_t size = number() % (round % 50 == 0 ? 300000 : 600) + 1;
        if (blocks[i].memory == NULL) {
            int kind = (int)(number() % 3);
            void *memory;
            if (kind == 0) {
                memory = malloc(size);
            } else if (kind == 1) {
                memory = calloc(1, size);
                if (!is_filled(memory, 0, size)) return 1;
            } else {
                size_t alignment = (size_t)16 << number() % 9;
                if (posix_memalign(&memory, alignment, size) != 0 || (uintptr_t)memory % alignment != 0) return 2;
            }
            if (memory == NULL || (uintptr_t)memory % 16 != 0 || malloc_usable_size(memory) < size) return 3;
            blocks[i].memory = memory;
        } else {
            if (!is_filled(blocks[i].memory, blocks[i].byte, blocks[i].size)) return 4;
            if (number() % 2 == 0) {
                free(blocks[i].memory);
                blocks[i].memory = NULL;
                continue;
            }
            unsigned char *memory = realloc(blocks[i].memory, size);
            size_t kept = size < blocks[i].size ? size : blocks[i].size;
            if (memory == NULL || !is_filled(memory, blocks[i].byte, kept)) return 5;
            blocks[i].memory = memory;
        }
        blocks[i].size = size;
        blocks[i].byte = (unsigned char)number();
        memset(blocks[i].memory, blocks[i].byte, size);
    }
    for (int i = 0; i < BLOCKS; i++) free(blocks[i].memory);
    return 0;
}

int main(void) {
    printf("churn %d\n", churn());
    volatile size_t huge = SIZE_MAX;
    int refused;
    errno = 0;
    refused = malloc(huge - 4096) == NULL;
    printf("huge malloc %d %d\n", refused, errno == ENOMEM);
    errno = 0;
    refused = calloc(huge / 2, 4) == NULL;
    printf("huge calloc %d %d\n", refused, errno == ENOMEM);
    errno = 0;
    refused = reallocarray(NULL, huge / 2, 4) == NULL;
    printf("huge reallocarray %d %d\n", refused, errno == ENOMEM);
    void *memory = malloc(10);
    errno = 0;
    refused = realloc(memory, huge / 2 - 100) == NULL;
    printf("huge realloc %d %d\n", refused, errno == ENOMEM);
    free(memory);
    printf("bad alignment %d\n", posix_memalign(&memory, 3, 100) == EINVAL);
    memory = aligned_alloc(4096, 8192);
    printf("aligned_alloc %d\n", (uintptr_t)memory % 4096 == 0);
    free(memory);
    memory = memalign(1 << 21, 100);
    printf("memalign %d\n", (uintptr_t)memory % (1 << 21) == 0);
    free(memory);
    memory = valloc(1);
    printf("valloc %d\n", (uintptr_t)memory % 4096 == 0);
    free(memory);
    memory = pvalloc(1);
    printf("pvalloc %d\n", (uintptr_t)memory % 4096 == 0 && malloc_usable_size(memory) >= 4096);
    free(memory);
    free(NULL);
    char *text = strdup("a string"), *part = strndup("a string", 3);
    wchar_t *wide = wcsdup(L"wide");
    printf("%s|%s|%ls\n", text, part, wide);
    free(text);
    free(part);
    free(wide);
    char *path = realpath("/usr/../", NULL);
    printf("%s\n", path);
    free(path);
    /* Much more than is touched, several times over. */
    for (int i = 0; i < 20; i++) {
        char *large = calloc(1, (size_t)64 << 20);
        if (large == NULL || large[0] != 0 || large[(64 << 20) - 1] != 0) return 1;
        large[i << 20] = 1;
        free(large);
    }
    printf("trim %d\n", malloc_trim(0) >= 0);
    printf("end\n");
    return 0;
}
