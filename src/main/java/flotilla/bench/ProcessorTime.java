package flotilla.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Processor time of processes. */
final class ProcessorTime {
    private static final MethodHandle GETCPUCLOCKID = libc("clock_getcpuclockid", JAVA_INT, ADDRESS);
    private static final MethodHandle GETTIME = libc("clock_gettime", JAVA_INT, ADDRESS);

    /**
     * Of all threads of a process, of those that have ended too. {@code /proc/PID/stat} counts in hundredths of seconds, which
     * is too coarse for a job that sleeps. 0 of a process that is gone.
     */
    static long nanoseconds(ProcessHandle process) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clock = arena.allocate(JAVA_INT);
            MemorySegment time = arena.allocate(JAVA_LONG, 2);
            boolean there = (int) GETCPUCLOCKID.invokeExact((int) process.pid(), clock) == 0
                    && (int) GETTIME.invokeExact(clock.get(JAVA_INT, 0), time) == 0;
            return there ? time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000 + time.getAtIndex(JAVA_LONG, 1) : 0;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MethodHandle libc(String name, MemoryLayout... parameters) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
    }

    private ProcessorTime() {}
}
