package flotilla.mpi.group;

import flotilla.mpi.core.Group;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The set operations of MPI-3.1 section 6.3.2. Group ranks are 0 to size - 1; a rank outside or
 * named twice is an MPI_ERR_RANK; a range that leaves the group or has stride 0 is an MPI_ERR_ARG.
 */
public final class GroupAlgebra {
    /** How two groups relate: the same members in the same order, in another order, or other members. */
    public enum Relation { IDENTICAL, SIMILAR, UNEQUAL }

    /** A triplet of MPI_Group_range_incl: first, first + stride, ... up to last, which need not be reached. */
    public record Range(int first, int last, int stride) {}

    /** All of {@code a}, then those of {@code b} that are not in {@code a}. */
    public static Group union(Group a, Group b) {
        if (a == b || b.size() == 0) {
            return a;
        }
        int[] members = Arrays.copyOf(worldRanks(a), a.size() + b.size());
        int count = a.size();
        for (int i = 0; i < b.size(); i++) {
            int member = b.worldRank(i);
            if (a.rankOf(member) < 0) {
                members[count++] = member;
            }
        }
        return Group.of(Arrays.copyOf(members, count));
    }

    /** Those of {@code a} that are in {@code b}, in the order of {@code a}. */
    public static Group intersection(Group a, Group b) {
        return filter(a, b, true);
    }

    /** Those of {@code a} that are not in {@code b}, in the order of {@code a}. */
    public static Group difference(Group a, Group b) {
        return filter(a, b, false);
    }

    private static Group filter(Group a, Group b, boolean inB) {
        var members = new int[a.size()];
        int count = 0;
        for (int i = 0; i < members.length; i++) {
            int member = a.worldRank(i);
            if (b.rankOf(member) >= 0 == inB) {
                members[count++] = member;
            }
        }
        return Group.of(Arrays.copyOf(members, count));
    }

    /** The members with these group ranks, in this order. */
    public static Group include(Group group, int[] ranks) {
        checkDistinct(group, ranks, "ranks");
        var members = new int[ranks.length];
        for (int i = 0; i < ranks.length; i++) {
            members[i] = group.worldRank(ranks[i]);
        }
        return Group.of(members);
    }

    /** The members without these group ranks, in the group's order. */
    public static Group exclude(Group group, int[] ranks) {
        return without(group, checkDistinct(group, ranks, "ranks"));
    }

    /** The members of the ranges, in the ranges' order. */
    public static Group includeRanges(Group group, Range[] ranges) {
        return include(group, expand(group, ranges));
    }

    /** The members of no range, in the group's order. */
    public static Group excludeRanges(Group group, Range[] ranges) {
        return exclude(group, expand(group, ranges));
    }

    private static Group without(Group group, BitSet excluded) {
        var members = new int[group.size() - excluded.cardinality()];
        int count = 0;
        for (int i = excluded.nextClearBit(0); i < group.size(); i = excluded.nextClearBit(i + 1)) {
            members[count++] = group.worldRank(i);
        }
        return Group.of(members);
    }

    private static BitSet checkDistinct(Group group, int[] ranks, String name) {
        var seen = new BitSet(group.size());
        for (int i = 0; i < ranks.length; i++) {
            checkRank(group, ranks[i], name + "[" + i + "]");
            if (seen.get(ranks[i])) {
                throw new MpiException(ErrorClass.RANK, name + "[" + i + "] = " + ranks[i] + " was named before; each rank can be named once");
            }
            seen.set(ranks[i]);
        }
        return seen;
    }

    private static void checkRank(Group group, int rank, String name) {
        if (rank < 0 || rank >= group.size()) {
            throw new MpiException(ErrorClass.RANK, name + " = " + rank + " is not a rank of the group: "
                    + (group.size() == 0 ? "it is empty" : "it has ranks 0 to " + (group.size() - 1)));
        }
    }

    private static void checkRangeEnd(Group group, long rank, String name, String end) {
        if (rank < 0 || rank >= group.size()) {
            throw new MpiException(ErrorClass.ARG, name + " " + end + " at " + rank + ", which is not a rank of the group of " + group.size());
        }
    }

    /** The ranks of all ranges one after another, checked to be distinct ranks of the group. */
    private static int[] expand(Group group, Range[] ranges) {
        long total = 0;
        for (int i = 0; i < ranges.length; i++) {
            Range range = ranges[i];
            String name = "ranges[" + i + "]";
            if (range.stride() == 0) {
                throw new MpiException(ErrorClass.ARG, name + " has stride 0");
            }
            long steps = ((long) range.last() - range.first()) / range.stride();
            if (((long) range.last() - range.first()) * range.stride() < 0) {
                throw new MpiException(ErrorClass.ARG, name + " goes from " + range.first() + " to " + range.last()
                        + " with stride " + range.stride() + ", which has the wrong sign");
            }
            checkRangeEnd(group, range.first(), name, "starts");
            checkRangeEnd(group, range.first() + steps * range.stride(), name, "ends");
            total += steps + 1;
        }
        if (total > group.size()) {
            throw new MpiException(ErrorClass.RANK, "ranges name " + total + " ranks of a group of " + group.size() + ": some of them twice");
        }
        var ranks = new int[(int) total];
        int count = 0;
        for (Range range : ranges) {
            int steps = (range.last() - range.first()) / range.stride();
            for (int k = 0; k <= steps; k++) {
                ranks[count++] = range.first() + k * range.stride();
            }
        }
        return ranks;
    }

    public static Relation compare(Group a, Group b) {
        if (a.equals(b)) {
            return Relation.IDENTICAL;
        }
        if (a.size() != b.size()) {
            return Relation.UNEQUAL;
        }
        for (int i = 0; i < a.size(); i++) {
            if (b.rankOf(a.worldRank(i)) < 0) {
                return Relation.UNEQUAL;
            }
        }
        return Relation.SIMILAR;
    }

    /** The rank in {@code to} of a rank of {@code from}, or -1 when that process is not in {@code to}. */
    public static int translate(Group from, int rank, Group to) {
        checkRank(from, rank, "ranks1 element");
        return to.rankOf(from.worldRank(rank));
    }

    /** World ranks by group rank. */
    public static int[] worldRanks(Group group) {
        var members = new int[group.size()];
        for (int i = 0; i < members.length; i++) {
            members[i] = group.worldRank(i);
        }
        return members;
    }

    private GroupAlgebra() {}
}
