package flotilla.mpi.datatype;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A datatype as the standard defines it: every entry written out, bounds by their definitions. The tests' reference. */
final class Typemap {
    record Entry(long offset, BasicType type) {}

    /** A copy of another typemap. */
    record Placement(long displacement, Typemap of) {}

    final List<Entry> entries = new ArrayList<>();
    /** Places of explicit lower and upper bounds. */
    final List<Long> lbMarkers = new ArrayList<>();
    final List<Long> ubMarkers = new ArrayList<>();
    long lb;
    long ub;

    static Typemap of(BasicType type) {
        var map = new Typemap();
        if (type.isPair()) {
            map.entries.add(new Entry(0, type.first()));
            map.entries.add(new Entry(type.secondOffset(), type.second()));
        } else {
            map.entries.add(new Entry(0, type));
        }
        map.ub = type.extent();
        return map;
    }

    static Typemap lbMarker() {
        var map = new Typemap();
        map.lbMarkers.add(0L);
        return map;
    }

    static Typemap ubMarker() {
        var map = new Typemap();
        map.ubMarkers.add(0L);
        return map;
    }

    static Typemap of(List<Placement> placements, boolean padded) {
        var map = new Typemap();
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        long alignment = 1;
        for (Placement placement : placements) {
            long displacement = placement.displacement;
            Typemap of = placement.of;
            for (Entry entry : of.entries) {
                map.entries.add(new Entry(entry.offset + displacement, entry.type));
                alignment = Math.max(alignment, entry.type.alignment());
            }
            of.lbMarkers.forEach(marker -> map.lbMarkers.add(marker + displacement));
            of.ubMarkers.forEach(marker -> map.ubMarkers.add(marker + displacement));
            if (!of.entries.isEmpty()) {
                least = Math.min(least, of.lb + displacement);
                greatest = Math.max(greatest, of.ub + displacement);
            }
        }
        if (!map.lbMarkers.isEmpty()) {
            map.lb = map.lbMarkers.stream().mapToLong(Long::longValue).min().getAsLong();
        } else if (!map.entries.isEmpty()) {
            map.lb = least;
        }
        if (!map.ubMarkers.isEmpty()) {
            map.ub = map.ubMarkers.stream().mapToLong(Long::longValue).max().getAsLong();
        } else if (!map.entries.isEmpty()) {
            map.ub = greatest;
            while (padded && (map.ub - map.lb) % alignment != 0) {
                map.ub++;
            }
        }
        return map;
    }

    Typemap resized(long newLb, long extent) {
        var map = new Typemap();
        map.entries.addAll(entries);
        map.lb = newLb;
        map.ub = newLb + extent;
        map.lbMarkers.add(map.lb);
        map.ubMarkers.add(map.ub);
        return map;
    }

    long extent() {
        return ub - lb;
    }

    long size() {
        return entries.stream().mapToLong(entry -> entry.type.size()).sum();
    }

    long trueLb() {
        return entries.stream().mapToLong(Entry::offset).min().orElse(0);
    }

    long trueUb() {
        return entries.stream().mapToLong(entry -> entry.offset + entry.type.size()).max().orElse(0);
    }

    /** Entries of {@code count} items. */
    List<Entry> repeated(int count) {
        var all = new ArrayList<Entry>();
        for (int i = 0; i < count; i++) {
            for (Entry entry : entries) {
                all.add(new Entry(entry.offset + i * extent(), entry.type));
            }
        }
        return all;
    }

    /** Displacement of every byte of the packed stream of {@code count} items. */
    long[] bytes(int count) {
        return repeated(count).stream()
                .flatMapToLong(entry -> java.util.stream.LongStream.range(entry.offset, entry.offset + entry.type.size()))
                .toArray();
    }

    /** Whether some byte belongs to two entries of {@code count} items. */
    static boolean overlaps(long[] bytes) {
        if (bytes.length == 0) {
            return false;
        }
        long least = java.util.Arrays.stream(bytes).min().getAsLong();
        var seen = new BitSet();
        for (long at : bytes) {
            if (seen.get((int) (at - least))) {
                return true;
            }
            seen.set((int) (at - least));
        }
        return false;
    }
}
