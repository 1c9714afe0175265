package flotilla.trap;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import flotilla.abi.ControlBlock;
import flotilla.memory.GuestMemory;
import flotilla.memory.HostLibrary;
import flotilla.memory.Memory;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The host library's functions for the switch into guest code and the handler of guests' faults. The handles are constants
 * so that the call compiles to a plain one.
 */
public final class Guest {
    /** Initialized on first use, after {@link HostLibrary#load}. */
    private static final class Natives {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final SymbolLookup LOOKUP = HostLibrary.lookup();
        static final MethodHandle RESUME = handle("flotilla_resume", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
        static final MethodHandle INSTALL = handle("flotilla_install_fault_handler",
                FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
        static final MethodHandle ENTER_PE_THREAD = handle("flotilla_enter_pe_thread", FunctionDescriptor.of(JAVA_INT));
        static final MethodHandle LEAVE_PE_THREAD = handle("flotilla_leave_pe_thread", FunctionDescriptor.ofVoid());
        static final MethodHandle UNSHARE_FOLDER = handle("flotilla_unshare_folder", FunctionDescriptor.of(JAVA_INT));
        static final MethodHandle READ_FS = handle("flotilla_read_fs", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
        static final MethodHandle READ_FLOATING_POINT = handle("flotilla_read_floating_point", FunctionDescriptor.of(JAVA_LONG));
        static final MethodHandle ERRNO = LINKER.downcallHandle(
                LINKER.defaultLookup().find("__errno_location").orElseThrow(), FunctionDescriptor.of(ADDRESS));
        static final MethodHandle TAKE_BAD_ADDRESS = handle("flotilla_take_bad_address", FunctionDescriptor.of(JAVA_LONG));
        static final MethodHandle PROBE_OUTSIDE = handle("flotilla_probe_outside",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
        static final MethodHandle WATCH_JOB_SIGNALS = handle("flotilla_watch_job_signals", FunctionDescriptor.of(JAVA_INT));
        static final MethodHandle EXIT_NOW = handle("flotilla_exit_now", FunctionDescriptor.ofVoid(JAVA_INT));
        static final MethodHandle DIE_BY = handle("flotilla_die_by", FunctionDescriptor.ofVoid(JAVA_INT));
        static final MethodHandle NUDGE = handle("flotilla_nudge", FunctionDescriptor.ofVoid(JAVA_LONG));
        static final MethodHandle GETTID = LINKER.downcallHandle(
                LINKER.defaultLookup().find("gettid").orElseThrow(), FunctionDescriptor.of(JAVA_INT));
        static final long BAD_ADDRESSES = LOOKUP.find("flotilla_bad_addresses").orElseThrow().address();

        private static MethodHandle handle(String name, FunctionDescriptor type) {
            return LINKER.downcallHandle(LOOKUP.find(name).orElseThrow(), type);
        }
    }

    /** What host code must find restored when a guest calls it, or traps, on this thread. */
    public record PeThread(long fsBase, long errnoAddress, int number, long floatingPoint) {}

    /** Catches faults of code whose stack lies in [start, end), slots of the given size. Once per process. */
    public static void installFaultHandler(long start, long end, long slotSize) {
        try {
            if ((int) Natives.INSTALL.invokeExact(start, end) != 0) {
                throw new IllegalStateException("cannot install the handler of guests' faults");
            }
            GuestMemory.watch(start, end, slotSize, Natives.BAD_ADDRESSES, Guest::takeBadAddress, Guest::probeOutside);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Whether threads can have working directories of their own here: containers may forbid it. */
    public static boolean canOwnFolder() {
        var answer = new boolean[1];
        // On a thread made for that: it keeps the folder.
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                answer[0] = (int) Natives.UNSHARE_FOLDER.invokeExact() != 0;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return answer[0];
    }

    /** Prepares the calling thread for running guests. Its working directory, umask and locale are its own from now on. */
    public static PeThread enterPeThread() {
        try {
            if ((int) Natives.ENTER_PE_THREAD.invokeExact() != 0) {
                throw new IllegalStateException("cannot set up the signal stack of a thread");
            }
            var errno = (java.lang.foreign.MemorySegment) Natives.ERRNO.invokeExact();
            return new PeThread(readFs(0), errno.address(), (int) Natives.GETTID.invokeExact(),
                    (long) Natives.READ_FLOATING_POINT.invokeExact());
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The calling thread will run no more guests. */
    public static void leavePeThread() {
        try {
            Natives.LEAVE_PE_THREAD.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** The word at {@code fs:offset} of the calling thread (psABI x86-64: 0 thread pointer, 0x28 canary, 0x30 pointer guard). */
    public static long readFs(long offset) {
        try {
            return (long) Natives.READ_FS.invokeExact(offset);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Answers a descriptor from which the numbers of SIGINT, SIGTERM, SIGHUP and SIGQUIT can be read, a byte each. Once per process. */
    public static int watchJobSignals() {
        try {
            int descriptor = (int) Natives.WATCH_JOB_SIGNALS.invokeExact();
            if (descriptor < 0) {
                throw new IllegalStateException("cannot install the handler of the job's signals");
            }
            return descriptor;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends the process without anything that the JVM or libc does at an exit: a guest may have left a lock of theirs taken. */
    public static void exitNow(int status) {
        try {
            Natives.EXIT_NOW.invokeExact(status);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Ends the process by a signal's default action, so that whoever waits for it sees that. */
    public static void dieBy(int signal) {
        try {
            Natives.DIE_BY.invokeExact(signal);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** From now on the guest's gates return to {@code thread}. */
    public static void bind(long control, PeThread thread) {
        Memory.putLong(control + ControlBlock.HOST_FS, thread.fsBase());
        Memory.putLong(control + ControlBlock.HOST_ERRNO, thread.errnoAddress());
        Memory.putLong(control + ControlBlock.HOST_THREAD, thread.number());
        Memory.putLong(control + ControlBlock.HOST_FLOATING_POINT, thread.floatingPoint());
    }

    /** Any thread: a guest that runs, and has not noticed its SIGNALS_ARRIVED, is interrupted if it is in the program's own code. */
    public static void nudge(long control) {
        try {
            Natives.NUDGE.invokeExact(control);
        } catch (Throwable e) {
            throw unexpected(e);
        }
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
        try {
            return (long) Natives.TAKE_BAD_ADDRESS.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static long probeOutside(long first, long end) {
        try {
            return (long) Natives.PROBE_OUTSIDE.invokeExact(first, end);
        } catch (Throwable e) {
            throw unexpected(e);
        }
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
