package flotilla.mpi.collective;

import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.MpiException;

/**
 * A reduction with a user's function {@code f(in, inout, len, type)}, which computes {@code inout = in op inout}. It runs in
 * the last member to arrive, with that member's own function and type handle: both are valid in its slot only. One call
 * follows the other, so this is a state machine.
 *
 * <p>Vectors are combined from the last rank to the first: then the right-hand operand is always the result so far, and
 * one temporary vector does for operations that are not commutative as well. Prefixes go from first to last and need two.
 */
final class GuestReduction implements GuestReturn {
    private final ReductionCollective collective;
    private final Contribution worker;
    private final Datatype type;
    private final long count;
    private final NativeBlock[] blocks = new NativeBlock[2];
    /** Addresses for the type's displacement 0. */
    private long result;
    private long operand;
    private int group;
    /** The member whose vector is next. */
    private int next;
    /** Whether {@link #result} holds anything of the group yet. */
    private boolean begun;

    GuestReduction(ReductionCollective collective, Contribution worker) {
        this.collective = collective;
        this.worker = worker;
        this.type = worker.type;
        this.count = worker.count;
    }

    /** Answers {@link Rank#CALLING}, or 0 when there was nothing to call. */
    int start() {
        boolean calling = false;
        try {
            result = allocate(0);
            operand = allocate(1);
            calling = isScan() ? scan() : fold();
            return calling ? Rank.CALLING : 0;
        } finally {
            if (!calling) {
                free();
            }
        }
    }

    @Override
    public int returned(Rank rank, long value) {
        MpiException problem = null;
        try {
            if (isScan()) {
                swap();
                if (collective.kind == CollectiveKind.SCAN) {
                    deliver(result, next);
                }
                next++;
            }
            if (isScan() ? scan() : fold()) {
                return Rank.CALLING;
            }
        } catch (MpiException e) {
            problem = e;
        }
        free();
        return collective.guestsDone(worker, problem);
    }

    private boolean isScan() {
        return collective.kind == CollectiveKind.SCAN || collective.kind == CollectiveKind.EXSCAN;
    }

    /** Goes on until a function must be called (true) or all is done. */
    private boolean fold() {
        while (group < collective.groups.length) {
            ReductionCollective.Group current = collective.groups[group];
            if (!begun) {
                begun = true;
                take(current.to - 1, result);
                next = current.to - 2;
            }
            if (next >= current.from) {
                call(vectorOf(next--), result);
                return true;
            }
            for (int i = current.receiver; i < current.receiverEnd; i++) {
                deliver(result, i);
            }
            begun = false;
            group++;
        }
        return false;
    }

    private boolean scan() {
        int members = collective.members.length;
        boolean exclusive = collective.kind == CollectiveKind.EXSCAN;
        if (!begun) {
            begun = true;
            take(0, result);
            if (!exclusive) {
                deliver(result, 0);
            }
            next = 1;
        }
        if (next >= members) {
            return false;
        }
        take(next, operand);
        if (exclusive) {
            deliver(result, next);
            if (next == members - 1) {
                return false;
            }
        }
        call(result, operand);
        return true;
    }

    private void swap() {
        long address = result;
        result = operand;
        operand = address;
    }

    private void call(long in, long inout) {
        Collectives.callOperation(worker.rank, worker.op, in, inout, count, worker.rawType, this);
    }

    /** A member's vector where it stands, or a copy when it is laid out otherwise than the worker's type says. */
    private long vectorOf(int position) {
        Contribution member = collective.members[position];
        if (member.type == type) {
            return member.send.buffer;
        }
        take(position, operand);
        return operand;
    }

    private void take(int position, long to) {
        Contribution member = collective.members[position];
        Pack.copy(member.send.buffer, member.count, member.type, to, count, type, Long.MAX_VALUE);
    }

    /** To a receiver: all of the result, or its segment. */
    private void deliver(long from, int position) {
        Contribution member = collective.members[position];
        if (collective.kind == CollectiveKind.REDUCE_SCATTER) {
            Pack.copy(from + member.segmentOffset * type.extent(), member.segmentLength, type,
                    member.receive.buffer, member.segmentLength, member.type, Long.MAX_VALUE);
        } else {
            Pack.copy(from, count, type, member.receive.buffer, member.count, member.type, Long.MAX_VALUE);
        }
    }

    /** Room for a vector; answers the address of its displacement 0, which may be outside for types with other bounds. */
    private long allocate(int index) {
        long span = (count - 1) * type.extent();
        long low = type.trueLb() + Math.min(span, 0);
        long high = type.trueUb() + Math.max(span, 0);
        blocks[index] = NativeBlock.take(high - low);
        return blocks[index].address - low;
    }

    private void free() {
        for (NativeBlock block : blocks) {
            if (block != null) {
                block.give();
            }
        }
    }
}
