package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Runs;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.reduce.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * MPI_Reduce, MPI_Allreduce, MPI_Reduce_scatter and its block variant, MPI_Scan and MPI_Exscan (MPI-3.1 sections 5.9 to
 * 5.11). Elements are combined in the order of ranks, whoever arrives when: the same arguments give the same result, bit by
 * bit.
 *
 * <p>Small vectors of predefined operations go through one block of memory, into which members put their own on arrival: the
 * last to arrive then reads one run of memory instead of a page of every member. Long ones are cut into units of elements.
 * User functions run in the last to arrive, see {@link GuestReduction}.
 */
final class ReductionCollective extends FullCollective {
    /** Vectors up to this many bytes go through the block. */
    private static final int DENSE_BYTES = 1024;
    /** ... if it gets no longer than this. */
    private static final int DENSE_TOTAL = 256 << 10;
    private static final long SMALLEST_UNIT = 4 << 10;
    private static final long LARGEST_UNIT = 64 << 10;
    /** A thread's two pieces, for results on the way. */
    private static final ThreadLocal<MemorySegment> PIECES =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(2L * Kernel.PIECE_BYTES, 64));

    /** One reduction: the members at [from, to) give, those at [receiver, receiverEnd) receive. Intercommunicators have two. */
    static final class Group {
        final int from;
        final int to;
        int receiver;
        int receiverEnd;

        Group(int from, int to, int receiver, int receiverEnd) {
            this.from = from;
            this.to = to;
            setReceivers(receiver, receiverEnd);
        }

        void setReceivers(int begin, int end) {
            receiver = begin;
            receiverEnd = end;
        }
    }

    final Group[] groups;
    private final boolean interReduce;
    private int rootPosition;
    /** Address of small vectors, that of the member at position p from byte {@code p * length} on; later of results. Else 0. */
    private long dense;
    /** Memory for them that is used again with this object, when members of an earlier call have all left; null before. */
    private MemorySegment kept;
    /** Memory for those of a nonblocking call, whose object is not used again; else null. */
    private NativeBlock lent;
    /** Members that need {@link #lent} no longer. */
    private final AtomicInteger departed = new AtomicInteger();
    private Kernel kernel;
    private long count;
    /** Bytes of a vector in {@link #dense}. */
    private int length;
    /** Elements of a unit, and units of a group. */
    private long unitElements;
    private int unitsOfGroup;

    ReductionCollective(Contribution first) {
        super(first, expected(first));
        boolean inter = first.comm.isInter();
        interReduce = inter && first.kind == CollectiveKind.REDUCE;
        int members = first.comm.totalSize();
        if (!inter) {
            groups = new Group[] {new Group(0, members, 0, members)};
        } else if (interReduce) {
            // Who is root shows when it arrives: nobody else knows for sure.
            int from = RootedCollective.firstLeaf(first);
            groups = new Group[] {new Group(from, from + RootedCollective.leaves(first), -1, -1)};
        } else {
            int boundary = first.comm.side == 0 ? first.comm.size() : first.comm.remoteGroup.size();
            groups = new Group[] {new Group(0, boundary, boundary, members), new Group(boundary, members, 0, boundary)};
        }
    }

    @Override
    void begin(Contribution first) {
        super.begin(first);
        kernel = first.kernel;
        count = first.count;
        rootPosition = first.comm.isInter() ? -1 : first.root;
        if (kind == CollectiveKind.REDUCE && !interReduce) {
            groups[0].setReceivers(rootPosition, rootPosition + 1);
        }
        boolean small = kernel != null && !interReduce && count * kernel.elementBytes() <= Math.min(DENSE_BYTES, DENSE_TOTAL / members.length);
        length = small ? (int) count * kernel.elementBytes() : 0;
        dense = length > 0 ? room((long) length * members.length, first.blocking) : 0;
    }

    private long room(long bytes, boolean keep) {
        if (!keep) {
            departed.set(0);
            lent = NativeBlock.take(bytes);
            return lent.address;
        }
        if (kept == null || kept.byteSize() < bytes) {
            kept = Arena.ofAuto().allocate(Long.highestOneBit(Math.max(bytes, 64) - 1) << 1, 64);
        }
        return kept.address();
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
        if (dense == 0) {
            return false;
        }
        if (member.kernel != kernel || member.count != count) {
            failure = different(member, kernel, count);
            return false;
        }
        Runs.move(member.send.buffer, vector(member.position), length);
        return kind == CollectiveKind.REDUCE && member.isEager() && member.root != member.position;
    }

    @Override
    int work(Contribution last) {
        if (dense != 0) {
            combineDense();
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
                group.setReceivers(i, i + 1);
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

    private long vector(int position) {
        return dense + (long) position * length;
    }

    private void combineDense() {
        for (Group group : groups) {
            if (!isScan()) {
                kernel.combineAll(vector(group.from), group.to - group.from, count);
                continue;
            }
            for (int i = group.from + 1; i < group.to; i++) {
                // The member's own vector becomes the prefix up to it.
                kernel.combine(vector(i - 1), vector(i), count);
            }
        }
    }

    private boolean isScan() {
        return kind == CollectiveKind.SCAN || kind == CollectiveKind.EXSCAN;
    }

    @Override
    void depart(Contribution member) {
        if (dense == 0) {
            return;
        }
        if (failure == null) {
            takeResult(member);
        }
        if (lent != null && departed.incrementAndGet() == members.length) {
            lent.give();
        }
    }

    private void takeResult(Contribution member) {
        long to = member.receive.buffer;
        int position = member.position;
        switch (kind) {
            case SCAN -> Runs.move(vector(position), to, length);
            case EXSCAN -> {
                if (position > 0) {
                    Runs.move(vector(position - 1), to, length);
                }
            }
            case REDUCE_SCATTER -> Runs.move(result(member) + member.segmentOffset * kernel.elementBytes(), to,
                    member.segmentLength * kernel.elementBytes());
            case ALLREDUCE -> Runs.move(result(member), to, length);
            default -> {
                if (position == rootPosition) {
                    Runs.move(vector(0), to, length);
                }
            }
        }
    }

    /** Where the vector stands that a member receives. */
    private long result(Contribution member) {
        for (Group group : groups) {
            if (member.position >= group.receiver && member.position < group.receiverEnd) {
                return vector(group.from);
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
                reducePiece(any.kernel, group, at, elements);
            }
        }
    }

    private void reducePiece(Kernel kernel, Group group, long at, int elements) {
        long offset = at * kernel.elementBytes();
        if (group.receiver == group.receiverEnd) {
            return;
        }
        long result = members[group.receiver].receive.buffer + offset;
        combinePiece(kernel, group, offset, elements, result);
        for (int i = group.receiver + 1; i < group.receiverEnd; i++) {
            Memory.copy(result, members[i].receive.buffer + offset, (long) elements * kernel.elementBytes());
        }
    }

    /**
     * Combines {@code elements} elements from byte {@code offset} on of all who give. Writes the result last: in place, an
     * operand may stand there.
     */
    private void combinePiece(Kernel kernel, Group group, long offset, int elements, long result) {
        long sum = members[group.from].send.buffer + offset;
        int last = group.to - 1;
        if (last == group.from) {
            Memory.copy(sum, result, (long) elements * kernel.elementBytes());
            return;
        }
        long piece = PIECES.get().address();
        for (int i = group.from + 1; i <= last; i++) {
            long next = i == last ? result : piece;
            kernel.combine(members[i].send.buffer + offset, sum, next, elements);
            sum = next;
        }
    }

    private void scanPiece(Kernel kernel, Group group, long at, int elements) {
        long offset = at * kernel.elementBytes();
        long bytes = (long) elements * kernel.elementBytes();
        long prefix = members[group.from].send.buffer + offset;
        if (kind == CollectiveKind.SCAN) {
            Memory.copy(prefix, members[group.from].receive.buffer + offset, bytes);
            for (int i = group.from + 1; i < group.to; i++) {
                long result = members[i].receive.buffer + offset;
                kernel.combine(members[i].send.buffer + offset, prefix, result, elements);
                prefix = result;
            }
            return;
        }
        long piece = PIECES.get().address();
        long other = piece + Kernel.PIECE_BYTES;
        for (int i = group.from + 1; i < group.to; i++) {
            // Its own vector first: in place, the result goes where it stands.
            kernel.combine(members[i].send.buffer + offset, prefix, piece, elements);
            Memory.copy(prefix, members[i].receive.buffer + offset, bytes);
            prefix = piece;
            piece = other;
            other = prefix;
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
                combinePiece(kernel, group, (member.segmentOffset + at) * kernel.elementBytes(), elements,
                        member.receive.buffer + at * kernel.elementBytes());
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
