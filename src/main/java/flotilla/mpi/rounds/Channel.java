package flotilla.mpi.rounds;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Contexts;
import java.io.Serializable;

/**
 * How the members of a communicator send each other the messages of collective calls: communicators with contexts that no
 * other message has. An intercommunicator needs one within the local group and one between the groups.
 */
public final class Channel implements Serializable {
    /** In place of the number of a call, for contexts that belong to no call. */
    private static final long NO_CALL = -1;
    /** Branch of the context between groups; those within are 0 and 1. */
    private static final long BETWEEN = 2;
    private static final long LEADERS = 3;

    /** Within the local group. */
    final Comm local;
    /** To the other group; null for an intracommunicator. */
    final Comm remote;

    private Channel(Comm comm) {
        local = new Comm(shared(comm, comm.side), comm.group, null, comm.rank, 0);
        remote = comm.isInter() ? new Comm(shared(comm, BETWEEN), comm.group, comm.remoteGroup, comm.rank, comm.side) : null;
    }

    /** The channel of a member's object of a communicator. */
    public static Channel of(Comm comm) {
        Object channel = comm.channel;
        if (channel == null) {
            channel = new Channel(comm);
            comm.channel = channel;
        }
        return (Channel) channel;
    }

    /** For the two leaders of MPI_Intercomm_create, whom {@code peer} connects. */
    static Comm ofLeaders(Comm peer) {
        return new Comm(shared(peer, LEADERS), peer.group, peer.remoteGroup, peer.rank, peer.side);
    }

    private static Comm.Shared shared(Comm comm, long branch) {
        return new Comm.Shared(Contexts.derive(comm.context, NO_CALL, branch));
    }
}
