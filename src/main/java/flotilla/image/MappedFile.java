package flotilla.image;

import flotilla.memory.Mapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file that images are mapped from. Thread-safe.
 *
 * <p>All ranks share its pages. A hypervisor that keeps page tables of its own (KVM's shadow paging) drops all of a page's
 * entries when they become more than 1,000, and among so many ranks every use of the page would then be a fault: 10 us for a
 * switch that takes 0.3. Under a hypervisor the ranks beyond share a copy in memory instead, and so on.
 */
final class MappedFile implements AutoCloseable {
    private static final int MOST_MAPPINGS = 900;
    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    private final Path path;
    /** The file, then copies of it. */
    private final List<Integer> descriptors = new ArrayList<>();
    private int mappings;

    MappedFile(Path path) {
        this.path = path;
        descriptors.add(Mapping.open(path));
    }

    /** A descriptor of the file itself, to read from. */
    synchronized int file() {
        return descriptors.getFirst();
    }

    /** A descriptor to make one mapping from. */
    synchronized int descriptor() {
        if (++mappings > MOST_MAPPINGS && Hypervisor.IS_THERE) {
            descriptors.add(Mapping.copy(descriptors.getFirst(), path.getFileName().toString()));
            mappings = 1;
        }
        return descriptors.getLast();
    }

    @Override
    public synchronized void close() {
        descriptors.forEach(Mapping::close);
        descriptors.clear();
    }

    /** Looked for when it first matters. */
    private static final class Hypervisor {
        static final boolean IS_THERE = isThere();

        private static boolean isThere() {
            try (var lines = Files.lines(PROCESSOR, StandardCharsets.ISO_8859_1)) {
                return lines.takeWhile(line -> !line.isBlank()).anyMatch(line -> line.startsWith("flags") && line.contains(" hypervisor"));
            } catch (IOException e) {
                return false;
            }
        }
    }
}
