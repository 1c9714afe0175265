package flotilla.trap;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import flotilla.abi.ControlBlock;
import flotilla.memory.GuestMemory;
import flotilla.memory.HostLibrary;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;

/**
 * The host library's functions for the switch into guest code and the handler of guests' faults. The handles are constants
 * so that the call compiles to a plain one.
 */
public final class Guest {
    // What the host library has, for others of this package that need some.

    static NativeFunction function(String name) {
        return new NativeFunction(HostLibrary.lookup().findOrThrow(name));
    }

    static long variable(String name) {
        return HostLibrary.lookup().findOrThrow(name).address();
    }

    /** Initialized on first use, after {@link HostLibrary#load}. */
    private static final class Natives {
        /** The one that must be fast has a type of its own. */
        static final MethodHandle RESUME = HostLibrary.handle("flotilla_resume", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
        static final NativeFunction INSTALL = function("flotilla_install_fault_handler");
        static final NativeFunction ENTER_PE_THREAD = function("flotilla_enter_pe_thread");
        static final NativeFunction LEAVE_PE_THREAD = function("flotilla_leave_pe_thread");
        static final NativeFunction UNSHARE_FOLDER = function("flotilla_unshare_folder");
        static final NativeFunction READ_FS = function("flotilla_read_fs");
        static final NativeFunction WRITE_FS = function("flotilla_write_fs");
        static final NativeFunction READ_FLOATING_POINT = function("flotilla_read_floating_point");
        static final NativeFunction ERRNO = NativeFunction.ofLibc("__errno_location");
        static final NativeFunction TAKE_BAD_ADDRESS = function("flotilla_take_bad_address");
        static final NativeFunction PROBE_OUTSIDE = function("flotilla_probe_outside");
        static final NativeFunction WATCH_JOB_SIGNALS = function("flotilla_watch_job_signals");
        static final NativeFunction EXIT_NOW = function("flotilla_exit_now");
        static final NativeFunction DIE_BY = function("flotilla_die_by");
        static final NativeFunction ADMIT_CODE = function("flotilla_admit_code");
        static final NativeFunction NUDGE = function("flotilla_nudge");
        static final NativeFunction GETTID = NativeFunction.ofLibc("gettid");
        static final long BAD_ADDRESSES = variable("flotilla_bad_addresses");
    }

    /** What host code must find restored when a guest calls it, or traps, on this thread. */
    public record PeThread(long fsBase, long errnoAddress, int number, long floatingPoint) {}

    /** Catches faults of code whose stack lies in [start, end), slots of the given size. Once per process. */
    public static void installFaultHandler(long start, long end, long slotSize) {
        if ((int) Natives.INSTALL.call(start, end) != 0) {
            throw new IllegalStateException("cannot install the handler of guests' faults");
        }
        GuestMemory.watch(start, end, slotSize, Natives.BAD_ADDRESSES, Guest::takeBadAddress, Guest::probeOutside);
    }

    /** A segment of a rank's images lies at [start, end), outside of the slots, to the job's end. */
    public static void admit(long start, long end, boolean executable, boolean writable) {
        if (writable) {
            GuestMemory.admit(start, end);
        }
        if (executable && Natives.ADMIT_CODE.call(start, end) == 0) {
            throw new IllegalStateException("no memory to note where code of ranks lies");
        }
    }

    /** Whether threads can have working directories of their own here: containers may forbid it. */
    public static boolean canOwnFolder() {
        var answer = new boolean[1];
        // On a thread made for that: it keeps the folder.
        Thread thread = Thread.ofPlatform().start(() -> answer[0] = (int) Natives.UNSHARE_FOLDER.call() != 0);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answer[0];
    }

    /** Prepares the calling thread for running guests. Its working directory, umask and locale are its own from now on. */
    public static PeThread enterPeThread() {
        if ((int) Natives.ENTER_PE_THREAD.call() != 0) {
            throw new IllegalStateException("cannot set up the signal stack of a thread");
        }
        return new PeThread(readFs(0), Natives.ERRNO.call(), (int) Natives.GETTID.call(), Natives.READ_FLOATING_POINT.call());
    }

    /** The calling thread will run no more guests. */
    public static void leavePeThread() {
        Natives.LEAVE_PE_THREAD.call();
    }

    /** The word at {@code fs:offset} of the calling thread (psABI x86-64: 0 thread pointer, 0x28 canary, 0x30 pointer guard). */
    public static long readFs(long offset) {
        return Natives.READ_FS.call(offset);
    }

    /** Sets the word at {@code fs:offset} of the calling thread. */
    static void writeFs(long offset, long value) {
        Natives.WRITE_FS.call(offset, value);
    }

    /**
     * Answers a descriptor from which the numbers of SIGINT, SIGTERM, SIGHUP and SIGQUIT can be read, a byte each. Once per process.
     *
     * @param stops whether SIGTSTP is among them, and does not stop the process
     */
    public static int watchJobSignals(boolean stops) {
        int descriptor = (int) Natives.WATCH_JOB_SIGNALS.call(stops ? 1 : 0);
        if (descriptor < 0) {
            throw new IllegalStateException("cannot install the handler of the job's signals");
        }
        return descriptor;
    }

    /** Ends the process without anything that the JVM or libc does at an exit: a guest may have left a lock of theirs taken. */
    public static void exitNow(int status) {
        Natives.EXIT_NOW.call(status);
    }

    /** Ends the process by a signal's default action, so that whoever waits for it sees that. */
    public static void dieBy(int signal) {
        Natives.DIE_BY.call(signal);
    }

    /** From now on the guest's gates return to {@code thread}. */
    public static void bind(long control, PeThread thread) {
        Memory.putLong(control + ControlBlock.HOST_FS, thread.fsBase());
        Memory.putLong(control + ControlBlock.HOST_ERRNO, thread.errnoAddress());
        Memory.putInt(control + ControlBlock.HOST_THREAD, thread.number());
        Memory.putLong(control + ControlBlock.HOST_FLOATING_POINT, thread.floatingPoint());
    }

    /** Any thread: a guest that runs, and has not noticed its SIGNALS_ARRIVED, is interrupted if it is in the program's own code. */
    public static void nudge(long control) {
        Natives.NUDGE.call(control);
    }

    /**
     * Runs the guest until it traps; answers the operation.
     *
     * @param next the control block that is likely to be resumed after this one, or 0
     */
    static int resume(long control, long next) {
        try {
            return (int) (long) Natives.RESUME.invokeExact(control, next);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long takeBadAddress() {
        return Natives.TAKE_BAD_ADDRESS.call();
    }

    private static long probeOutside(long first, long end) {
        return Natives.PROBE_OUTSIDE.call(first, end);
    }

    static RuntimeException unexpected(Throwable e) {
        if (e instanceof RuntimeException runtime) {
            return runtime;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }

    private Guest() {}
}
