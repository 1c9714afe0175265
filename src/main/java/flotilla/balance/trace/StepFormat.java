package flotilla.balance.trace;

import flotilla.balance.Load;
import flotilla.balance.Pes;
import flotilla.balance.Traffic;

/**
 * The order of a step's numbers: interval; PEs, and for each its node, speed, background load and idle time; ranks, and for each
 * its PE (the difference to the one before), work, and memory doubled, plus one if it may not move; pairs of ranks; for each rank
 * the number of its receivers, and for each of them rank (difference to the one before, less one), messages and bytes; the
 * strategy's name; times of decision and moves; the number of ranks that move, and for each its number (difference) and new PE.
 * Speeds are the bits of a double, reversed, as most have zeros at their end.
 */
final class StepFormat {
    static void write(TraceStep step, PackedWriter out) {
        Load load = step.load();
        out.number(load.interval());
        writePes(load.pes(), out);
        writeRanks(load, out);
        writeTraffic(load.traffic(), out);
        out.number(step.strategy().length());
        step.strategy().chars().forEach(out::number);
        out.number(step.decisionNanos());
        out.number(step.moveNanos());
        writeMoves(step, out);
    }

    static TraceStep read(PackedReader in) {
        long interval = in.number();
        Pes pes = readPes(in);
        int ranks = in.count(4);
        var places = new int[ranks];
        var work = new double[ranks];
        var bytes = new long[ranks];
        var movable = new boolean[ranks];
        long place = 0;
        for (int rank = 0; rank < ranks; rank++) {
            place += in.difference();
            places[rank] = PackedReader.index(place);
            work[rank] = in.number();
            long memory = in.number();
            bytes[rank] = memory >>> 1;
            movable[rank] = (memory & 1) == 0;
        }
        var load = new Load(interval, work, places, bytes, movable, readTraffic(in, ranks), pes);
        var name = new StringBuilder();
        for (int length = in.count(1); length > 0; length--) {
            name.append((char) in.index());
        }
        long decisionNanos = in.number();
        long moveNanos = in.number();
        int[] decided = readMoves(in, places);
        in.end();
        return new TraceStep(load, name.toString(), decided, decisionNanos, moveNanos);
    }

    private static void writePes(Pes pes, PackedWriter out) {
        out.number(pes.count());
        for (int pe = 0; pe < pes.count(); pe++) {
            out.number(pes.node()[pe]);
            out.number(Long.reverse(Double.doubleToRawLongBits(pes.speed()[pe])));
            out.number(pes.background()[pe]);
            out.number(pes.idle()[pe]);
        }
    }

    private static Pes readPes(PackedReader in) {
        int count = in.count(4);
        var node = new int[count];
        var speed = new double[count];
        var background = new long[count];
        var idle = new long[count];
        for (int pe = 0; pe < count; pe++) {
            node[pe] = in.index();
            speed[pe] = Double.longBitsToDouble(Long.reverse(in.number()));
            background[pe] = in.number();
            idle[pe] = in.number();
        }
        return new Pes(node, speed, background, idle);
    }

    private static void writeRanks(Load load, PackedWriter out) {
        out.number(load.ranks());
        int before = 0;
        for (int rank = 0; rank < load.ranks(); rank++) {
            out.difference(load.places()[rank] - before);
            before = load.places()[rank];
            out.number(Math.round(load.work()[rank]));
            out.number(load.bytes()[rank] << 1 | (load.movable()[rank] ? 0 : 1));
        }
    }

    private static void writeTraffic(Traffic traffic, PackedWriter out) {
        out.number(traffic.peers().length);
        for (int rank = 0; rank < traffic.ranks(); rank++) {
            out.number(traffic.offsets()[rank + 1] - traffic.offsets()[rank]);
            int before = -1;
            for (int i = traffic.offsets()[rank]; i < traffic.offsets()[rank + 1]; i++) {
                out.number(traffic.peers()[i] - before - 1);
                before = traffic.peers()[i];
                out.number(traffic.messages()[i]);
                out.number(traffic.bytes()[i]);
            }
        }
    }

    private static Traffic readTraffic(PackedReader in, int ranks) {
        int pairs = in.count(3);
        var offsets = new int[ranks + 1];
        var peers = new int[pairs];
        var messages = new long[pairs];
        var bytes = new long[pairs];
        int i = 0;
        for (int rank = 0; rank < ranks; rank++) {
            int receivers = in.index();
            if (receivers > pairs - i) {
                throw new IllegalArgumentException("more pairs of ranks than it says");
            }
            long before = -1;
            for (int end = i + receivers; i < end; i++) {
                before += 1L + in.index();
                peers[i] = PackedReader.index(before);
                messages[i] = in.number();
                bytes[i] = in.number();
            }
            offsets[rank + 1] = i;
        }
        return new Traffic(offsets, peers, messages, bytes);
    }

    private static void writeMoves(TraceStep step, PackedWriter out) {
        int[] before = step.load().places();
        int[] after = step.decided();
        int moves = 0;
        for (int rank = 0; rank < after.length; rank++) {
            moves += after[rank] == before[rank] ? 0 : 1;
        }
        out.number(moves);
        int last = 0;
        for (int rank = 0; rank < after.length; rank++) {
            if (after[rank] != before[rank]) {
                out.number(rank - last);
                last = rank;
                out.number(after[rank]);
            }
        }
    }

    private static int[] readMoves(PackedReader in, int[] places) {
        int[] decided = places.clone();
        long rank = 0;
        for (int moves = in.count(2); moves > 0; moves--) {
            rank += in.index();
            if (rank >= decided.length) {
                throw new IllegalArgumentException("a move of rank " + rank + " of " + decided.length);
            }
            decided[(int) rank] = in.index();
        }
        return decided;
    }

    private StepFormat() {}
}
