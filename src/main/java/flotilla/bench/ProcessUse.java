package flotilla.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the kernel knows of a process; 0 of one that is gone. */
final class ProcessUse {
    private static final MethodHandle GETCPUCLOCKID = libc("clock_getcpuclockid", JAVA_INT, ADDRESS);
    private static final MethodHandle GETTIME = libc("clock_gettime", JAVA_INT, ADDRESS);

    /**
     * Processor time of all its threads, of those that have ended too. {@code /proc/PID/stat} counts in hundredths of seconds, which
     * is too coarse for a job that sleeps.
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

    static long residentKiB(ProcessHandle process) {
        return field(folder(process).resolve("smaps_rollup"), "Rss:");
    }

    /** As resident memory, but a page that several processes map counts in each for its share only. */
    static long proportionalKiB(ProcessHandle process) {
        return field(folder(process).resolve("smaps_rollup"), "Pss:");
    }

    private static long field(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name)).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).orElse(0L);
        } catch (IOException gone) {
            return 0;
        }
    }

    private static Path folder(ProcessHandle process) {
        return Path.of("/proc", Long.toString(process.pid()));
    }

    private ProcessUse() {}
}
