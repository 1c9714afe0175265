package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.Datatype;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
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
    transient Arena copy;
    /** Among those that receivers in other nodes have been offered: see {@link RemoteSends}. */
    long number;
    /** The buffered message in whose memory the data lies, or null. */
    transient Message buffered;
    /** The message on its way, when it may still be withdrawn. */
    private transient Message message;

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

    private void writeObject(ObjectOutputStream out) throws IOException {
        out.defaultWriteObject();
        out.writeObject(copy == null ? null : Memory.get(address, Math.toIntExact(count)));
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        var data = (byte[]) in.readObject();
        if (data != null) {
            copy = Arena.ofShared();
            address = copy.allocate(data.length, 16).address();
            Memory.put(data, 0, address, data.length);
        }
    }

    /** What is sent, without a message of this node to say so. */
    void setData(long address, long count, Datatype type, int tag) {
        this.address = address;
        this.count = count;
        this.type = type;
        this.withTag = tag;
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
        number = 0;
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
        if (number != 0 ? Network.of(rank.world).withdraw(this) : message != null && message.withdraw()) {
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
