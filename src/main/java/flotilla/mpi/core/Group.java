package flotilla.mpi.core;

import java.io.Serializable;
import java.util.Arrays;

/**
 * An ordered set of ranks, immutable and shared between the ranks of a node (MPI-3.1 section 6.2.1). The usual group —
 * consecutive ranks of the world — needs no table.
 */
public final class Group implements Serializable {
    public static final Group EMPTY = new Group(0, 0, null);

    private final int first;
    private final int size;
    /** World rank by group rank, or null for first, first + 1, ... */
    private final int[] members;
    /** Pairs (world rank, group rank) sorted by world rank, for {@link #rankOf}; made on first use. */
    private transient long[] index;
    /** How the members are spread over nodes; made on first use by whoever needs it, always the same. */
    public transient volatile Object layout;

    private Group(int first, int size, int[] members) {
        this.first = first;
        this.size = size;
        this.members = members;
    }

    private Object readResolve() {
        return size == 0 ? EMPTY : this;
    }

    /** The world ranks first .. first + size - 1. */
    public static Group consecutive(int first, int size) {
        return size == 0 ? EMPTY : new Group(first, size, null);
    }

    /** @param members distinct world ranks; not copied, must not change */
    public static Group of(int... members) {
        for (int i = 1; i < members.length; i++) {
            if (members[i] != members[0] + i) {
                return new Group(0, members.length, members);
            }
        }
        return members.length == 0 ? EMPTY : consecutive(members[0], members.length);
    }

    public int size() {
        return size;
    }

    /** World rank of the member with this group rank, 0 to size - 1. */
    public int worldRank(int rank) {
        return members == null ? first + rank : members[rank];
    }

    /** Group rank of a world rank, or -1 when it is not a member. */
    public int rankOf(int worldRank) {
        if (members == null) {
            int rank = worldRank - first;
            return rank >= 0 && rank < size ? rank : -1;
        }
        long[] sorted = index;
        if (sorted == null) {
            sorted = new long[size];
            for (int i = 0; i < size; i++) {
                sorted[i] = ((long) members[i] << 32) | i;
            }
            Arrays.sort(sorted);
            index = sorted; // benign race: every thread computes the same array
        }
        int low = Arrays.binarySearch(sorted, (long) worldRank << 32);
        low = low < 0 ? -low - 1 : low;
        return low < size && (int) (sorted[low] >> 32) == worldRank ? (int) sorted[low] : -1;
    }

    /** Whether it needs no table. */
    boolean isConsecutive() {
        return members == null;
    }

    /** Equal groups have equal keys; others have different ones as good as always. */
    Object key() {
        long hash = size;
        for (int i = 0; i < size; i++) {
            hash = Contexts.derive(hash, 0, worldRank(i));
        }
        return new Key(hash);
    }

    private record Key(long hash) {}

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Group that) || that.size != size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (worldRank(i) != that.worldRank(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return size == 0 ? 0 : 31 * size + worldRank(size - 1);
    }
}
