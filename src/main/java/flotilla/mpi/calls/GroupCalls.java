package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.group.GroupAlgebra;
import flotilla.mpi.group.GroupAlgebra.Range;

/** MPI-3.1 section 6.3. A parameter marked as an address is one of guest memory. */
public final class GroupCalls {
    private static final int RANGE_BYTES = 12;

    public static int groupSize(Rank rank, Group group, long size) {
        Arguments.checkPointer(size, "size");
        Memory.putInt(size, group.size());
        return 0;
    }

    public static int groupRank(Rank rank, Group group, long result) {
        Arguments.checkPointer(result, "rank");
        int found = group.rankOf(rank.worldRank);
        Memory.putInt(result, found < 0 ? StandardAbi.UNDEFINED : found);
        return 0;
    }

    public static int groupTranslateRanks(Rank rank, Group group1, int n, long ranks1, Group group2, long ranks2) {
        Arguments.checkNotNegative(n, "n");
        Arguments.checkArray(ranks1, n, "ranks1");
        Arguments.checkArray(ranks2, n, "ranks2");
        for (int i = 0; i < n; i++) {
            int from = rank.face.rank(Memory.getInt(ranks1 + 4L * i));
            int to = StandardAbi.PROC_NULL;
            if (from != StandardAbi.PROC_NULL) {
                int found = GroupAlgebra.translate(group1, from, group2);
                to = found < 0 ? StandardAbi.UNDEFINED : found;
            }
            Memory.putInt(ranks2 + 4L * i, rank.face.rawRank(to));
        }
        return 0;
    }

    public static int groupCompare(Rank rank, Group group1, Group group2, long result) {
        Arguments.checkPointer(result, "result");
        int comparison = switch (GroupAlgebra.compare(group1, group2)) {
            case IDENTICAL -> StandardAbi.IDENT;
            case SIMILAR -> StandardAbi.SIMILAR;
            case UNEQUAL -> StandardAbi.UNEQUAL;
        };
        Memory.putInt(result, rank.face.rawComparison(comparison));
        return 0;
    }

    public static int groupUnion(Rank rank, Group group1, Group group2, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.union(group1, group2));
    }

    public static int groupIntersection(Rank rank, Group group1, Group group2, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.intersection(group1, group2));
    }

    public static int groupDifference(Rank rank, Group group1, Group group2, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.difference(group1, group2));
    }

    public static int groupIncl(Rank rank, Group group, int n, long ranks, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.include(group, GuestArrays.ints(ranks, n, "n", "ranks")));
    }

    public static int groupExcl(Rank rank, Group group, int n, long ranks, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.exclude(group, GuestArrays.ints(ranks, n, "n", "ranks")));
    }

    public static int groupRangeIncl(Rank rank, Group group, int n, long ranges, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.includeRanges(group, ranges(n, ranges)));
    }

    public static int groupRangeExcl(Rank rank, Group group, int n, long ranges, long newgroup) {
        return put(rank, newgroup, GroupAlgebra.excludeRanges(group, ranges(n, ranges)));
    }

    private static Range[] ranges(int n, long address) {
        Arguments.checkNotNegative(n, "n");
        Arguments.checkArray(address, n, "ranges");
        var ranges = new Range[n];
        for (int i = 0; i < n; i++) {
            long at = address + (long) i * RANGE_BYTES;
            ranges[i] = new Range(Memory.getInt(at), Memory.getInt(at + 4), Memory.getInt(at + 8));
        }
        return ranges;
    }

    /** MPI_GROUP_EMPTY may be freed as well: that is what set operations give for no ranks. */
    public static int groupFree(Rank rank, long group) {
        Arguments.checkPointer(group, "group");
        long raw = rank.face.rawAt(HandleKind.GROUP, group);
        rank.group(raw);
        int handle = rank.face.handle(HandleKind.GROUP, raw);
        if (handle >= HandleTable.FIRST) {
            rank.groups.remove(handle);
        }
        rank.face.putHandle(HandleKind.GROUP, group, StandardAbi.GROUP_NULL);
        return 0;
    }

    /** Stores a new handle for {@code group} at {@code address}. */
    static int put(Rank rank, long address, Group group) {
        if (address == 0) {
            throw new MpiException(ErrorClass.ARG, "newgroup is a null pointer");
        }
        rank.face.putHandle(HandleKind.GROUP, address, group.size() == 0 ? StandardAbi.GROUP_EMPTY : rank.groups.add(group));
        return 0;
    }

    private GroupCalls() {}
}
