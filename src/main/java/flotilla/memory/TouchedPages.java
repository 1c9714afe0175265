package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Finds the pages that a process has for itself: those of private mappings that were written to, in memory or swapped out,
 * without what is still the file's or the kernel's page of zeros. Source: {@code PAGEMAP_SCAN} of Linux 6.7
 * (admin-guide/mm/pagemap), and {@code /proc/self/pagemap} before, which takes as long as the addresses are many and not the
 * pages: some milliseconds for each 10 GiB. Any thread. Needs {@link HostLibrary#load}.
 */
public final class TouchedPages {
    private static final int SYS_PREAD64 = 17;
    private static final int SYS_IOCTL = 16;
    private static final int ENOTTY = 25;
    private static final int EINVAL = 22;

    // <linux/fs.h>: struct pm_scan_arg, struct page_region.
    private static final long PAGEMAP_SCAN = 0xc0606610L;
    private static final int ARGUMENT_BYTES = 96;
    private static final int SIZE = 0;
    private static final int START = 2;
    private static final int END = 3;
    private static final int VECTOR = 5;
    private static final int VECTOR_LENGTH = 6;
    private static final int CATEGORY_INVERTED = 8;
    private static final int CATEGORY_MASK = 9;
    private static final int CATEGORY_ANY_OF = 10;
    private static final int PAGE_IS_FILE = 1 << 2;
    private static final int PAGE_IS_PRESENT = 1 << 3;
    private static final int PAGE_IS_SWAPPED = 1 << 4;
    private static final int PAGE_IS_ZERO = 1 << 5;
    private static final int REGION_WORDS = 3;
    private static final int REGIONS = 1024;

    // An entry of /proc/self/pagemap. Frame numbers are hidden from users, so the page of zeros is not told from others.
    private static final long ENTRY_PRESENT = 1L << 63;
    private static final long ENTRY_SWAPPED = 1L << 62;
    private static final long ENTRY_FILE = 1L << 61;
    private static final int ENTRIES = 1 << 16;

    /** Room for what remains of a region when its pages of zeros are left out. */
    private static final int PARTS = 8 * REGIONS;

    private static final class Files {
        static final int PAGEMAP = Mapping.open(java.nio.file.Path.of("/proc/self/pagemap"));
        static final NativeFunction NONZERO_RUNS = new NativeFunction(HostLibrary.lookup().findOrThrow("flotilla_nonzero_runs"));
    }

    private static volatile boolean scans = true;

    /** For tests: as on a kernel before 6.7. */
    static void withoutScan(boolean without) {
        scans = !without;
    }

    /**
     * Adds the pages in [start, end), which lie in one private mapping.
     *
     * @param withoutZeros leaves out what holds nothing but zeros: of readable anonymous memory, since that is what a new mapping
     *                     holds
     */
    public static void add(long start, long end, boolean withoutZeros, PageRuns.Builder to) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment runs = arena.allocate(JAVA_LONG, 2L * REGIONS);
            MemorySegment parts = withoutZeros ? arena.allocate(JAVA_LONG, 2L * PARTS) : null;
            if (!scans || !scan(start, end, runs, parts, to, arena)) {
                readMap(start, end, runs, parts, to, arena);
            }
        }
    }

    /** Answers false where the kernel cannot. */
    private static boolean scan(long start, long end, MemorySegment runs, MemorySegment parts, PageRuns.Builder to, Arena arena) {
        MemorySegment argument = arena.allocate(ARGUMENT_BYTES, 8);
        MemorySegment regions = arena.allocate(JAVA_LONG, (long) REGION_WORDS * REGIONS);
        argument.setAtIndex(JAVA_LONG, SIZE, ARGUMENT_BYTES);
        argument.setAtIndex(JAVA_LONG, END, end);
        argument.setAtIndex(JAVA_LONG, VECTOR, regions.address());
        argument.setAtIndex(JAVA_LONG, VECTOR_LENGTH, REGIONS);
        argument.setAtIndex(JAVA_LONG, CATEGORY_INVERTED, PAGE_IS_FILE | PAGE_IS_ZERO);
        argument.setAtIndex(JAVA_LONG, CATEGORY_MASK, PAGE_IS_FILE | PAGE_IS_ZERO);
        argument.setAtIndex(JAVA_LONG, CATEGORY_ANY_OF, PAGE_IS_PRESENT | PAGE_IS_SWAPPED);
        long at = start;
        while (at < end) {
            argument.setAtIndex(JAVA_LONG, START, at);
            long found = Mapping.systemCall(SYS_IOCTL, Files.PAGEMAP, PAGEMAP_SCAN, argument.address(), 0, 0, 0);
            if (found == -ENOTTY || found == -EINVAL) {
                scans = false;
                return false;
            }
            if (found < 0) {
                throw new SystemCallException("ioctl", "PAGEMAP_SCAN", (int) -found, Mapping.text((int) -found));
            }
            for (long i = 0; i < found; i++) {
                long first = regions.getAtIndex(JAVA_LONG, i * REGION_WORDS);
                runs.setAtIndex(JAVA_LONG, 2 * i, first);
                runs.setAtIndex(JAVA_LONG, 2 * i + 1, regions.getAtIndex(JAVA_LONG, i * REGION_WORDS + 1) - first);
            }
            pass(runs, found, parts, to);
            // The end that the kernel tells (Linux 6.18) may lie before regions that it has told of.
            at = found < REGIONS ? end : regions.getAtIndex(JAVA_LONG, (found - 1) * REGION_WORDS + 1);
        }
        return true;
    }

    private static void readMap(long start, long end, MemorySegment runs, MemorySegment parts, PageRuns.Builder to, Arena arena) {
        MemorySegment entries = arena.allocate(JAVA_LONG, ENTRIES);
        int used = 0;
        for (long at = start; at < end; ) {
            long wanted = Math.min((end - at) / Mapping.PAGE_SIZE, ENTRIES);
            long got = Mapping.call("pread", at, wanted * Mapping.PAGE_SIZE, SYS_PREAD64, Files.PAGEMAP, entries.address(),
                    wanted * Long.BYTES,
                    at / Mapping.PAGE_SIZE * Long.BYTES, 0, 0) / Long.BYTES;
            if (got <= 0) {
                throw new SystemCallException("pread", "/proc/self/pagemap", 0, "ended too early");
            }
            for (long i = 0; i < got; i++) {
                long entry = entries.getAtIndex(JAVA_LONG, i);
                if ((entry & (ENTRY_PRESENT | ENTRY_SWAPPED)) == 0 || (entry & ENTRY_FILE) != 0) {
                    continue;
                }
                long page = at + i * Mapping.PAGE_SIZE;
                long last = 2L * used - 2;
                if (used > 0 && runs.getAtIndex(JAVA_LONG, last) + runs.getAtIndex(JAVA_LONG, last + 1) == page) {
                    runs.setAtIndex(JAVA_LONG, last + 1, runs.getAtIndex(JAVA_LONG, last + 1) + Mapping.PAGE_SIZE);
                    continue;
                }
                if (used == REGIONS) {
                    pass(runs, used, parts, to);
                    used = 0;
                }
                runs.setAtIndex(JAVA_LONG, 2L * used, page);
                runs.setAtIndex(JAVA_LONG, 2L * used + 1, Mapping.PAGE_SIZE);
                used++;
            }
            at += got * Mapping.PAGE_SIZE;
        }
        pass(runs, used, parts, to);
    }

    private static void pass(MemorySegment runs, long count, MemorySegment parts, PageRuns.Builder to) {
        if (parts == null) {
            to.add(runs, count);
        } else {
            to.add(parts, Files.NONZERO_RUNS.call(runs.address(), count, parts.address(), PARTS, 0, 0, 0));
        }
    }

    private TouchedPages() {}
}
