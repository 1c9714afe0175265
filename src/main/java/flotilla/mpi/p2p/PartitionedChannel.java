package flotilla.mpi.p2p;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Contexts;
import java.util.HashMap;

/**
 * What the messages of two partitioned requests have in common that belong together: a context that no other message has. The nth
 * MPI_Psend_init to a member with a tag belongs to that member's nth MPI_Precv_init with the tag (MPI-4.0 section 4.2.2), so both sides
 * count and nobody needs to ask.
 *
 * <p>The first message says by its tag into how many partitions the sender divides the data. Each partition is then a message of its
 * own, whose tag is the partition's number.
 */
final class PartitionedChannel {
    /** In place of the number of a call, for contexts of partitioned communication. */
    private static final long PARTITIONED = -2;
    private static final long RECEIVE = 1L << 31;

    static Comm ofSend(Comm comm, int destination, int tag) {
        return next(comm, tag, (long) destination << 32 | tag);
    }

    static Comm ofReceive(Comm comm, int source, int tag) {
        return next(comm, tag, (long) source << 32 | RECEIVE | tag);
    }

    private static Comm next(Comm comm, int tag, long key) {
        if (comm.partitionedCalls == null) {
            comm.partitionedCalls = new HashMap<>();
        }
        int call = comm.partitionedCalls.merge(key, 1, Integer::sum);
        long context = Contexts.derive(Contexts.derive(comm.context, PARTITIONED, tag), PARTITIONED, call);
        return new Comm(new Comm.Shared(context), comm.group, comm.remoteGroup, comm.rank, comm.side);
    }

    private PartitionedChannel() {}
}
