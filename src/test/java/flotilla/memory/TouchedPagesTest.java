package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TouchedPagesTest {
    private static final int PAGES = 6000;
    private static final long PAGE = Mapping.PAGE_SIZE;
    private static final int ANONYMOUS = Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_NORESERVE;
    private static final int WRITABLE = Mapping.PROT_READ | Mapping.PROT_WRITE;

    @TempDir
    Path folder;

    @AfterEach
    void asTheKernelCan() {
        TouchedPages.withoutScan(false);
        ProcessMaps.withoutQueries(false);
    }

    private static PageRuns touched(long start, long bytes, boolean withoutZeros) {
        var builder = new PageRuns.Builder();
        TouchedPages.add(start, start + bytes, withoutZeros, builder);
        return builder.build();
    }

    private static List<Long> pages(PageRuns runs, long start) {
        var pages = new ArrayList<Long>();
        for (int i = 0; i < runs.count(); i++) {
            for (long at = runs.start(i); at < runs.end(i); at += PAGE) {
                pages.add((at - start) / PAGE);
            }
        }
        return pages;
    }

    /** More runs than are found at once, single pages and long runs; every second way also on an old kernel. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasWrittenIsFoundAndZerosAreNot(boolean oldKernel) {
        TouchedPages.withoutScan(oldKernel);
        long start = Mapping.map(0, PAGES * PAGE, WRITABLE, ANONYMOUS, -1, 0);
        try {
            var random = new Random(7);
            var written = new TreeSet<Long>();
            for (long page = 0; page < PAGES; page += random.nextInt(1, 4)) {
                Memory.putByte(start + page * PAGE + random.nextInt((int) PAGE), (byte) 1);
                written.add(page);
            }
            assertThat(pages(touched(start, PAGES * PAGE, false), start)).isEqualTo(List.copyOf(written));
            // Zeros at the ends of runs and amid them.
            var left = new TreeSet<>(written);
            for (long page : written) {
                if (random.nextInt(3) == 0) {
                    Memory.fill(start + page * PAGE, PAGE, (byte) 0);
                    left.remove(page);
                }
            }
            assertThat(pages(touched(start, PAGES * PAGE, true), start)).containsAll(left).hasSizeLessThan(written.size());
        } finally {
            Mapping.unmap(start, PAGES * PAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pagesOfFilesAreFoundOnceTheyAreWritten(boolean oldKernel) throws IOException {
        TouchedPages.withoutScan(oldKernel);
        Path file = Files.write(folder.resolve("file"), new byte[(int) (8 * PAGE)]);
        int descriptor = Mapping.open(file);
        long start = Mapping.map(0, 8 * PAGE, WRITABLE, Mapping.MAP_PRIVATE, descriptor, 0);
        Mapping.close(descriptor);
        try {
            for (int i = 0; i < 8; i++) {
                assertThat(Memory.getByte(start + i * PAGE)).isZero();
            }
            Memory.putByte(start + 3 * PAGE, (byte) 0);
            Memory.putByte(start + 5 * PAGE, (byte) 9);
            assertThat(pages(touched(start, 8 * PAGE, false), start)).containsExactly(3L, 5L);
        } finally {
            Mapping.unmap(start, 8 * PAGE);
        }
    }

    @Test
    void bothWaysOfAskingForMappingsAgree() {
        long start = Mapping.map(0, 8 * PAGE, WRITABLE, ANONYMOUS, -1, 0);
        try {
            Mapping.protect(start + 2 * PAGE, PAGE, Mapping.PROT_READ);
            Mapping.unmap(start + 5 * PAGE, PAGE);
            ProcessMaps.withoutQueries(true);
            List<ProcessMaps.Entry> old = ProcessMaps.between(start, start + 8 * PAGE);
            ProcessMaps.withoutQueries(false);
            assertThat(ProcessMaps.between(start, start + 8 * PAGE)).isEqualTo(old);
            assertThat(old).hasSizeBetween(4, 5).anyMatch(entry -> entry.permissions().equals("r--p")
                    && entry.start() == start + 2 * PAGE);
        } finally {
            Mapping.unmap(start, 8 * PAGE);
        }
    }

    @Test
    void runsAreEncodedAndDamageIsRefused() {
        var builder = new PageRuns.Builder();
        builder.add(16 * PAGE, PAGE);
        builder.add(17 * PAGE, 2 * PAGE);
        builder.add(30 * PAGE, PAGE);
        PageRuns runs = builder.build();
        assertThat(runs.count()).isEqualTo(2);
        assertThat(runs.bytes()).isEqualTo(4 * PAGE);
        ByteBuffer encoded = ByteBuffer.allocate(runs.encodedBytes());
        runs.encode(encoded);
        PageRuns again = PageRuns.decode(encoded.flip(), PAGE, 31 * PAGE);
        assertThat(pages(again, 0)).isEqualTo(pages(runs, 0));
        assertThatThrownBy(() -> PageRuns.decode(encoded.rewind(), PAGE, 30 * PAGE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PageRuns.decode(encoded.rewind(), 17 * PAGE,
                31 * PAGE)).isInstanceOf(IllegalArgumentException.class);
        for (int at = 0; at < encoded.capacity(); at++) {
            ByteBuffer damaged = ByteBuffer.wrap(encoded.array().clone());
            damaged.put(at, (byte) (damaged.get(at) ^ 0x81));
            try {
                PageRuns.decode(damaged, PAGE, 31 * PAGE);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageStartingWith("a damaged list of pages");
            }
        }
    }

    /** The process reads its own memory, as another would. */
    @Test
    void pagesAreReadFromAProcess() {
        var builder = new PageRuns.Builder();
        long start = Mapping.map(0, PAGES * PAGE, WRITABLE, ANONYMOUS, -1, 0);
        try {
            for (long page = 0; page < PAGES; page += 2) {
                Memory.putLong(start + page * PAGE + 8, page);
                builder.add(start + page * PAGE, PAGE);
            }
            RemoteMemory.read(ProcessHandle.current().pid(), builder.build());
            for (long page = 0; page < PAGES; page += 2) {
                assertThat(Memory.getLong(start + page * PAGE + 8)).isEqualTo(page);
            }
            Mapping.unmap(start + 100 * PAGE, PAGE);
            assertThatThrownBy(() -> RemoteMemory.read(ProcessHandle.current().pid(),
                    builder.build())).isInstanceOf(SystemCallException.class);
        } finally {
            Mapping.unmap(start, PAGES * PAGE);
        }
    }
}
