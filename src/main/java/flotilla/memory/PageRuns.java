package flotilla.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Runs of whole pages, ascending and apart from each other. The runs of a rank's slot have the same addresses in every process of
 * a job, so this is also the list by which another process asks for them. Immutable.
 */
public final class PageRuns {
    public static final PageRuns NONE = new PageRuns(new long[0], 0);
    /** Start and bytes, as the native form has them. */
    private static final int WORDS = 2;
    /** A wild length of an encoded list is refused before memory is taken for it. */
    private static final int MOST_RUNS = 1 << 24;

    private final long[] runs;
    private final long bytes;

    private PageRuns(long[] runs, long bytes) {
        this.runs = runs;
        this.bytes = bytes;
    }

    public int count() {
        return runs.length / WORDS;
    }

    public long start(int run) {
        return runs[run * WORDS];
    }

    public long bytes(int run) {
        return runs[run * WORDS + 1];
    }

    public long end(int run) {
        return start(run) + bytes(run);
    }

    /** Bytes of all runs. */
    public long bytes() {
        return bytes;
    }

    /** The memory of a run. */
    public MemorySegment segment(int run) {
        return Memory.segment(start(run), bytes(run));
    }

    public int encodedBytes() {
        return Integer.BYTES + runs.length * Long.BYTES;
    }

    public void encode(ByteBuffer out) {
        out.putInt(count());
        for (long word : runs) {
            out.putLong(word);
        }
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @param first where runs may begin
     * @param end   and where the last must end
     * @throws IllegalArgumentException when that is no list of runs within these bounds
     */
    public static PageRuns decode(ByteBuffer in, long first, long end) {
        int count = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (count < 0 || count > MOST_RUNS || in.remaining() < count * (long) WORDS * Long.BYTES) {
            throw new IllegalArgumentException("a damaged list of pages: " + count + " runs");
        }
        var builder = new Builder();
        long least = first;
        for (int i = 0; i < count; i++) {
            long start = in.getLong();
            long bytes = in.getLong();
            if (start < least || start >= end || bytes <= 0 || bytes > end - start
                    || ((start | bytes) & Mapping.PAGE_SIZE - 1) != 0) {
                throw new IllegalArgumentException("a damaged list of pages: " + bytes + " bytes at 0x"
                        + Long.toHexString(start));
            }
            builder.add(start, bytes);
            least = start + bytes;
        }
        return builder.build();
    }

    @Override
    public String toString() {
        return count() + " runs of " + bytes + " bytes";
    }

    /** Collects runs in ascending order; joins neighbours. */
    public static final class Builder {
        private long[] runs = new long[64];
        private int used;
        private long bytes;

        public void add(long start, long length) {
            bytes += length;
            if (used > 0 && runs[used - 2] + runs[used - 1] == start) {
                runs[used - 1] += length;
                return;
            }
            if (used == runs.length) {
                runs = Arrays.copyOf(runs, used * 2);
            }
            runs[used++] = start;
            runs[used++] = length;
        }

        /** Runs in native memory, start and bytes each. */
        void add(MemorySegment table, long count) {
            for (long i = 0; i < count; i++) {
                add(table.getAtIndex(ValueLayout.JAVA_LONG, i * WORDS), table.getAtIndex(ValueLayout.JAVA_LONG, i * WORDS + 1));
            }
        }

        public PageRuns build() {
            return used == 0 ? NONE : new PageRuns(Arrays.copyOf(runs, used), bytes);
        }
    }
}
