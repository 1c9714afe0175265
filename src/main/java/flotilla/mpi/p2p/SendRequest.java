package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.Datatype;
import java.lang.foreign.Arena;

/** A send that its receiver has yet to take, or a persistent one. */
public final class SendRequest extends Request {
    final Rank owner;
    long address;
    long count;
    Datatype type;
    int destination;
    int withTag;
    SendMode mode;
    boolean complete;
    /** Memory of a private copy of the data, freed with the request; or null. */
    Arena copy;
    /** Among those that receivers in other nodes have been offered: see {@link RemoteSends}. */
    long number;
    /** The buffered message in whose memory the data lies, or null. */
    Message buffered;
    /** The message on its way, when it may still be withdrawn. */
    private Message message;

    SendRequest(Rank owner) {
        this.owner = owner;
    }

    void set(SendMode mode, long address, long count, Datatype type, int destination, int tag, Comm comm) {
        this.mode = mode;
        this.address = address;
        this.count = count;
        this.type = type;
        this.destination = destination;
        this.withTag = tag;
        this.comm = comm;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public void start(Rank rank) {
        clearStatus();
        // What the status of a send says beside the error and "cancelled" is undefined (MPI-3.1 section 3.7.3).
        source = StandardAbi.ANY_SOURCE;
        tag = StandardAbi.ANY_TAG;
        active = true;
        complete = false;
        Endpoint.of(rank).send(rank, this);
    }

    void offered(Message offered) {
        message = offered;
    }

    void completed() {
        complete = true;
        message = null;
    }

    /** The receiver has taken the message. */
    void received(Rank rank) {
        completed();
        if (freed) {
            Endpoint.of(rank).recycle(this);
        }
    }

    @Override
    public void cancel(Rank rank) {
        if (message != null && message.withdraw()) {
            // The receiver drops the message when it meets it; it is not recycled.
            completed();
            cancelled = true;
        }
    }

    @Override
    public int release(Rank rank, GuestReturn goOn) {
        Endpoint.of(rank).recycle(this);
        return 0;
    }

    @Override
    public String describe(Rank rank) {
        return "rank " + destination + " to receive a message of " + count * type.size() + " bytes with tag " + withTag + " on "
                + comm.describe();
    }
}
