package flotilla.mpi.p2p;

import flotilla.memory.Memory;
import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One message on its way. Recycled: see {@link MessagePool}. */
public final class Message extends Delivery implements Serializable {
    /** Phases of a rendezvous; decided by compare-and-set, since the sender may cancel while the receiver matches. */
    static final int OFFERED = 0;
    static final int MATCHED = 1;
    static final int CANCELLED = 2;
    static final int RETURNED = 3;

    private static final VarHandle PHASE;

    static {
        try {
            PHASE = MethodHandles.lookup().findVarHandle(Message.class, "phase", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    long context;
    /** Rank of the sender in its group of the communicator. */
    int source;
    int tag;
    long bytes;
    /** World rank of the sender; only in a job of several nodes. */
    int from;
    /** Place among the messages from its sender to its receiver; only in a job of several nodes. */
    int sequence;
    /** Number of the send in another node that waits for the receiver, or 0. */
    long remoteSend;
    /** The node that has sent the message with its data and gets credit when that is taken, or {@link Credit#NOBODY}. */
    int chargedNode = Credit.NOBODY;

    /** The message's own memory and its size; the data is there, packed, when the message is eager. */
    final long memory;
    final int capacity;

    /** The send that waits for the receiver, or null when eager. */
    SendRequest sender;
    /** Where a rendezvous's data lies in the sender's memory. */
    long address;
    long count;
    Datatype type;

    /** Whose attached buffer the message is charged to; for messages with memory of their own. */
    Rank lender;

    /** The receiver has taken the data: the message is on its way back. */
    boolean returning;

    /** What a {@link MessageWatch} has noted when the message was sent. */
    private long notedTime;
    private long notedPlace;

    // Links of the unexpected queue.
    long order;
    Message previousInBucket;
    Message nextInBucket;
    Message previousInOrder;
    Message nextInOrder;
    /** Link of the pool. */
    Message nextFree;

    @SuppressWarnings("unused") // through PHASE
    private int phase;

    /** What is left of a message for another process: its data, or whom to ask for it. */
    private static final class Carried implements Serializable {
        final long context;
        final int source;
        final int tag;
        final long bytes;
        final int from;
        final int sequence;
        final long remoteSend;
        final long notedTime;
        final long notedPlace;
        final byte[] data;

        Carried(long context, int source, int tag, long bytes, int from, int sequence, long remoteSend, long notedTime, long notedPlace,
                byte[] data) {
            this.context = context;
            this.source = source;
            this.tag = tag;
            this.bytes = bytes;
            this.from = from;
            this.sequence = sequence;
            this.remoteSend = remoteSend;
            this.notedTime = notedTime;
            this.notedPlace = notedPlace;
            this.data = data;
        }

        private Object readResolve() {
            Message message = MessagePool.make(data == null ? 0 : data.length);
            message.context = context;
            message.source = source;
            message.tag = tag;
            message.bytes = bytes;
            message.from = from;
            message.sequence = sequence;
            message.remoteSend = remoteSend;
            message.note(notedTime, notedPlace);
            if (data != null) {
                Memory.put(data, 0, message.memory, data.length);
            }
            return message;
        }
    }

    private Object writeReplace() {
        byte[] data = remoteSend != 0 ? null : Memory.get(memory, Math.toIntExact(bytes));
        return new Carried(context, source, tag, bytes, from, sequence, remoteSend, notedTime, notedPlace, data);
    }

    Message(long memory, int capacity) {
        this.memory = memory;
        this.capacity = capacity;
    }

    /** The sender: from now on the receiver may take the message; of one with memory of its own, that memory is lent. */
    void offer() {
        PHASE.setRelease(this, OFFERED);
    }

    /** The receiver: takes the message, unless its sender has cancelled it. */
    boolean take() {
        return sender == null || PHASE.compareAndSet(this, OFFERED, MATCHED);
    }

    /** The sender: withdraws the message, unless the receiver has taken it. */
    boolean withdraw() {
        return PHASE.compareAndSet(this, OFFERED, CANCELLED);
    }

    /** Its sender has withdrawn it. */
    boolean isWithdrawn() {
        return sender != null && (int) PHASE.getAcquire(this) == CANCELLED;
    }

    boolean isReturned() {
        return (int) PHASE.getAcquire(this) == RETURNED;
    }

    public int source() {
        return source;
    }

    public int tag() {
        return tag;
    }

    public long bytes() {
        return bytes;
    }

    /** For a {@link MessageWatch}: keeps two numbers with the message until it has been received. */
    public void note(long time, long place) {
        notedTime = time;
        notedPlace = place;
    }

    public long notedTime() {
        return notedTime;
    }

    public long notedPlace() {
        return notedPlace;
    }

    /** Copies the data to where a receive wants it, at most {@code bytes} of it. */
    void copyTo(long toAddress, long toCount, Datatype toType, long limit) {
        if (sender == null) {
            Pack.unpack(memory, Math.min(bytes, limit), toAddress, toCount, toType);
        } else {
            Pack.copy(address, count, type, toAddress, toCount, toType, Math.min(bytes, limit));
        }
    }

    /** The data has been taken: gives the message back to the sender, or to the pool of the receiver's PE. */
    void finish(Rank receiver) {
        if (sender == null) {
            leave(receiver.world, receiver.pe);
        } else {
            returning = true;
            sender.owner.post(this);
        }
    }

    /** Nobody needs a message any more whose sender does not wait for it: its memory is free, and so is what it was charged with. */
    void leave(World world, PeLocal pe) {
        if (capacity == Integer.MAX_VALUE) {
            giveBack();
            return;
        }
        if (chargedNode != Credit.NOBODY) {
            Network.of(world).taken(pe, chargedNode, bytes);
            chargedNode = Credit.NOBODY;
        }
        remoteSend = 0;
        MessagePool.of(pe).release(this);
    }

    /** The data of a message with memory of its own has been taken. */
    void giveBack() {
        PHASE.setRelease(this, RETURNED);
        lender.wake();
    }

    @Override
    public void deliver(Rank rank) {
        if (returning) {
            SendRequest request = sender;
            returning = false;
            MessagePool.of(rank).release(this);
            request.received(rank);
        } else {
            Endpoint.of(rank).arrived(rank, this);
        }
    }
}
