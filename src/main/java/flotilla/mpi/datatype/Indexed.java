package flotilla.mpi.datatype;

import flotilla.memory.Memory;

/** Runs of bytes at irregular places. */
final class Indexed extends Node {
    /** Copies of a short table are moved run by run across this many layout bytes, so that they stay in cache. */
    private static final long CHUNK = 16 << 10;
    private static final int SHORT_TABLE = 64;

    private final long[] offsets;
    /** Bytes of every run, or 0 when they differ. */
    private final long length;
    /** Stream position of each run and of the end; null when all runs are {@link #length} long. */
    private final long[] starts;

    private Indexed(long offset, long size, long[] offsets, long length, long[] starts) {
        super(offset, size);
        this.offsets = offsets;
        this.length = length;
        this.starts = starts;
    }

    /** @param starts stream position of each run and, last, the sum */
    static Indexed of(long[] offsets, long[] starts) {
        long length = starts[1];
        boolean uniform = true;
        for (int i = 1; i < offsets.length && uniform; i++) {
            uniform = starts[i + 1] - starts[i] == length;
        }
        return new Indexed(0, starts[offsets.length], offsets, uniform ? length : 0, uniform ? null : starts);
    }

    int runs() {
        return offsets.length;
    }

    long runOffset(int run) {
        return offset + offsets[run];
    }

    long runLength(int run) {
        return starts == null ? length : starts[run + 1] - starts[run];
    }

    private long start(int run) {
        return starts == null ? run * length : starts[run];
    }

    @Override
    Node shifted(long displacement) {
        return displacement == 0 ? this
                : new Indexed(Checked.add(offset, displacement), size, offsets, length, starts);
    }

    @Override
    boolean sameShape(Node other) {
        return other instanceof Indexed indexed && indexed.offsets == offsets && indexed.starts == starts && indexed.length == length;
    }

    @Override
    void move(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long count) {
        if (count > 1 && offsets.length <= SHORT_TABLE) {
            moveByRun(from, fromStep, fromLaid, to, toStep, toLaid, count);
            return;
        }
        for (long i = 0; i < count; i++) {
            moveOne(fromLaid ? from + offset : from, fromLaid, toLaid ? to + offset : to, toLaid);
            from += fromStep;
            to += toStep;
        }
    }

    private void moveByRun(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long count) {
        long reach = Math.max(Math.max(Math.abs(fromStep), Math.abs(toStep)), 1);
        long chunk = Math.max(CHUNK / reach, 1);
        for (long done = 0; done < count; done += chunk) {
            long items = Math.min(chunk, count - done);
            for (int run = 0; run < offsets.length; run++) {
                long source = from + done * fromStep + (fromLaid ? offset + offsets[run] : start(run));
                long target = to + done * toStep + (toLaid ? offset + offsets[run] : start(run));
                StridedCopy.copy(source, 0, fromStep, target, 0, toStep, 1, items, runLength(run));
            }
        }
    }

    private void moveOne(long from, boolean fromLaid, long to, boolean toLaid) {
        if (fromLaid && toLaid) {
            for (int run = 0; run < offsets.length; run++) {
                StridedCopy.run(from + offsets[run], to + offsets[run], runLength(run));
            }
        } else if (fromLaid) {
            gather(from, to, 0, offsets.length);
        } else {
            scatter(from, to, 0, offsets.length);
        }
    }

    /** Packs runs {@code [first, last)}; {@code stream} is where the first of them goes. */
    private void gather(long layout, long stream, int first, int last) {
        if (length == 8) {
            for (int run = first; run < last; run++) {
                Memory.putLong(stream, Memory.getLong(layout + offsets[run]));
                stream += 8;
            }
        } else if (length == 4) {
            for (int run = first; run < last; run++) {
                Memory.putInt(stream, Memory.getInt(layout + offsets[run]));
                stream += 4;
            }
        } else {
            for (int run = first; run < last; run++) {
                long bytes = runLength(run);
                StridedCopy.run(layout + offsets[run], stream, bytes);
                stream += bytes;
            }
        }
    }

    /** Unpacks runs {@code [first, last)}; {@code stream} is where the first of them stands. */
    private void scatter(long stream, long layout, int first, int last) {
        if (length == 8) {
            for (int run = first; run < last; run++) {
                Memory.putLong(layout + offsets[run], Memory.getLong(stream));
                stream += 8;
            }
        } else if (length == 4) {
            for (int run = first; run < last; run++) {
                Memory.putInt(layout + offsets[run], Memory.getInt(stream));
                stream += 4;
            }
        } else {
            for (int run = first; run < last; run++) {
                long bytes = runLength(run);
                StridedCopy.run(stream, layout + offsets[run], bytes);
                stream += bytes;
            }
        }
    }

    @Override
    void moveRange(long layout, long stream, long start, long end, boolean pack) {
        long base = layout + offset;
        int first = runAt(start);
        int last = end == size ? offsets.length : runAt(end);
        if (start > start(first)) {
            part(base, stream, first, start, Math.min(end, start(first) + runLength(first)), pack);
            first++;
        }
        if (first < last) {
            if (pack) {
                gather(base, stream + start(first), first, last);
            } else {
                scatter(stream + start(first), base, first, last);
            }
        }
        if (first <= last && last < offsets.length && end > start(last)) {
            part(base, stream, last, start(last), end, pack);
        }
    }

    private void part(long base, long stream, int run, long start, long end, boolean pack) {
        long place = base + offsets[run] + start - start(run);
        if (pack) {
            StridedCopy.run(place, stream + start, end - start);
        } else {
            StridedCopy.run(stream + start, place, end - start);
        }
    }

    private int runAt(long position) {
        return starts == null ? (int) (position / length) : Sequence.find(starts, offsets.length, position);
    }
}
