package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.ErrorClass;

/** A receive: posted, or complete. */
public final class ReceiveRequest extends Request {
    long address;
    long count;
    Datatype type;
    long context;
    /** Group rank of the sender, or MPI_ANY_SOURCE. */
    int fromSource;
    /** Or MPI_ANY_TAG. */
    int withTag;
    boolean complete;
    boolean posted;

    // Links of the posted queue.
    long order;
    transient ReceiveRequest previous;
    transient ReceiveRequest next;

    void set(long address, long count, Datatype type, int source, int tag, Comm comm) {
        this.address = address;
        this.count = count;
        this.type = type;
        this.fromSource = source;
        this.withTag = tag;
        this.comm = comm;
        this.context = comm.context;
    }

    public Datatype type() {
        return type;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    @Override
    public void start(Rank rank) {
        clearStatus();
        active = true;
        if (fromSource == StandardAbi.PROC_NULL) {
            completeWithoutMessage(StandardAbi.PROC_NULL);
        } else {
            complete = false;
            Endpoint.of(rank).receive(rank, this);
        }
    }

    void completeWithoutMessage(int source) {
        clearStatus();
        this.source = source;
        tag = StandardAbi.ANY_TAG;
        complete = true;
    }

    /**
     * Takes the data of a matched message, or asks another node for it; the message is done with.
     *
     * @return false when its sender has withdrawn it meanwhile: the receive goes on waiting
     */
    boolean accept(Rank rank, Message message) {
        match(message.source, message.tag, message.bytes);
        if (message.remoteSend != 0) {
            boolean taken = Network.of(rank.world).take(rank, this, message, bytes);
            message.finish(rank);
            return taken;
        }
        if (bytes > 0) {
            message.copyTo(address, count, type, bytes);
        }
        message.finish(rank);
        complete = true;
        return true;
    }

    /** Takes the data of a send that this receive is for from the sender's memory. */
    void accept(long fromAddress, long fromCount, Datatype fromType, int sender, int messageTag) {
        match(sender, messageTag, fromCount * fromType.size());
        if (bytes > 0) {
            Pack.copy(fromAddress, fromCount, fromType, address, count, type, bytes);
        }
        complete = true;
    }

    private void match(int sender, int messageTag, long messageBytes) {
        source = sender;
        tag = messageTag;
        long room = count * type.size();
        if (messageBytes > room) {
            error = ErrorClass.TRUNCATE;
            errorDetail = "the message from rank " + sender + " with tag " + messageTag + " has " + messageBytes
                    + " bytes, the receive buffer room for " + room;
            bytes = room;
        } else {
            error = 0;
            bytes = messageBytes;
        }
    }

    @Override
    public void cancel(Rank rank) {
        if (posted) {
            Endpoint.of(rank).queues.withdraw(this);
            completeWithoutMessage(StandardAbi.ANY_SOURCE);
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
        return Endpoint.describeMessage(fromSource, withTag, comm);
    }
}
