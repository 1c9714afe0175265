package flotilla.mpi.p2p;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.face.HandleKind;
import java.io.Serializable;

/** What a thread of a rank waits for in MPI_Probe and MPI_Mprobe. Used again by its next call. */
public final class ProbeWait implements Serializable, Wait {
    private int source;
    private int tag;
    private Comm comm;
    /** Where MPI_Mprobe wants the message's handle, or 0 for MPI_Probe. */
    private long message;
    private long status;

    ProbeWait() {}

    /**
     * That of the thread whose call is being answered.
     *
     * @param message where MPI_Mprobe wants the message's handle, or 0 for MPI_Probe
     */
    public static ProbeWait of(Rank rank, int source, int tag, Comm comm, long message, long status) {
        ProbeWait own = BlockingCalls.of(rank).probeWait;
        own.source = source;
        own.tag = tag;
        own.comm = comm;
        own.message = message;
        own.status = status;
        return own;
    }

    @Override
    public int poll(Rank rank) {
        Endpoint endpoint = Endpoint.of(rank);
        Message found = message == 0
                ? endpoint.probe(comm.context, source, tag)
                : endpoint.takeUnexpected(comm.context, source, tag);
        if (found == null) {
            return Rank.BLOCKED;
        }
        if (message != 0) {
            rank.face.putHandle(HandleKind.MESSAGE, message, rank.messages.add(found));
        }
        rank.face.putStatusWithoutError(status, found.source(), found.tag(), found.bytes(), false);
        return 0;
    }

    @Override
    public String describe(Rank rank) {
        return Endpoint.describeMessage(source, tag, comm);
    }
}
