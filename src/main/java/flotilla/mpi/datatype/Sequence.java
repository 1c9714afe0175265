package flotilla.mpi.datatype;

/** Different layouts one after the other in the stream. */
final class Sequence extends Node {
    /** Copies are moved part by part across this many layout bytes, so that they stay in cache. */
    private static final long CHUNK = 16 << 10;

    final Node[] parts;
    /** Stream position of each part and, last, of the end. */
    private final long[] starts;

    Sequence(long offset, Node[] parts, long[] starts) {
        super(offset, starts[parts.length]);
        this.parts = parts;
        this.starts = starts;
    }

    @Override
    Node shifted(long displacement) {
        return displacement == 0 ? this : new Sequence(Checked.add(offset, displacement), parts, starts);
    }

    @Override
    boolean sameShape(Node other) {
        return other instanceof Sequence sequence && sequence.parts == parts;
    }

    @Override
    void move(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long count) {
        long source = fromLaid ? from + offset : from;
        long target = toLaid ? to + offset : to;
        long reach = Math.max(Math.max(Math.abs(fromStep), Math.abs(toStep)), 1);
        long chunk = Math.max(CHUNK / reach, 1);
        for (long done = 0; done < count; done += chunk) {
            long items = Math.min(chunk, count - done);
            for (int i = 0; i < parts.length; i++) {
                parts[i].move(fromLaid ? source : source + starts[i], fromStep, fromLaid,
                        toLaid ? target : target + starts[i], toStep, toLaid, items);
            }
            source += items * fromStep;
            target += items * toStep;
        }
    }

    @Override
    void moveRange(long layout, long stream, long start, long end, boolean pack) {
        long base = layout + offset;
        for (int i = find(starts, parts.length, start); i < parts.length && starts[i] < end; i++) {
            long from = Math.max(start - starts[i], 0);
            long until = Math.min(end - starts[i], parts[i].size);
            long part = stream + starts[i];
            if (until - from < parts[i].size) {
                parts[i].moveRange(base, part, from, until, pack);
            } else if (pack) {
                parts[i].move(base, 0, true, part, 0, false, 1);
            } else {
                parts[i].move(part, 0, false, base, 0, true, 1);
            }
        }
    }

    int partAt(long position) {
        return find(starts, parts.length, position);
    }

    long start(int part) {
        return starts[part];
    }

    /** The last of {@code count} ascending {@code starts} that is not above {@code position}. */
    static int find(long[] starts, int count, long position) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= position) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
