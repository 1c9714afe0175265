/*
 * Thread-local storage, general-dynamic model (System V ABI "ELF Handling For Thread-Local Storage", variant II).
 *
 * Images loaded at start have their block at a fixed offset below the thread pointer; that of an image opened later is
 * made from the heap when it is first used.
 */
#include <stddef.h>
#include <string.h>

#include "flotilla.h"
#include "heap.h"
#include "names.h"
#include "thread.h"
#include "tls.h"

/* Address of each module's block in the main thread, once known; entry n is module n + 1. Read by the TLS descriptor's
 * resolver. Other threads have a table each. */
void *flotilla_tls_blocks[FLOTILLA_CB_MAX_IMAGES] FLOTILLA_LARGE;

static inline void **blocks_of_thread(void) {
    void **blocks = flotilla_tls_blocks;
    if (__builtin_expect(flotilla_control->threaded, 0)) __asm__("movq %%fs:%c1, %0" : "=r"(blocks) : "i"(FLOTILLA_CB_TCB_TLS_BLOCKS));
    return blocks;
}

static void *make_block(const struct flotilla_tls_module *module) {
    size_t alignment = module->alignment < 16 ? 16 : module->alignment;
    char *block = flotilla_memalign(alignment, module->memory_size == 0 ? 1 : module->memory_size);
    if (block == NULL) flotilla_abort("cannot allocate thread-local storage: out of memory");
    memcpy(block, module->init, module->file_size);
    memset(block + module->file_size, 0, module->memory_size - module->file_size);
    return block;
}

void *flotilla_tls_block(uint64_t number) {
    if (number == 0 || number > FLOTILLA_CB_MAX_IMAGES || number > flotilla_control->tls_count) {
        flotilla_abort("thread-local variable of an image that is not loaded");
    }
    void **block = &blocks_of_thread()[number - 1];
    if (*block == NULL) {
        const struct flotilla_tls_module *module = &flotilla_control->tls_table[number - 1];
        uintptr_t pointer = flotilla_control->threaded ? flotilla_here()->guest_fs : flotilla_control->tls_pointer;
        *block = module->offset != 0 ? (char *)pointer - module->offset : make_block(module);
    }
    return *block;
}

static void drop(void **block) {
    void *memory = __atomic_exchange_n(block, NULL, __ATOMIC_ACQ_REL);
    if (memory != NULL) flotilla_free(memory);
}

/* The number may soon mean another image, so no thread keeps a block. */
void flotilla_tls_forget(uint64_t number) {
    if (number == 0 || number > FLOTILLA_CB_MAX_IMAGES) return;
    if (flotilla_control->tls_table[number - 1].offset != 0) return;
    struct flotilla_thread *thread;
    for (uint64_t i = 0; (thread = flotilla_thread_number(i)) != NULL; i++) drop(&thread->tls_blocks[number - 1]);
}

void flotilla_tls_free(void **blocks) {
    for (uint64_t i = 0; i < flotilla_control->tls_count && i < FLOTILLA_CB_MAX_IMAGES; i++) {
        if (flotilla_control->tls_table[i].offset == 0) {
            drop(&blocks[i]);
        } else {
            blocks[i] = NULL;
        }
    }
}

void *flotilla_tls_get_addr(const struct flotilla_tls_index *index) {
    uint64_t number = index->module - 1;
    void **blocks = blocks_of_thread();
    if (__builtin_expect(number < FLOTILLA_CB_MAX_IMAGES && blocks[number] != NULL, 1)) {
        return (char *)blocks[number] + index->offset;
    }
    return (char *)flotilla_tls_block(index->module) + index->offset;
}

/*
 * GCC before 4.9 may call __tls_get_addr with a misaligned stack (GCC bug 58066), and the slow path uses vector
 * instructions; realign there.
 */
__asm__(".globl __tls_get_addr\n\t"
        ".type __tls_get_addr, @function\n\t"
        ".p2align 4\n"
        "__tls_get_addr:\n\t"
        ".cfi_startproc\n\t"
        "pushq %rbp\n\t"
        ".cfi_adjust_cfa_offset 8\n\t"
        ".cfi_rel_offset rbp, 0\n\t"
        "movq %rsp, %rbp\n\t"
        ".cfi_def_cfa_register rbp\n\t"
        "andq $-16, %rsp\n\t"
        "callq flotilla_tls_get_addr\n\t"
        "leave\n\t"
        ".cfi_def_cfa rsp, 8\n\t"
        "ret\n\t"
        ".cfi_endproc\n\t"
        ".size __tls_get_addr, . - __tls_get_addr\n");
