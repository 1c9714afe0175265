/*
 * Thread-local storage of the rank's images.
 */
#ifndef FLOTILLA_RUNTIME_TLS_H
#define FLOTILLA_RUNTIME_TLS_H

#include <stdint.h>

/* What DTPMOD64 and DTPOFF64 relocations fill (psABI: tls_index). */
struct flotilla_tls_index {
    uint64_t module;
    uint64_t offset;
};

/* Each module's block in the main thread. */
extern void *flotilla_tls_blocks[];

void *flotilla_tls_get_addr(const struct flotilla_tls_index *index);

/* Start of a module's block, made now if need be. */
void *flotilla_tls_block(uint64_t number);

/* A thread ends: what stands in its table of blocks goes. */
void flotilla_tls_free(void **blocks);

/* The image of this module is gone; its number may be used again. */
void flotilla_tls_forget(uint64_t number);

#endif
