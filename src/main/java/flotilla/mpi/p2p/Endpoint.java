package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import flotilla.memory.GuestMemory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.PeerCounts;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Scheduler;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;

/** One rank's end of point-to-point communication. Used only by the PE that runs the rank. */
public class Endpoint {
    /** Requests of each kind kept for the next use. */
    private static final int MOST_FREE = 1024;
    private static final Datatype PACKED = PredefinedDatatypes.get(BasicType.BYTE);

    MatchQueues queues = new MatchQueues();
    /** Space of MPI_Buffer_attach, as an account: the data itself is kept in messages. */
    public AttachedBuffer attached = new AttachedBuffer();

    private final Rank rank;
    /** Null in a job of one node, where messages come in order. */
    private Sequences sequences;
    /** To other nodes; null when all ranks stay in this process. */
    private final Network network;
    /** Sends that wait for their receivers, of a rank that is about to arrive. */
    private SendRequest[] arriving;
    private final ArrayDeque<SendRequest> freeSends = new ArrayDeque<>();
    private final ArrayDeque<ReceiveRequest> freeReceives = new ArrayDeque<>();

    Endpoint(Rank rank) {
        this.rank = rank;
        this.sequences = rank.world.isDistributed() ? new Sequences(rank.world.size()) : null;
        this.network = rank.world.nodes instanceof Network connected ? connected : null;
    }

    /** A rank's end of communication on its way to another process. {@code offers}: sends that wait for their receivers. */
    private static final class Carried implements Serializable {
        final MatchQueues queues;
        final AttachedBuffer attached;
        final Sequences sequences;
        final SendRequest[] offers;

        Carried(MatchQueues queues, AttachedBuffer attached, Sequences sequences, SendRequest[] offers) {
            this.queues = queues;
            this.attached = attached;
            this.sequences = sequences;
            this.offers = offers;
        }
    }

    /**
     * Takes the endpoint apart, for another process; nobody can take what the rank has offered until {@link #stay}.
     *
     * @return for {@link #arrive}
     */
    public Serializable depart() {
        return new Carried(queues, attached, sequences, network.takeOffers(rank));
    }

    /** The rank goes on here: {@code departed} is what {@link #depart} answered. */
    public void stay(Serializable departed) {
        network.offerAgain(((Carried) departed).offers);
    }

    /** The rank has left with copies of its messages: lenders get back what they have lent to it. */
    public void left(PeLocal pe) {
        for (Message message : queues.unexpectedInOrder()) {
            message.leave(rank.world, pe);
        }
        sequences.early().forEach(message -> message.leave(rank.world, pe));
    }

    /** Puts together what {@link #depart} has taken apart in another process; {@link #offerWhatHasArrived} must follow. */
    public static void arrive(Rank rank, Serializable departed) {
        var carried = (Carried) departed;
        Endpoint endpoint = of(rank);
        endpoint.queues = carried.queues;
        endpoint.attached = carried.attached;
        endpoint.sequences = carried.sequences;
        endpoint.arriving = carried.offers;
    }

    /** The rank has arrived and can be woken: from now on others can take what it offers. Before it is said to be here. */
    public void offerWhatHasArrived() {
        network.offerAgain(arriving);
        arriving = null;
    }

    /** Before the rank sends or receives anything. */
    public static void watch(Rank rank, MessageWatch watch) {
        rank.endpoint = new WatchedEndpoint(rank, watch);
    }

    // For who watches messages: see MessageWatch. The compiler sees through them when nobody does.

    void offered(Rank self, Message message) {}

    void taken(Rank self, Message message) {}

    void delivered(Rank self, Rank receiver, long bytes) {}

    public static Endpoint of(Rank rank) {
        Object endpoint = rank.endpoint;
        if (endpoint == null) {
            endpoint = new Endpoint(rank);
            rank.endpoint = endpoint;
        }
        return (Endpoint) endpoint;
    }

    // Requests.

    /** A send that has not been started. */
    public SendRequest newSend(SendMode mode, long address, long count, Datatype type, int destination, int tag, Comm comm) {
        SendRequest request = freeSends.isEmpty() ? new SendRequest(rank) : freeSends.pop();
        request.set(mode, address, count, type, destination, tag, comm);
        return request;
    }

    /** A receive that has not been started. */
    public ReceiveRequest newReceive(long address, long count, Datatype type, int source, int tag, Comm comm) {
        ReceiveRequest request = freeReceives.isEmpty() ? new ReceiveRequest() : freeReceives.pop();
        request.set(address, count, type, source, tag, comm);
        return request;
    }

    void recycle(SendRequest request) {
        if (request.copy != null) {
            request.copy.close();
            request.copy = null;
        }
        request.type = null;
        request.buffered = null;
        request.forget();
        if (freeSends.size() < MOST_FREE) {
            freeSends.push(request);
        }
    }

    void recycle(ReceiveRequest request) {
        request.type = null;
        request.forget();
        if (freeReceives.size() < MOST_FREE) {
            freeReceives.push(request);
        }
    }

    // Sending.

    /** Starts a send whose fields are set: it completes at once, or when the receiver has taken the message. */
    void send(Rank self, SendRequest request) {
        if (offer(self, request.mode, request.address, request.count, request.type, request.destination, request.withTag,
                request.comm, request)) {
            request.completed();
        }
    }

    /** @return true when the send is complete; false when {@code request} waits for the receiver */
    private boolean offer(Rank self, SendMode mode, long address, long count, Datatype type, int destination, int tag, Comm comm,
            SendRequest request) {
        if (destination == StandardAbi.PROC_NULL) {
            return true;
        }
        int receiverNumber = comm.peers().worldRank(destination);
        Rank receiver = self.world.rank(receiverNumber);
        long bytes = count * type.size();
        self.counters.messagesSent++;
        self.counters.bytesSent += bytes;
        PeerCounts sent = self.world.sent(self.worldRank);
        if (sent != null) {
            sent.add(receiverNumber, bytes);
        }
        if (receiver == null) {
            return offerRemotely(self, mode, address, count, type, receiverNumber, tag, comm, request);
        }
        if (receiver.pe == self.pe && mode != SendMode.BUFFERED && deliver(self, receiver, address, count, type, comm, tag)) {
            return true;
        }
        Message message = null;
        if (mode == SendMode.BUFFERED && network != null && bytes > MessagePool.EAGER) {
            // More than a frame holds, should the receiver have left.
            Message data = attached.reserve(self, bytes);
            Pack.pack(address, count, type, data.memory);
            SendRequest lent = newSend(SendMode.BUFFERED, data.memory, bytes, PACKED, StandardAbi.PROC_NULL, tag, comm);
            lent.buffered = data;
            lent.freed = true;
            Message offer = MessagePool.of(self).take(0);
            offer.remoteSend = network.register(lent);
            post(self, receiver, receiverNumber, offer, bytes, comm, tag);
            return true;
        }
        if (mode == SendMode.BUFFERED) {
            message = attached.reserve(self, bytes);
        } else if (mode != SendMode.SYNCHRONOUS && bytes <= MessagePool.EAGER) {
            message = MessagePool.of(self).take(bytes);
        }
        boolean eager = message != null;
        if (eager) {
            if (bytes > 0) {
                Pack.pack(address, count, type, message.memory);
            }
            message.sender = null;
        } else if (network != null) {
            message = MessagePool.of(self).take(0);
            request.setData(address, count, type, tag);
            message.sender = null;
            message.remoteSend = network.register(request);
        } else {
            message = MessagePool.of(self).take(0);
            message.sender = request;
            message.address = address;
            message.count = count;
            message.type = type;
            message.offer();
            request.offered(message);
        }
        post(self, receiver, receiverNumber, message, bytes, comm, tag);
        return eager;
    }

    private void post(Rank self, Rank receiver, int receiverNumber, Message message, long bytes, Comm comm, int tag) {
        message.returning = false;
        message.context = comm.context;
        message.source = comm.rank;
        message.tag = tag;
        message.bytes = bytes;
        if (sequences != null) {
            message.from = self.worldRank;
            message.sequence = sequences.next(receiverNumber);
        }
        offered(self, message);
        receiver.post(message);
    }

    /** As {@link #offer}, to a rank in another node. */
    private boolean offerRemotely(Rank self, SendMode mode, long address, long count, Datatype type, int receiver, int tag, Comm comm,
            SendRequest request) {
        int sequence = sequences.next(receiver);
        if (mode == SendMode.BUFFERED) {
            sendBuffered(self, address, count, type, receiver, sequence, tag, comm);
            return true;
        }
        if (mode != SendMode.SYNCHRONOUS
                && network.sendEagerly(self, receiver, sequence, address, count, type, comm.context, comm.rank, tag)) {
            return true;
        }
        // From now on the answer may come at any moment.
        request.setData(address, count, type, tag);
        network.offer(self, receiver, sequence, request, comm.context, comm.rank);
        return false;
    }

    private void sendBuffered(Rank self, long address, long count, Datatype type, int receiver, int sequence, int tag,
            Comm comm) {
        long bytes = count * type.size();
        Message message = attached.reserve(self, bytes);
        if (bytes > 0) {
            Pack.pack(address, count, type, message.memory);
        }
        if (network.sendEagerly(self, receiver, sequence, message.memory, bytes, PACKED, comm.context, comm.rank, tag)) {
            message.giveBack();
            return;
        }
        SendRequest request = newSend(SendMode.BUFFERED, message.memory, bytes, PACKED, StandardAbi.PROC_NULL, tag, comm);
        request.buffered = message;
        request.freed = true;
        network.offer(self, receiver, sequence, request, comm.context, comm.rank);
    }

    /**
     * Copies a message straight into the buffer of the receive that it is for, when the receiver waits on this PE and has posted
     * one. Earlier messages do not come too late: the receiver has seen them, or it would not wait.
     */
    private boolean deliver(Rank self, Rank receiver, long address, long count, Datatype type, Comm comm, int tag) {
        Scheduler scheduler = self.world.scheduler();
        if (receiver.lock != null || !scheduler.claim(receiver)) {
            return false;
        }
        ReceiveRequest receive = null;
        try {
            Endpoint endpoint = of(receiver);
            if (sequences == null || endpoint.sequences.isUpcoming(self.worldRank, sequences.upcoming(receiver.worldRank))) {
                receive = endpoint.queues.takePosted(comm.context, comm.rank, tag);
            }
            if (receive != null) {
                if (sequences != null) {
                    endpoint.sequences.isDue(self.worldRank, sequences.next(receiver.worldRank));
                }
                receive.accept(address, count, type, comm.rank, tag);
                long bad = GuestMemory.takeBadAddress();
                if (bad != 0) {
                    // The receiver misses the data either way; the sender hears of it when the fault is its own.
                    receiver.badAddress = bad;
                    if (!GuestMemory.isInSlotOf(receiver.slot, bad)) {
                        self.badAddress = bad;
                    }
                }
                if (receive.freed) {
                    endpoint.recycle(receive);
                }
                delivered(self, receiver, count * type.size());
            }
        } finally {
            scheduler.letGo(receiver, receive != null);
        }
        if (receive == null) {
            return false;
        }
        self.pe.nextControl = receiver.mainControl;
        return true;
    }

    /** "a message from rank 3 with tag 7 on MPI_COMM_WORLD": what a receive or probe waits for. */
    public static String describeMessage(int source, int tag, Comm comm) {
        return "a message from " + (source == StandardAbi.ANY_SOURCE ? "any rank" : "rank " + source) + " with "
                + (tag == StandardAbi.ANY_TAG ? "any tag" : "tag " + tag) + " on " + comm.describe();
    }

    /** A blocking send of any mode. */
    public int sendBlocking(SendMode mode, long address, long count, Datatype type, int destination, int tag, Comm comm) {
        BlockingCalls calls = BlockingCalls.of(rank);
        SendRequest request = calls.send;
        if (offer(rank, mode, address, count, type, destination, tag, comm, request)) {
            return 0;
        }
        request.set(mode, address, count, type, destination, tag, comm);
        request.complete = false;
        return rank.waitFor(calls.sendWait);
    }

    /** Sends a copy of the data: the buffer is free when this returns. */
    public SendRequest sendCopy(long address, long count, Datatype type, int destination, int tag, Comm comm) {
        long bytes = count * type.size();
        if (destination == StandardAbi.PROC_NULL || bytes <= MessagePool.EAGER) {
            // The message takes a copy, or there is nothing to take.
            SendRequest request = newSend(SendMode.STANDARD, address, count, type, destination, tag, comm);
            request.start(rank);
            return request;
        }
        Arena arena = Arena.ofShared();
        long copy = arena.allocate(bytes, 16).address();
        Pack.pack(address, count, type, copy);
        SendRequest request = newSend(SendMode.STANDARD, copy, bytes, PACKED, destination, tag, comm);
        request.copy = arena;
        request.start(rank);
        return request;
    }

    // Receiving.

    /** A message has come out of the inbox. */
    void arrived(Rank self, Message message) {
        if (sequences == null) {
            match(self, message);
            return;
        }
        if (!sequences.isDue(message.from, message.sequence)) {
            sequences.keep(message);
            return;
        }
        match(self, message);
        while (sequences.hasEarly()) {
            Message due = sequences.takeDue();
            if (due == null) {
                return;
            }
            match(self, due);
        }
    }

    private void match(Rank self, Message message) {
        ReceiveRequest receive = queues.takePosted(message.context, message.source, message.tag);
        if (receive == null) {
            queues.keep(message);
        } else if (isThere(message) && message.take()) {
            taken(self, message);
            accept(self, receive, message);
        } else {
            // Withdrawn by its sender: the receive goes on waiting, in its old place.
            queues.postAgain(receive);
        }
    }

    private void accept(Rank self, ReceiveRequest receive, Message message) {
        if (!receive.accept(self, message)) {
            queues.postAgain(receive);
        } else if (receive.freed && receive.complete) {
            recycle(receive);
        }
    }

    /** Whether the sender of a message that waits for its receiver still does. */
    private boolean isThere(Message message) {
        return message.remoteSend == 0 || network.isOffered(message);
    }

    /** Starts a receive whose fields are set. */
    void receive(Rank self, ReceiveRequest request) {
        Message message = takeUnexpected(request.context, request.fromSource, request.withTag);
        if (message == null) {
            queues.post(request);
        } else {
            taken(self, message);
            if (!request.accept(self, message)) {
                receive(self, request);
            }
        }
    }

    /** Takes the oldest matching message out of the unexpected queue; null when there is none. */
    public Message takeUnexpected(long context, int source, int tag) {
        while (true) {
            Message message = queues.find(context, source, tag);
            if (message == null) {
                return null;
            }
            queues.remove(message);
            if (isThere(message) && message.take()) {
                return message;
            }
        }
    }

    /** The oldest matching message, which stays; null when there is none. */
    public Message probe(long context, int source, int tag) {
        while (true) {
            Message message = queues.find(context, source, tag);
            if (message == null || isThere(message) && !message.isWithdrawn()) {
                return message;
            }
            queues.remove(message);
        }
    }

    public int receiveBlocking(long address, long count, Datatype type, int source, int tag, Comm comm, long status) {
        if (source == StandardAbi.PROC_NULL) {
            rank.face.putStatusWithoutError(status, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, 0, false);
            return 0;
        }
        BlockingCalls calls = BlockingCalls.of(rank);
        ReceiveRequest request = calls.receive;
        request.set(address, count, type, source, tag, comm);
        request.complete = false;
        rank.drainInbox();
        receive(rank, request);
        calls.receiveWait.status = status;
        return rank.waitFor(calls.receiveWait);
    }

    /** Receives a message that MPI_Mprobe has taken out of the queue. */
    public int receiveMatched(Message message, long address, long count, Datatype type, long status) {
        BlockingCalls calls = BlockingCalls.of(rank);
        ReceiveRequest request = calls.receive;
        request.address = address;
        request.count = count;
        request.type = type;
        request.fromSource = message.source;
        request.withTag = message.tag;
        request.comm = rank.commWorld;
        request.complete = false;
        taken(rank, message);
        request.accept(rank, message);
        calls.receiveWait.status = status;
        return rank.waitFor(calls.receiveWait);
    }

    /** A nonblocking receive of a message that MPI_Mprobe has taken out of the queue, complete at once unless the data is in another node; null stands for none. */
    public ReceiveRequest receiveMatchedLater(Message message, long address, long count, Datatype type, Comm comm) {
        ReceiveRequest request = newReceive(address, count, type, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, comm);
        request.start(rank);
        if (message != null) {
            taken(rank, message);
            request.accept(rank, message);
        }
        return request;
    }

    /** The rank cannot go on: what MPI says of a buffer that is too small. */
    static MpiException noSpace(long needed, long free) {
        return new MpiException(ErrorClass.BUFFER, "a buffered send needs " + needed + " bytes of the attached buffer, "
                + free + " are free: attach a larger one with MPI_Buffer_attach");
    }
}
