package flotilla.mpi.collective;

import flotilla.mpi.core.Comm;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.Frame;
import flotilla.mpi.rounds.Rounds;
import flotilla.mpi.rounds.TreeBarrier;

/** Collective calls by messages, for jobs of several nodes. */
final class MessageCollectives {
    /** A member's part of the call, which has not begun. @param call its number on the channel */
    static Rounds create(Contribution member, Channel channel, int call) {
        return switch (member.kind) {
            case BARRIER -> new TreeBarrier(member.rank, member.comm, channel, call);
            case BCAST -> new TreeBcast(member, channel, call);
            case GATHER, SCATTER -> new DirectRooted(member, channel, call);
            case ALLGATHER -> new MessageAllgather(member, channel, call);
            case ALLTOALL -> BlockAlltoall.isFor(member) ? new BlockAlltoall(member, channel, call) : new PairwiseAlltoall(member, channel, call);
            case REDUCE, ALLREDUCE, REDUCE_SCATTER -> new TreeReduction(member, channel, call);
            case SCAN, EXSCAN -> new TreeScan(member, channel, call);
            case NEIGHBOR_ALLGATHER, NEIGHBOR_ALLTOALL -> new NeighborMessages(member, channel, call);
        };
    }

    /** @throws MpiException when a frame of another member shows that it makes another call, or names another root */
    static void check(Contribution member, int root, long frame) {
        Comm comm = member.comm;
        if (Frame.kind(frame) != member.kind.ordinal()) {
            CollectiveKind[] kinds = CollectiveKind.values();
            int other = Frame.kind(frame);
            throw new MpiException(ErrorClass.OTHER, "the ranks of " + comm.describe() + " call different collectives: "
                    + (other >= 0 && other < kinds.length ? kinds[other].function : "one that makes communicators") + ", and here "
                    + member.kind.function);
        }
        if (Frame.root(frame) != root) {
            throw new MpiException(ErrorClass.ROOT, "root = " + member.root + ", and other ranks of " + comm.describe() + " say "
                    + Frame.root(frame));
        }
    }

    /** What frames say of a reduction's operation and type: the same for all members. */
    static long operation(Contribution member) {
        return member.kernel == null ? -1 : member.kernel.toString().hashCode();
    }

    /**
     * @param count what the frame must say
     * @throws MpiException when a frame shows that another member reduces vectors of another length or by another operation
     */
    static void checkVector(Contribution member, long frame, long count) {
        String difference;
        if (Frame.count(frame) != count) {
            difference = "count = " + member.count + ", and elsewhere " + (count == 0 ? Frame.count(frame) : Frame.count(frame) * member.count / count);
        } else if (Frame.check(frame) != operation(member)) {
            difference = (member.kernel == null ? "a user-defined operation" : member.kernel.toString()) + ", and elsewhere another";
        } else {
            return;
        }
        throw new MpiException(Frame.count(frame) == count ? ErrorClass.OP : ErrorClass.COUNT,
                "the ranks of " + member.comm.describe() + " reduce different vectors: " + difference);
    }

    private MessageCollectives() {}
}
