package flotilla.mpi.datatype;

import flotilla.memory.RunTable;

/** Runs of bytes at irregular places. */
final class Indexed extends Node {
    /** Of a table up to this long, copies are moved run by run. */
    private static final int SHORT_TABLE = 64;

    private final RunTable table;

    private Indexed(long offset, RunTable table) {
        super(offset, table.bytes());
        this.table = table;
    }

    /** @param starts stream position of each run and, last, the sum */
    static Indexed of(long[] offsets, long[] starts) {
        return new Indexed(0, new RunTable(offsets, starts));
    }

    int runs() {
        return table.runs();
    }

    long runOffset(int run) {
        return offset + table.offset(run);
    }

    long runLength(int run) {
        return table.length(run);
    }

    @Override
    Node shifted(long displacement) {
        return displacement == 0 ? this : new Indexed(Checked.add(offset, displacement), table);
    }

    @Override
    boolean sameShape(Node other) {
        return other instanceof Indexed indexed && indexed.table == table;
    }

    @Override
    void move(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long count) {
        long source = fromLaid ? from + offset : from;
        long target = toLaid ? to + offset : to;
        if (count > 1 && table.runs() <= SHORT_TABLE) {
            table.copyItems(target, toStep, toLaid, source, fromStep, fromLaid, count);
            return;
        }
        for (long i = 0; i < count; i++) {
            table.copy(target, toLaid, source, fromLaid, 0, table.runs());
            source += fromStep;
            target += toStep;
        }
    }

    @Override
    void moveRange(long layout, long stream, long start, long end, boolean pack) {
        long base = layout + offset;
        int first = table.runAt(start);
        int last = end == size ? table.runs() : table.runAt(end);
        if (start > table.start(first)) {
            part(base, stream, first, start, Math.min(end, table.start(first + 1)), pack);
            first++;
        }
        if (first < last) {
            if (pack) {
                table.copy(stream, false, base, true, first, last);
            } else {
                table.copy(base, true, stream, false, first, last);
            }
        }
        if (first <= last && last < table.runs() && end > table.start(last)) {
            part(base, stream, last, table.start(last), end, pack);
        }
    }

    private void part(long base, long stream, int run, long start, long end, boolean pack) {
        long place = base + table.offset(run) + start - table.start(run);
        if (pack) {
            Runs.move(place, stream + start, end - start);
        } else {
            Runs.move(stream + start, place, end - start);
        }
    }
}
