package flotilla.abi;

/**
 * Operation codes of a trap that are not MPI functions. Arguments stand in {@link ControlBlock#ARGUMENTS}, the answer
 * in {@link ControlBlock#RESULT}; operations that can fail answer {@code -errno}. An MPI function has the code
 * {@link #MPI_FIRST} plus its index in the function table.
 *
 * <p>Every constant becomes {@code FLOTILLA_OP_<NAME>} in the generated C header.
 */
public final class Operation {
    /** (status): the rank ends; its destructors have run. Never answered. */
    public static final int EXIT = 1;
    /** (fd 1 or 2, address, bytes): bytes written to the job's standard output or error; answers the number written. */
    public static final int OUTPUT = 2;
    /** (address, bytes): reads standard input; answers bytes read, 0 at the end (and for every rank but 0). */
    public static final int INPUT = 3;
    /** (nanoseconds): the rank sleeps and gives its PE away. */
    public static final int SLEEP = 4;
    /** The rank goes to the end of the ready queue. */
    public static final int YIELD = 5;
    /** (path or 0, flags): answers a handle, or 0 with the reason for dlerror in DLERROR. On success ARGUMENTS 0..3 hold
     * the init list, its length, the irelative list, its length, of what was loaded newly. */
    public static final int DLOPEN = 6;
    /** (handle, name, version or 0, return address of the caller): answers the address, and 1 in ARGUMENTS[0] when found.
     * ARGUMENTS[1] is 1 when the address is that of an IFUNC resolver that the guest must call, and 2 for a thread-local
     * variable: the answer is then its offset in the block of TLS module ARGUMENTS[2]. */
    public static final int DLSYM = 7;
    /** (handle): answers 0; ARGUMENTS 0..1 hold the fini list and its length. */
    public static final int DLCLOSE = 8;
    /** (address, Dl_info*): answers non-zero when the address belongs to an image. */
    public static final int DLADDR = 9;
    /** (address of a char array, its size): copies the text of the last failure of DLOPEN, DLSYM or DLCLOSE. */
    public static final int DLERROR = 10;
    /** (value): the guest function that the host asked for has returned. */
    public static final int CALL_RETURNED = 11;
    /** The signal handler left a fault of the guest in the control block. Never answered. */
    public static final int FAULT = 12;
    /** (name): a function was called that does not exist. Never answered. */
    public static final int MISSING = 13;
    /** (message or 0, signal): the guest ended itself by a signal: abort(), a failed assertion, raise(). Never answered. */
    public static final int ABORT = 14;

    /** (control block): a thread of the rank begins there, at the frame on its stack; answers 0, or -EAGAIN. */
    public static final int THREAD_START = 15;
    /** The calling thread, not the main one, has ended. Never answered. */
    public static final int THREAD_END = 16;
    /** (address of an int, value, nanoseconds or -1, whether signals end the wait): waits while it has that value; answers 0, also
     * early, -ETIMEDOUT, or -EINTR. */
    public static final int WAIT = 17;
    /** (address of an int, count): wakes so many that wait for it; answers how many it were. */
    public static final int WAKE = 18;
    /** The rank's STATE in the control block changed; when this returns its thread has it, or STATE_ERROR says why not. */
    public static final int STATE = 32;
    /** (nanoseconds): SIGNALS_ARRIVED of the control block is set after that time; 0: not at all. Replaces what was asked before. */
    public static final int ALARM = 40;

    /** (control block): a signal or cancellation for that thread of the rank: its SIGNALS_ARRIVED is set, a wait that it is in
     * ends early, and code of its that runs is interrupted. */
    public static final int INTERRUPT = 41;

    public static final int MPI_FIRST = 0x100;

    private Operation() {}
}
