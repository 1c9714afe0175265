package flotilla.mpi.collective;

import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.reduce.Carrier;
import flotilla.mpi.reduce.Kernel;
import flotilla.mpi.reduce.Pieces;

/**
 * MPI_Reduce, MPI_Allreduce, MPI_Reduce_scatter and its block variant, MPI_Scan and MPI_Exscan (MPI-3.1 sections 5.9 to
 * 5.11). Elements are combined in the order of ranks, whoever arrives when: the same arguments give the same result, bit by
 * bit.
 *
 * <p>Small vectors of predefined operations go through one array, into which members put their own on arrival: the last to
 * arrive then reads one run of memory instead of a page of every member. Long ones are cut into units of elements. User
 * functions run in the last to arrive, see {@link GuestReduction}.
 */
final class ReductionCollective extends FullCollective {
    /** Vectors up to this many bytes go through the array. */
    private static final int DENSE_BYTES = 1024;
    /** ... if the array gets no longer than this. */
    private static final int DENSE_TOTAL = 256 << 10;
    private static final long SMALLEST_UNIT = 4 << 10;
    private static final long LARGEST_UNIT = 64 << 10;

    /** One reduction: the members at [from, to) give, those at [receiver, receiverEnd) receive. Intercommunicators have two. */
    record Group(int from, int to, int receiver, int receiverEnd) {}

    final Group[] groups;
    private final boolean interReduce;
    private final int rootPosition;
    /** For small vectors: that of the member at position p from entry {@code p * length} on; later the result. */
    private final Object dense;
    private final Kernel kernel;
    private final long count;
    private final int length;
    /** Elements of a unit, and units of a group. */
    private long unitElements;
    private int unitsOfGroup;

    ReductionCollective(Contribution first) {
        super(first, expected(first));
        boolean inter = first.comm.isInter();
        interReduce = inter && first.kind == CollectiveKind.REDUCE;
        int members = first.comm.totalSize();
        kernel = first.kernel;
        count = first.count;
        rootPosition = inter ? -1 : first.root;
        if (!inter) {
            groups = new Group[] {first.kind == CollectiveKind.REDUCE
                    ? new Group(0, members, rootPosition, rootPosition + 1)
                    : new Group(0, members, 0, members)};
        } else if (interReduce) {
            // Who is root shows when it arrives: nobody else knows for sure.
            int from = RootedCollective.firstLeaf(first);
            groups = new Group[] {new Group(from, from + RootedCollective.leaves(first), -1, -1)};
        } else {
            int boundary = first.comm.side == 0 ? first.comm.size() : first.comm.remoteGroup.size();
            groups = new Group[] {new Group(0, boundary, boundary, members), new Group(boundary, members, 0, boundary)};
        }
        boolean small = kernel != null && !interReduce && count * kernel.elementBytes() <= Math.min(DENSE_BYTES, DENSE_TOTAL / members);
        length = small ? (int) count * kernel.entries() : 0;
        dense = small ? kernel.carrier().allocate(length * members) : null;
    }

    private static int expected(Contribution first) {
        return first.comm.isInter() && first.kind == CollectiveKind.REDUCE
                ? RootedCollective.leaves(first) + 1
                : first.comm.totalSize();
    }

    @Override
    void check(Contribution member) {
        super.check(member);
        if (kind == CollectiveKind.REDUCE && !interReduce && member.root != rootPosition) {
            throw RootedCollective.differentRoots(member, rootPosition);
        }
    }

    @Override
    boolean deposit(Contribution member) {
        if (dense == null) {
            return false;
        }
        if (member.kernel != kernel || member.count != count) {
            failure = different(member, kernel, count);
            return false;
        }
        kernel.carrier().load(member.send.buffer, dense, member.position * length, length);
        return kind == CollectiveKind.REDUCE && member.isEager() && member.root != member.position;
    }

    @Override
    int work(Contribution last) {
        if (dense != null) {
            foldDense();
            return 0;
        }
        for (Contribution member : members) {
            if (member != null && (member.kernel != last.kernel || member.count != last.count)) {
                throw different(member, last.kernel, last.count);
            }
        }
        if (interReduce) {
            placeRoot();
        }
        if (last.count == 0) {
            return 0;
        }
        if (last.kernel == null) {
            return new GuestReduction(this, last).start();
        }
        return cut(last);
    }

    private void placeRoot() {
        Group group = groups[0];
        for (int i = 0; i < members.length; i++) {
            if (members[i] != null && (i < group.from || i >= group.to)) {
                groups[0] = new Group(group.from, group.to, i, i + 1);
                return;
            }
        }
        throw new MpiException(ErrorClass.ROOT, "no rank has called MPI_Reduce with root = MPI_ROOT");
    }

    private static MpiException different(Contribution member, Kernel kernel, long count) {
        String detail = member.count != count
                ? "count = " + member.count + ", and elsewhere " + count
                : name(member.kernel) + ", and elsewhere " + name(kernel);
        return new MpiException(member.count != count ? ErrorClass.COUNT : ErrorClass.OP,
                "the ranks of " + member.comm.describe() + " reduce different vectors: " + detail);
    }

    private static String name(Kernel kernel) {
        return kernel == null ? "a user-defined operation" : kernel.toString();
    }

    private void foldDense() {
        if (length == 0) {
            return;
        }
        Pieces pieces = Pieces.get();
        Carrier carrier = kernel.carrier();
        Object result = pieces.first(carrier);
        Object next = pieces.second(carrier);
        for (Group group : groups) {
            carrier.move(dense, group.from * length, result, 0, length);
            for (int i = group.from + 1; i < group.to; i++) {
                carrier.move(dense, i * length, next, 0, length);
                kernel.fold(next, result, length);
                if (isScan()) {
                    // The member's own vector becomes the prefix up to it.
                    carrier.move(result, 0, dense, i * length, length);
                }
            }
            if (!isScan()) {
                carrier.move(result, 0, dense, group.from * length, length);
            }
        }
    }

    private boolean isScan() {
        return kind == CollectiveKind.SCAN || kind == CollectiveKind.EXSCAN;
    }

    @Override
    void depart(Contribution member) {
        if (dense == null || failure != null || length == 0) {
            return;
        }
        Carrier carrier = kernel.carrier();
        long to = member.receive.buffer;
        int position = member.position;
        switch (kind) {
            case SCAN -> carrier.store(dense, position * length, length, to);
            case EXSCAN -> {
                if (position > 0) {
                    carrier.store(dense, (position - 1) * length, length, to);
                }
            }
            case REDUCE_SCATTER -> {
                int offset = (int) member.segmentOffset * kernel.entries();
                int own = (int) member.segmentLength * kernel.entries();
                carrier.store(dense, result(member) * length + offset, own, to);
            }
            case ALLREDUCE -> carrier.store(dense, result(member) * length, length, to);
            default -> {
                if (position == rootPosition) {
                    carrier.store(dense, 0, length, to);
                }
            }
        }
    }

    /** Where in the array the vector stands that a member receives. */
    private int result(Contribution member) {
        for (Group group : groups) {
            if (member.position >= group.receiver && member.position < group.receiverEnd) {
                return group.from;
            }
        }
        throw new IllegalStateException();
    }

    // Long vectors.

    private int cut(Contribution last) {
        Kernel kernel = last.kernel;
        long bytes = last.count * kernel.elementBytes();
        if (kind == CollectiveKind.REDUCE_SCATTER) {
            return isWorthSharing(bytes * members.length) ? members.length : cutNothing(last);
        }
        if (!isWorthSharing(bytes * members.length)) {
            return cutNothing(last);
        }
        long unit = Math.clamp(bytes / 8, SMALLEST_UNIT, LARGEST_UNIT);
        unitElements = Math.max(1, unit / kernel.elementBytes());
        unitsOfGroup = Math.toIntExact((last.count + unitElements - 1) / unitElements);
        return unitsOfGroup * groups.length;
    }

    private int cutNothing(Contribution last) {
        unitElements = last.count;
        unitsOfGroup = 1;
        if (kind == CollectiveKind.REDUCE_SCATTER) {
            for (int i = 0; i < members.length; i++) {
                unit(i);
            }
        } else {
            for (int i = 0; i < groups.length; i++) {
                unit(i);
            }
        }
        return 0;
    }

    @Override
    void unit(int index) {
        if (kind == CollectiveKind.REDUCE_SCATTER) {
            scatterSegment(index);
            return;
        }
        Group group = groups[index / unitsOfGroup];
        Contribution any = members[group.from];
        long start = index % unitsOfGroup * unitElements;
        long end = Math.min(start + unitElements, any.count);
        int step = any.kernel.pieceElements();
        for (long at = start; at < end; at += step) {
            int elements = (int) Math.min(step, end - at);
            if (isScan()) {
                scanPiece(any.kernel, group, at, elements);
            } else {
                Object result = foldPiece(any.kernel, group, at, elements);
                int entries = elements * any.kernel.entries();
                for (int i = group.receiver; i < group.receiverEnd; i++) {
                    any.kernel.carrier().store(result, 0, entries, members[i].receive.buffer + at * any.kernel.elementBytes());
                }
            }
        }
    }

    /** Combines {@code elements} elements from {@code at} on of all who give; the array is the thread's. */
    private Object foldPiece(Kernel kernel, Group group, long at, int elements) {
        Pieces pieces = Pieces.get();
        Carrier carrier = kernel.carrier();
        Object sum = pieces.first(carrier);
        Object next = pieces.second(carrier);
        int entries = elements * kernel.entries();
        long offset = at * kernel.elementBytes();
        carrier.load(members[group.from].send.buffer + offset, sum, 0, entries);
        for (int i = group.from + 1; i < group.to; i++) {
            carrier.load(members[i].send.buffer + offset, next, 0, entries);
            kernel.fold(next, sum, entries);
        }
        return sum;
    }

    private void scanPiece(Kernel kernel, Group group, long at, int elements) {
        Pieces pieces = Pieces.get();
        Carrier carrier = kernel.carrier();
        Object prefix = pieces.first(carrier);
        Object next = pieces.second(carrier);
        int entries = elements * kernel.entries();
        long offset = at * kernel.elementBytes();
        carrier.load(members[group.from].send.buffer + offset, prefix, 0, entries);
        if (kind == CollectiveKind.SCAN) {
            carrier.store(prefix, 0, entries, members[group.from].receive.buffer + offset);
        }
        for (int i = group.from + 1; i < group.to; i++) {
            // Its own vector first: in place, the result goes where it stands.
            carrier.load(members[i].send.buffer + offset, next, 0, entries);
            if (kind == CollectiveKind.EXSCAN) {
                carrier.store(prefix, 0, entries, members[i].receive.buffer + offset);
                kernel.fold(next, prefix, entries);
            } else {
                kernel.fold(next, prefix, entries);
                carrier.store(prefix, 0, entries, members[i].receive.buffer + offset);
            }
        }
    }

    private void scatterSegment(int receiver) {
        for (Group group : groups) {
            if (receiver < group.receiver || receiver >= group.receiverEnd) {
                continue;
            }
            Contribution member = members[receiver];
            Kernel kernel = member.kernel;
            int step = kernel.pieceElements();
            for (long at = 0; at < member.segmentLength; at += step) {
                int elements = (int) Math.min(step, member.segmentLength - at);
                Object result = foldPiece(kernel, group, member.segmentOffset + at, elements);
                kernel.carrier().store(result, 0, elements * kernel.entries(), member.receive.buffer + at * kernel.elementBytes());
            }
        }
    }

    /** Continues the last member's call after its guest functions are done. Answers as {@link flotilla.mpi.core.Wait#poll}. */
    int guestsDone(Contribution last, MpiException problem) {
        if (problem != null) {
            failure = problem;
        }
        finish(last);
        Rank rank = last.rank;
        return last.blocking ? last.poll(rank) : 0;
    }
}
