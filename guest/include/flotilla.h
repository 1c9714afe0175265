/*
 * The border between guest and host as C sees it: the control block and the loader's tables (laid out by
 * flotilla.abi.ControlBlock, checked below), and the trap.
 */
#ifndef FLOTILLA_H
#define FLOTILLA_H

#include <stddef.h>
#include <stdint.h>

#include "flotilla_abi.h"

/* A symbol that the program and its libraries may bind to; everything else is hidden. */
#define FLOTILLA_EXPORT __attribute__((visibility("default")))

/*
 * What programs call again and again stands beside the switch (guest/arch), on one page: every rank has its own addresses for
 * the code, and among many ranks an entry of the processor's translation buffers is dearer than what is done there.
 */
#define FLOTILLA_BESIDE_SWITCH __attribute__((section(".text.hot")))

/* For large arrays, of which a rank touches little: they lie behind all other variables, so that those stand on few pages. */
#define FLOTILLA_LARGE __attribute__((section(".bss.large")))

/* One loaded image: the guest library, the program or a library. The first five members are those of a link_map. */
struct flotilla_image {
    uintptr_t bias; /* added to the file's virtual addresses */
    const char *name;
    const void *dynamic;
    struct flotilla_image *next; /* of those that a debugger shall see; not in the order of the table */
    struct flotilla_image *previous;
    uintptr_t start;
    uintptr_t end;
    const void *phdr;
    uint64_t phnum;
    const void *eh_frame_hdr; /* NULL when the image has none */
    uint64_t tls_module;      /* number from 1, or 0 when the image has no TLS */
};

struct flotilla_tls_module {
    uint64_t offset; /* bytes below the thread pointer, or 0: allocated on first use */
    const void *init;
    uint64_t file_size;
    uint64_t memory_size;
    uint64_t alignment;
};

struct flotilla_irelative {
    uintptr_t *where;
    uintptr_t (*resolver)(void);
};

typedef void (*flotilla_init_function)(int, char **, char **);
typedef void (*flotilla_fini_function)(void);
typedef long (*flotilla_called_function)(long, long, long, long, long, long, long, long);

struct flotilla_control {
    uintptr_t host_sp;
    uintptr_t guest_sp;
    uint64_t operation;
    long result;
    uint64_t command;
    volatile uint64_t signals_arrived;
    uint64_t state;
    uintptr_t guest_fs;

    uintptr_t host_fs;
    uint64_t host_floating_point;
    uintptr_t gate_top;
    union {
        int error; /* the rank's errno */
        uint64_t error_word;
    };
    int *host_error;
    uint64_t fsgsbase;
    int32_t host_thread;
    unsigned char threaded, in_forked_child;
    uint16_t unused_076;
    uintptr_t continuation;
    long arguments[FLOTILLA_CB_MAX_ARGUMENTS];

    flotilla_called_function call_function;
    long call_arguments[FLOTILLA_CB_MAX_CALL_ARGUMENTS];
    unsigned char call_scratch[FLOTILLA_CB_CALL_SCRATCH_SIZE];
    uint64_t unused_1c8;
    const unsigned short *ctype_classes;
    const int *ctype_lower, *ctype_upper;
    struct __locale_struct *thread_locale;
    uintptr_t slot_base;
    uint64_t slot_size;

    struct flotilla_image *image_table;
    uint64_t image_count;
    flotilla_init_function *preinit_list;
    uint64_t preinit_count;
    flotilla_init_function *init_list;
    uint64_t init_count;
    uint64_t program_init_count;
    flotilla_fini_function *fini_list;
    uint64_t fini_count;
    struct flotilla_irelative *irelative_list;
    uint64_t irelative_count;
    struct flotilla_tls_module *tls_table;
    uint64_t tls_count;
    uintptr_t tls_pointer;
    uintptr_t heap_base;
    uint64_t heap_size;
    uintptr_t map_base;
    uint64_t map_size;
    uintptr_t stack_base;
    uint64_t stack_size;
    uintptr_t entry;
    uint64_t stdout_is_terminal;
    const char *program_path;
    struct flotilla_shared *shared; /* NULL when the rank has all images for itself (guest/runtime/shared.h) */
    uintptr_t slots_base;
    uint64_t slots_size;
    uint64_t program_size;
    int32_t thread_ended;
    int32_t own_libc_variables;
    int32_t world_rank;
    int32_t world_size;
    uint64_t program_index;
    uint64_t rank_init_count;
    struct flotilla_signals *signals; /* flotilla_signals.h */

    int32_t fault_signal;
    int32_t fault_code;
    uintptr_t fault_address;
    uint64_t fault_registers[FLOTILLA_CB_FAULT_REGISTER_COUNT];
    const void *fault_floating_point;

    uint64_t shared_fini_count;
    uint64_t state_folder_number;
    uint64_t state_locale_number;
    int32_t state_folder;
    uint32_t state_umask;
    struct __locale_struct *state_locale;
    int32_t state_error;
    uint32_t unused_3fc;

    long attribute_cells[FLOTILLA_CB_ATTRIBUTE_CELL_COUNT];
    uintptr_t gate_returns[FLOTILLA_CB_GATE_RETURNS_SIZE / 8];
    uintptr_t debug_node[(FLOTILLA_CB_END - FLOTILLA_CB_DEBUG_NODE) / 8];
};

#define FLOTILLA_AT(structure, member, offset) \
    _Static_assert(offsetof(struct structure, member) == (offset), #member " stands elsewhere in ControlBlock")
#define FLOTILLA_CONTROL_AT(member, NAME) FLOTILLA_AT(flotilla_control, member, FLOTILLA_CB_##NAME)

FLOTILLA_CONTROL_AT(host_sp, HOST_SP);
FLOTILLA_CONTROL_AT(guest_sp, GUEST_SP);
FLOTILLA_CONTROL_AT(host_fs, HOST_FS);
FLOTILLA_CONTROL_AT(guest_fs, GUEST_FS);
FLOTILLA_CONTROL_AT(operation, OPERATION);
FLOTILLA_CONTROL_AT(result, RESULT);
FLOTILLA_CONTROL_AT(command, COMMAND);
FLOTILLA_CONTROL_AT(error, ERRNO);
FLOTILLA_CONTROL_AT(host_error, HOST_ERRNO);
FLOTILLA_CONTROL_AT(gate_top, GATE_TOP);
FLOTILLA_CONTROL_AT(host_floating_point, HOST_FLOATING_POINT);
FLOTILLA_CONTROL_AT(continuation, CONTINUE);
FLOTILLA_CONTROL_AT(fsgsbase, FSGSBASE);
FLOTILLA_CONTROL_AT(slot_base, SLOT_BASE);
FLOTILLA_CONTROL_AT(slot_size, SLOT_SIZE);
FLOTILLA_CONTROL_AT(world_rank, WORLD_RANK);
FLOTILLA_CONTROL_AT(world_size, WORLD_SIZE);
FLOTILLA_CONTROL_AT(program_index, PROGRAM_INDEX);
FLOTILLA_CONTROL_AT(own_libc_variables, OWN_LIBC_VARIABLES);
FLOTILLA_CONTROL_AT(host_thread, HOST_THREAD);
FLOTILLA_CONTROL_AT(threaded, THREADED);
FLOTILLA_CONTROL_AT(in_forked_child, IN_FORKED_CHILD);
FLOTILLA_CONTROL_AT(arguments, ARGUMENTS);
FLOTILLA_CONTROL_AT(call_function, CALL_FUNCTION);
FLOTILLA_CONTROL_AT(call_arguments, CALL_ARGUMENTS);
FLOTILLA_CONTROL_AT(call_scratch, CALL_SCRATCH);
FLOTILLA_CONTROL_AT(image_table, IMAGE_TABLE);
FLOTILLA_CONTROL_AT(image_count, IMAGE_COUNT);
FLOTILLA_CONTROL_AT(preinit_list, PREINIT_LIST);
FLOTILLA_CONTROL_AT(preinit_count, PREINIT_COUNT);
FLOTILLA_CONTROL_AT(init_list, INIT_LIST);
FLOTILLA_CONTROL_AT(init_count, INIT_COUNT);
FLOTILLA_CONTROL_AT(program_init_count, PROGRAM_INIT_COUNT);
FLOTILLA_CONTROL_AT(fini_list, FINI_LIST);
FLOTILLA_CONTROL_AT(fini_count, FINI_COUNT);
FLOTILLA_CONTROL_AT(irelative_list, IRELATIVE_LIST);
FLOTILLA_CONTROL_AT(irelative_count, IRELATIVE_COUNT);
FLOTILLA_CONTROL_AT(tls_table, TLS_TABLE);
FLOTILLA_CONTROL_AT(rank_init_count, RANK_INIT_COUNT);
FLOTILLA_CONTROL_AT(shared_fini_count, SHARED_FINI_COUNT);
FLOTILLA_CONTROL_AT(tls_count, TLS_COUNT);
FLOTILLA_CONTROL_AT(tls_pointer, TLS_POINTER);
FLOTILLA_CONTROL_AT(heap_base, HEAP_BASE);
FLOTILLA_CONTROL_AT(heap_size, HEAP_SIZE);
FLOTILLA_CONTROL_AT(map_base, MAP_BASE);
FLOTILLA_CONTROL_AT(map_size, MAP_SIZE);
FLOTILLA_CONTROL_AT(stack_base, STACK_BASE);
FLOTILLA_CONTROL_AT(stack_size, STACK_SIZE);
FLOTILLA_CONTROL_AT(entry, ENTRY);
FLOTILLA_CONTROL_AT(stdout_is_terminal, STDOUT_IS_TERMINAL);
FLOTILLA_CONTROL_AT(program_path, PROGRAM_PATH);
FLOTILLA_CONTROL_AT(shared, SHARED);
FLOTILLA_CONTROL_AT(slots_base, SLOTS_BASE);
FLOTILLA_CONTROL_AT(slots_size, SLOTS_SIZE);
FLOTILLA_CONTROL_AT(program_size, PROGRAM_SIZE);
FLOTILLA_CONTROL_AT(thread_ended, THREAD_ENDED);
FLOTILLA_CONTROL_AT(signals_arrived, SIGNALS_ARRIVED);
FLOTILLA_CONTROL_AT(signals, SIGNALS);
FLOTILLA_CONTROL_AT(fault_signal, FAULT_SIGNAL);
FLOTILLA_CONTROL_AT(fault_code, FAULT_CODE);
FLOTILLA_CONTROL_AT(fault_address, FAULT_ADDRESS);
FLOTILLA_CONTROL_AT(fault_registers, FAULT_REGISTERS);
FLOTILLA_CONTROL_AT(ctype_classes, CTYPE_CLASSES);
FLOTILLA_CONTROL_AT(ctype_lower, CTYPE_LOWER);
FLOTILLA_CONTROL_AT(ctype_upper, CTYPE_UPPER);
FLOTILLA_CONTROL_AT(thread_locale, THREAD_LOCALE);
FLOTILLA_CONTROL_AT(state, STATE);
FLOTILLA_CONTROL_AT(state_folder_number, STATE_FOLDER_NUMBER);
FLOTILLA_CONTROL_AT(state_locale_number, STATE_LOCALE_NUMBER);
FLOTILLA_CONTROL_AT(state_folder, STATE_FOLDER);
FLOTILLA_CONTROL_AT(state_umask, STATE_UMASK);
FLOTILLA_CONTROL_AT(state_locale, STATE_LOCALE);
FLOTILLA_CONTROL_AT(state_error, STATE_ERROR);
FLOTILLA_CONTROL_AT(fault_floating_point, FAULT_FLOATING_POINT);
FLOTILLA_CONTROL_AT(attribute_cells, ATTRIBUTE_CELLS);
FLOTILLA_CONTROL_AT(gate_returns, GATE_RETURNS);
FLOTILLA_CONTROL_AT(debug_node, DEBUG_NODE);
_Static_assert(sizeof(struct flotilla_control) == FLOTILLA_CB_END, "struct flotilla_control");
_Static_assert(sizeof(struct flotilla_control) <= FLOTILLA_CB_SIZE, "the control block outgrew its page");

FLOTILLA_AT(flotilla_image, bias, FLOTILLA_CB_IMAGE_BIAS);
FLOTILLA_AT(flotilla_image, next, FLOTILLA_CB_IMAGE_NEXT);
FLOTILLA_AT(flotilla_image, previous, FLOTILLA_CB_IMAGE_PREVIOUS);
FLOTILLA_AT(flotilla_image, start, FLOTILLA_CB_IMAGE_START);
FLOTILLA_AT(flotilla_image, end, FLOTILLA_CB_IMAGE_END);
FLOTILLA_AT(flotilla_image, phdr, FLOTILLA_CB_IMAGE_PHDR);
FLOTILLA_AT(flotilla_image, phnum, FLOTILLA_CB_IMAGE_PHNUM);
FLOTILLA_AT(flotilla_image, name, FLOTILLA_CB_IMAGE_NAME);
FLOTILLA_AT(flotilla_image, dynamic, FLOTILLA_CB_IMAGE_DYNAMIC);
FLOTILLA_AT(flotilla_image, eh_frame_hdr, FLOTILLA_CB_IMAGE_EH_FRAME_HDR);
FLOTILLA_AT(flotilla_image, tls_module, FLOTILLA_CB_IMAGE_TLS_MODULE);
_Static_assert(sizeof(struct flotilla_image) == FLOTILLA_CB_IMAGE_ENTRY_SIZE, "struct flotilla_image");

FLOTILLA_AT(flotilla_tls_module, offset, FLOTILLA_CB_TLS_MODULE_OFFSET);
FLOTILLA_AT(flotilla_tls_module, init, FLOTILLA_CB_TLS_MODULE_INIT);
FLOTILLA_AT(flotilla_tls_module, file_size, FLOTILLA_CB_TLS_MODULE_FILE_SIZE);
FLOTILLA_AT(flotilla_tls_module, memory_size, FLOTILLA_CB_TLS_MODULE_MEMORY_SIZE);
FLOTILLA_AT(flotilla_tls_module, alignment, FLOTILLA_CB_TLS_MODULE_ALIGNMENT);
_Static_assert(sizeof(struct flotilla_tls_module) == FLOTILLA_CB_TLS_MODULE_ENTRY_SIZE, "struct flotilla_tls_module");

FLOTILLA_AT(flotilla_irelative, where, FLOTILLA_CB_IRELATIVE_WHERE);
FLOTILLA_AT(flotilla_irelative, resolver, FLOTILLA_CB_IRELATIVE_RESOLVER);
_Static_assert(sizeof(struct flotilla_irelative) == FLOTILLA_CB_IRELATIVE_ENTRY_SIZE, "struct flotilla_irelative");

#undef FLOTILLA_CONTROL_AT
#undef FLOTILLA_AT

/* The rank's control block, its main thread's. C reaches it by its hidden name, without the global offset table. */
extern struct flotilla_control flotilla_control_block __attribute__((visibility("hidden")));
static struct flotilla_control *const flotilla_control __attribute__((unused)) = &flotilla_control_block;

/* The calling thread's control block: what it traps with, and its errno. The loader's tables stand in flotilla_control. */
static inline struct flotilla_control *flotilla_here(void) {
    struct flotilla_control *here = flotilla_control;
    if (__builtin_expect(here->threaded, 0)) __asm__("movq %%fs:%c1, %0" : "=r"(here) : "i"(FLOTILLA_CB_TCB_CONTROL));
    return here;
}

/* Suspends the guest; returns when the host resumes it (guest/arch). */
extern void flotilla_switch(void) __attribute__((visibility("hidden")));

/*
 * Asks the host for an operation (FLOTILLA_OP_*), whose arguments the caller has written to
 * flotilla_here()->arguments. Runs the guest functions that the host asks for meanwhile, and answers the result.
 */
long flotilla_trap(long operation);

/*
 * As flotilla_trap, for a function that consists of nothing else: its last act, so that the compiler makes it a jump. The
 * host's answer goes straight to the function's caller; the function is named for backtraces only.
 */
extern int flotilla_trap_for(long operation, const void *function) __attribute__((visibility("hidden")));

static inline long flotilla_trap1(long operation, long a) {
    struct flotilla_control *here = flotilla_here();
    here->arguments[0] = a;
    return flotilla_trap(operation);
}

static inline long flotilla_trap2(long operation, long a, long b) {
    struct flotilla_control *here = flotilla_here();
    here->arguments[0] = a;
    here->arguments[1] = b;
    return flotilla_trap(operation);
}

static inline long flotilla_trap3(long operation, long a, long b, long c) {
    struct flotilla_control *here = flotilla_here();
    here->arguments[0] = a;
    here->arguments[1] = b;
    here->arguments[2] = c;
    return flotilla_trap(operation);
}

static inline long flotilla_trap4(long operation, long a, long b, long c, long d) {
    struct flotilla_control *here = flotilla_here();
    here->arguments[0] = a;
    here->arguments[1] = b;
    here->arguments[2] = c;
    here->arguments[3] = d;
    return flotilla_trap(operation);
}

/* Ends the job: prints nothing itself; the host reports the message (NULL: none) with the rank. */
void flotilla_abort(const char *message) __attribute__((noreturn));

/* Whether an address lies in the rank's slot, so that it is the rank's own memory. */
static inline _Bool flotilla_in_slot(const void *address) {
    return (uintptr_t)address - flotilla_control->slot_base < flotilla_control->slot_size;
}

/* Whether an address lies in the slot of another rank of the job. */
static inline _Bool flotilla_in_other_slot(const void *address) {
    return (uintptr_t)address - flotilla_control->slots_base < flotilla_control->slots_size && !flotilla_in_slot(address);
}

/* Flushes and closes the rank's streams at exit (guest/libc/stdio). */
void flotilla_stdio_exit(void);

/* Around fork: streams that the rank's other threads have locked are free in the child. */
void flotilla_stdio_before_fork(void);
void flotilla_stdio_after_fork(_Bool in_child);

#endif
