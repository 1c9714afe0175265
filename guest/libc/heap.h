/*
 * The rank's heap, by names that no program can interpose. Memory for the guest library's own use comes from here.
 * What a program frees itself must come from malloc instead: the program may have defined one (guest/interposable.list).
 */
#ifndef FLOTILLA_LIBC_HEAP_H
#define FLOTILLA_LIBC_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* As malloc, calloc, realloc, memalign and free; alignment is a power of two. */
void *flotilla_malloc(size_t size);
void *flotilla_calloc(size_t count, size_t size);
void *flotilla_realloc(void *memory, size_t size);
void *flotilla_memalign(size_t alignment, size_t size);
void flotilla_free(void *memory);

/* As strdup and strndup: from malloc, which may be the program's own. To be freed with free. */
char *flotilla_strdup(const char *text);
char *flotilla_strndup(const char *text, size_t limit);

/* The debug mode's switches, as the environment gives them (NULL: absent). MALLOC_PERTURB_ is glibc's: fill fresh and
 * freed memory. MALLOC_CHECK_=N looks at all blocks every 256/N calls. */
void flotilla_heap_options(const char *perturb, const char *check);

/* Walks the whole heap; aborts the rank with the reason when it is damaged. */
void flotilla_heap_check(void);

/* The same when the rank ends, if MALLOC_CHECK_ asks for it. */
void flotilla_heap_end(void);

/* Around fork: the child can allocate, whatever the rank's other threads do. */
void flotilla_heap_before_fork(void);
void flotilla_heap_after_fork(void);

#endif
