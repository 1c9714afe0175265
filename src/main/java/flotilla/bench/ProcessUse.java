package flotilla.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the kernel knows of a process; 0 of one that is gone. */
final class ProcessUse {
    /** Processor time of its threads; unlike {@code stat}, {@code schedstat} does not count in hundredths of seconds. */
    static long nanoseconds(ProcessHandle process) {
        try (Stream<Path> threads = Files.list(folder(process).resolve("task"))) {
            return threads.mapToLong(ProcessUse::threadNanoseconds).sum();
        } catch (IOException gone) {
            return 0;
        }
    }

    private static long threadNanoseconds(Path thread) {
        try {
            return Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
        } catch (IOException gone) {
            return 0;
        }
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
