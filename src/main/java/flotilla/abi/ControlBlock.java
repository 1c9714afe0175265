package flotilla.abi;

/**
 * Byte offsets of the control block, which begins the last page of the guest library. Guest and host exchange the arguments and the result of
 * a trap here, and each keeps the other's stack pointer here while it runs.
 *
 * <p>Every constant becomes {@code FLOTILLA_CB_<NAME>} in the generated C header.
 */
public final class ControlBlock {
    /** Bytes of the control block: one page. */
    public static final int SIZE = 4096;

    // The switch and the trap: what each of them reads or writes stands in the first two cache lines.
    public static final int HOST_SP = 0x000;
    public static final int GUEST_SP = 0x008;
    /** What the guest asks; what the host answers. */
    public static final int OPERATION = 0x010;
    public static final int RESULT = 0x018;
    /** {@link #COMMAND_RETURN} or {@link #COMMAND_CALL}. */
    public static final int COMMAND = 0x020;
    /** Not 0: a timer of the rank is due. The host sets it, the guest resets it. */
    public static final int SIGNALS_ARRIVED = 0x028;
    /** Changes whenever a field STATE_ does, and no two ranks have the same; ranks that never changed anything share one. */
    public static final int STATE = 0x030;
    /** FS base of the guest (the TLS thread pointer), or 0 when guest code runs under the host's. */
    public static final int GUEST_FS = 0x038;
    /** FS base of the PE's thread, kept while a guest with its own FS base runs. */
    public static final int HOST_FS = 0x040;
    /** The PE thread's mxcsr (4 bytes) and x87 control word (2 bytes), which host code finds again. */
    public static final int HOST_FLOATING_POINT = 0x048;
    /** Address of the newest entry of {@link #GATE_RETURNS}. */
    public static final int GATE_TOP = 0x050;
    /** The rank's errno. */
    public static final int ERRNO = 0x058;
    /** Address of the PE thread's own errno, which gates copy from. */
    public static final int HOST_ERRNO = 0x060;
    /** 1 where user code may execute wrfsbase (AT_HWCAP2 bit 1). */
    public static final int FSGSBASE = 0x068;
    /** Kernel's number (gettid) of the PE's thread that runs the rank: an int. */
    public static final int HOST_THREAD = 0x070;
    /** A byte, 1 from when the rank makes its first thread: every thread, the main one too, has an FS base of its own then. */
    public static final int THREADED = 0x074;
    /** A byte, 1 in a child that fork made of the rank: there is no host to trap to. */
    public static final int IN_FORKED_CHILD = 0x075;
    /** The guest library's flotilla_continue: goes on with a trap whose answer is not just a result. */
    public static final int CONTINUE = 0x078;
    public static final int ARGUMENTS = 0x080;
    public static final int MAX_ARGUMENTS = 16;

    // A call of a guest function that the host asks for instead of returning.
    public static final int CALL_FUNCTION = 0x100;
    public static final int CALL_ARGUMENTS = 0x108;
    public static final int MAX_CALL_ARGUMENTS = 8;
    /** Room for values that call arguments point to. */
    public static final int CALL_SCRATCH = 0x148;
    public static final int CALL_SCRATCH_SIZE = 0x80;

    /** The host function that a call gate is about to call. */
    public static final int GATE_TARGET = 0x1c8;
    // What the guest library keeps for a thread; the host does not look at it.
    /** Tables of {@code <ctype.h>}: the addresses of these pointers are what programs know. */
    public static final int CTYPE_CLASSES = 0x1d0;
    public static final int CTYPE_LOWER = 0x1d8;
    public static final int CTYPE_UPPER = 0x1e0;
    /** The locale that the thread has chosen with uselocale, or 0. */
    public static final int THREAD_LOCALE = 0x1e8;

    public static final int SLOT_BASE = 0x1f0;
    public static final int SLOT_SIZE = 0x1f8;

    // Tables that the loader leaves in the slot.
    public static final int IMAGE_TABLE = 0x200;
    public static final int IMAGE_COUNT = 0x208;
    public static final int PREINIT_LIST = 0x210;
    public static final int PREINIT_COUNT = 0x218;
    public static final int INIT_LIST = 0x220;
    public static final int INIT_COUNT = 0x228;
    /** How many entries at the end of the init list are the program's own. */
    public static final int PROGRAM_INIT_COUNT = 0x230;
    public static final int FINI_LIST = 0x238;
    public static final int FINI_COUNT = 0x240;
    public static final int IRELATIVE_LIST = 0x248;
    public static final int IRELATIVE_COUNT = 0x250;
    public static final int TLS_TABLE = 0x258;
    public static final int TLS_COUNT = 0x260;
    /** Thread pointer (x86-64 psABI: TP) of the rank's TLS block; 0 when no image has TLS. */
    public static final int TLS_POINTER = 0x268;
    public static final int HEAP_BASE = 0x270;
    public static final int HEAP_SIZE = 0x278;
    /** Region for mmap and for images opened later, allocated downwards from its end. */
    public static final int MAP_BASE = 0x280;
    public static final int MAP_SIZE = 0x288;
    public static final int STACK_BASE = 0x290;
    public static final int STACK_SIZE = 0x298;
    /** Entry point of the program ({@code e_entry}). */
    public static final int ENTRY = 0x2a0;
    /** 1 when standard output of the job is a terminal. */
    public static final int STDOUT_IS_TERMINAL = 0x2a8;
    /** Absolute path of the program, a C string in the slot. */
    public static final int PROGRAM_PATH = 0x2b0;
    /** Start of the slot whose images the ranks of this program share, or 0 when each has its own. Begins with {@code struct flotilla_shared}. */
    public static final int SHARED = 0x2b8;
    /** Start and bytes of the slots of all ranks of the job. */
    public static final int SLOTS_BASE = 0x2c0;
    public static final int SLOTS_SIZE = 0x2c8;
    /** Ranks that run this program; 0 when images are not shared. */
    public static final int PROGRAM_SIZE = 0x2d0;

    // Threads that the rank makes: each has a control block of its own, of which everything up to END but the loader's tables counts.
    /** An int that becomes 1 when the host uses neither the thread's stack nor its control block any more. */
    public static final int THREAD_ENDED = 0x2d8;
    /** An int, 1 where the program was compiled for auto-tls and ranks share it: variables of libc's interface are each rank's own. */
    public static final int OWN_LIBC_VARIABLES = 0x2dc;
    public static final int WORLD_RANK = 0x2e0;
    public static final int WORLD_SIZE = 0x2e4;
    /** Index of the program in an MPMD job, from 0. */
    public static final int PROGRAM_INDEX = 0x2e8;
    /** How many entries at the end of the init list every rank runs, although the ranks share their images (methods swap and auto-tls). */
    public static final int RANK_INIT_COUNT = 0x2f0;
    /** struct flotilla_signals (guest/include/flotilla_signals.h), or 0 while the rank uses no signals. */
    public static final int SIGNALS = 0x2f8;

    // What the signal handler saw (operation FAULT).
    public static final int FAULT_SIGNAL = 0x300;
    public static final int FAULT_CODE = 0x304;
    public static final int FAULT_ADDRESS = 0x308;
    /** In the order of the kernel's struct sigcontext: r8-r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags, segments, error code, trap number, old mask, cr2. */
    public static final int FAULT_REGISTERS = 0x310;
    public static final int FAULT_REGISTER_COUNT = 23;
    /** Address, in the host's memory, of the x87 and SSE registers as fxsave writes them (512 bytes); 0 for none. */
    public static final int FAULT_FLOATING_POINT = 0x3c8;

    /** How many entries at the end of the fini list are of images that the ranks share, and so the last rank's. */
    public static final int SHARED_FINI_COUNT = 0x3d0;

    // What the kernel and libc keep for a thread on the rank's behalf (guest/host/state.c). 0 everywhere: as the host has it.
    /** The value of {@link #STATE} when the working directory, and when the locale changed last. */
    public static final int STATE_FOLDER_NUMBER = 0x3d8;
    public static final int STATE_LOCALE_NUMBER = 0x3e0;
    /** Descriptor of the working directory, or 0. */
    public static final int STATE_FOLDER = 0x3e8;
    /** File mode creation mask with {@link #STATE_UMASK_SET}, or 0. */
    public static final int STATE_UMASK = 0x3ec;
    public static final int STATE_UMASK_SET = 0x1000;
    /** The host's locale_t, or 0 for the "C" locale. */
    public static final int STATE_LOCALE = 0x3f0;
    /** The errno with which the working directory could not be entered, or 0. */
    public static final int STATE_ERROR = 0x3f8;

    /** Cells of 8 bytes for integer attribute values that C code reads through a pointer (MPI-3.1 section 17.2.7). */
    public static final int ATTRIBUTE_CELLS = 0x400;
    public static final int ATTRIBUTE_CELL_COUNT = 128;

    public static final int COMMAND_RETURN = 0;
    public static final int COMMAND_CALL = 1;

    /**
     * Return addresses that call gates put aside while host functions run, each with the rbx of its caller. More than one
     * when a host function calls back into the guest; empty whenever the rank traps.
     */
    public static final int GATE_RETURNS = 0x800;
    public static final int GATE_RETURNS_SIZE = 0x200;

    /** Bytes of an entry of {@link #GATE_RETURNS}. */
    public static final int GATE_RETURN_SIZE = 0x10;

    // Words of the thread control block (at the thread pointer), behind those that compiled code knows; used when a rank has several threads.
    /** The thread's own control block, array of TLS blocks, and struct flotilla_thread. */
    public static final int TCB_CONTROL = 0x300;
    public static final int TCB_TLS_BLOCKS = 0x308;
    public static final int TCB_THREAD = 0x310;

    /** How a debugger finds the rank's images: a {@code struct r_debug_extended} of {@code <link.h>} (guest/host/debugger.c). */
    public static final int DEBUG_NODE = 0xa00;

    /** What follows is the loader's, so that a small program's tables need no page of their own. */
    public static final int END = 0xa40;

    // struct flotilla_image: one loaded image. It begins as a struct link_map of <link.h>: a debugger follows the chain.
    public static final int IMAGE_BIAS = 0x00;
    public static final int IMAGE_NAME = 0x08;
    public static final int IMAGE_DYNAMIC = 0x10;
    public static final int IMAGE_NEXT = 0x18;
    public static final int IMAGE_PREVIOUS = 0x20;
    public static final int IMAGE_START = 0x28;
    public static final int IMAGE_END = 0x30;
    public static final int IMAGE_PHDR = 0x38;
    public static final int IMAGE_PHNUM = 0x40;
    public static final int IMAGE_EH_FRAME_HDR = 0x48;
    public static final int IMAGE_TLS_MODULE = 0x50;
    public static final int IMAGE_ENTRY_SIZE = 0x58;
    /** Images that fit into the image table, dlopened ones included. */
    public static final int MAX_IMAGES = 256;

    // struct flotilla_tls_module: one TLS module; module n stands at index n - 1.
    /** Bytes below TP where the module's block starts, or 0 for a module that is allocated on first use. */
    public static final int TLS_MODULE_OFFSET = 0x00;
    public static final int TLS_MODULE_INIT = 0x08;
    public static final int TLS_MODULE_FILE_SIZE = 0x10;
    public static final int TLS_MODULE_MEMORY_SIZE = 0x18;
    public static final int TLS_MODULE_ALIGNMENT = 0x20;
    public static final int TLS_MODULE_ENTRY_SIZE = 0x28;

    // struct flotilla_irelative: *where = resolver().
    public static final int IRELATIVE_WHERE = 0x00;
    public static final int IRELATIVE_RESOLVER = 0x08;
    public static final int IRELATIVE_ENTRY_SIZE = 0x10;

    /** In the guest library's table of descriptors: the job's standard output. */
    public static final int JOB_OUTPUT = -2;

    /** Gates of each kind in the guest library. */
    public static final int GATES = 4096;
    public static final int PLAIN_GATE_STRIDE = 8;
    public static final int CALL_GATE_STRIDE = 16;

    /** First character of the message of an ABORT trap that tells of the exception being handled, rather than of the reason. */
    public static final int EXCEPTION_MARK = 1;

    private ControlBlock() {}
}
