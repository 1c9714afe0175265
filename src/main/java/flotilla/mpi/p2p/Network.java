package flotilla.mpi.p2p;

import flotilla.memory.Memory;
import flotilla.memory.PageRuns;
import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.Nodes;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Placement;
import flotilla.mpi.core.Progress;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.transport.Receiver;
import flotilla.transport.Transport;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Messages between ranks in different nodes. A small message travels with its data (eager). Of a large one the receiver is told
 * (offer); when a receive matches, it answers that it has a place for the data (clear to send), and the sender's node sends it there,
 * from buffer to buffer. A node that takes in eager messages faster than its ranks receive them gives the senders no more credit, and
 * they offer instead.
 *
 * <p>Frames are addressed to ranks, and forwarded by a node that a rank has left.
 */
public class Network implements Nodes, Receiver, Progress {
    /** Takes the frames of one kind; inside {@link #poll}, must not block. */
    public interface Handler {
        /** @param address of the frame, valid during the call only */
        void frame(int fromNode, long address, int bytes);
    }

    /** Kinds of frames that others than this package may define: from here to {@link #KINDS} - 1. Each begins with its kind, 4 bytes. */
    public static final int FIRST_OTHER_KIND = MessageFrame.FIRST_OTHER;
    /** The kinds among those that are not counted: see {@link #sent}. */
    public static final int CONTROL_KIND = FIRST_OTHER_KIND;
    public static final int BALANCING_KIND = 31;
    public static final int KINDS = 32;

    private static final int SPINS = 1000;
    private static final long PAUSE_NANOS = 20_000;

    private final int node;
    private final int nodes;
    private final Placement placement;
    private final int[] hosts;
    /** Behind each message's frame: what a {@link WatchedNetwork} notes. */
    private final int notedBytes;
    private final Whereabouts where;
    private final Credit credit;
    private final Handler[] handlers = new Handler[KINDS];
    private final RemoteReceives receives = new RemoteReceives();
    private final AtomicBoolean polling = new AtomicBoolean();
    /** Frames that another node could not take when they were forwarded or answered inside a poll. Under its own lock. */
    private final ArrayDeque<byte[]>[] deferred;
    private volatile boolean anyDeferred;
    private final long scratch = Arena.global().allocate(MessageFrame.MOST_BYTES, 64).address();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private RemoteSends sends;
    private Transport transport;
    private World world;
    /** Of the thread that polls. */
    private PeLocal pe;
    private Consumer<Rank> leaving = rank -> { };
    private Consumer<Rank> left = rank -> { };
    private Runnable help = () -> { };
    private BiConsumer<Integer, String> whenLost = (lostNode, reason) -> {};

    /** @param hosts the host of each node, as a number */
    public Network(int node, Placement placement, int[] hosts) {
        this(node, placement, hosts, 0);
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    Network(int node, Placement placement, int[] hosts, int notedBytes) {
        this.notedBytes = notedBytes;
        this.placement = placement;
        this.hosts = hosts;
        this.node = node;
        this.nodes = placement.nodes();
        this.where = new Whereabouts(node, placement);
        this.credit = new Credit(nodes);
        this.deferred = new ArrayDeque[nodes];
        for (int i = 0; i < nodes; i++) {
            deferred[i] = new ArrayDeque<>(0);
        }
    }

    /** Before the first poll. */
    public void begin(World job, Transport connected) {
        world = job;
        transport = connected;
        sends = new RemoteSends(connected, node, sent);
    }

    /** Before the first poll. @param kind {@link #FIRST_OTHER_KIND} to {@link #KINDS} - 1 */
    public void handle(int kind, Handler handler) {
        handlers[kind] = handler;
    }

    /** Before the first poll: who is told that a node is gone, and why. */
    public void whenLost(BiConsumer<Integer, String> listener) {
        whenLost = listener;
    }

    static Network of(World world) {
        return (Network) world.nodes;
    }

    @Override
    public int node() {
        return node;
    }

    @Override
    public int count() {
        return nodes;
    }

    @Override
    public int nodeOf(int worldRank) {
        return where.nodeOf(worldRank);
    }

    @Override
    public int homeOf(int worldRank) {
        return placement.node(worldRank);
    }

    @Override
    public int hostOf(int ofNode) {
        return hosts[ofNode];
    }

    // For who watches messages: see MessageWatch. The compiler sees through them when nobody does.

    /** A rank of this node sends a message with this frame. */
    void sends(Rank self, long frame) {}

    /** A message of this node goes after its receiver. */
    void sendsOn(Message message, long frame) {}

    /** A message has come with this frame. */
    void arrived(long frame, Message message) {}

    // Progress.

    /**
     * Lets what has come from other nodes take effect, and sends on what waits. Any thread; one at a time does it.
     *
     * @param local of the PE whose thread this is, or of a thread that is none
     * @return whether something has come or gone
     */
    @Override
    public boolean poll(PeLocal local) {
        if (polling.get() || !polling.compareAndSet(false, true)) {
            return false;
        }
        try {
            pe = local;
            boolean sent = anyDeferred && sendDeferred();
            return transport.poll() || sent;
        } finally {
            polling.set(false);
        }
    }

    @Override
    public void moved(Rank rank) {
        left.accept(rank);
    }

    /** Sends on everything that has come for a rank that has left. Not inside a poll; one thread at a time. */
    public void sendMailAfter(PeLocal local, Rank rank) {
        for (Delivery delivery : rank.takeMail()) {
            if (delivery instanceof Message message) {
                sendOn(local, rank, message);
            }
        }
    }

    /** Sends a message of this node after a rank that has left. */
    private void sendOn(PeLocal local, Rank rank, Message message) {
        Rank back = world.rank(rank.worldRank);
        if (back != null) {
            back.post(message);
            return;
        }
        try (var arena = Arena.ofConfined()) {
            boolean offered = message.remoteSend != 0;
            long data = offered ? 0 : message.bytes;
            long frame = arena.allocate(MessageFrame.BYTES + data + MessageFrame.NOTED_BYTES, 64).address();
            MessageFrame.putMessage(frame, offered ? MessageFrame.OFFER : MessageFrame.EAGER, rank.worldRank, message.from, message.sequence,
                    message.context, message.source, message.tag, message.bytes);
            if (offered) {
                Memory.putLong(frame + MessageFrame.SEND, message.remoteSend);
            } else {
                Memory.copy(message.memory, frame + MessageFrame.DATA, data);
            }
            sendsOn(message, frame);
            sendMessage(local, rank.worldRank, frame);
        }
        message.leave(world, local);
    }

    @Override
    public void leaves(Rank rank) {
        leaving.accept(rank);
    }

    /**
     * Before the first poll: who is told of ranks that leave.
     *
     * @param waits a rank that was asked to leave waits; on its PE
     * @param mail something has come for a rank that has left: {@link #sendMailAfter} must follow
     * @param idle a thread has nothing else to do: see {@link Progress#help}
     */
    public void whenLeaving(Consumer<Rank> waits, Consumer<Rank> mail, Runnable idle) {
        leaving = waits;
        left = mail;
        help = idle;
    }

    @Override
    public void help() {
        help.run();
    }

    /** Inside a poll: whether its thread will {@link #help} afterwards. */
    public boolean willHelp() {
        return pe.isIdle;
    }

    /** Bytes of the largest frame. */
    public int maxFrame() {
        return transport.maxFrame();
    }

    /**
     * A rank is about to leave. Who wants what it has offered waits until {@link #departed}.
     *
     * @return for {@link Endpoint#arrive} or {@link Endpoint#stay}
     */
    public Serializable depart(Rank rank) {
        where.departs(rank.worldRank);
        return Endpoint.of(rank).depart();
    }

    /** A rank that was about to leave has left for the node that {@link #located} tells, or stays. Not inside a poll. */
    public void departed(PeLocal local, Rank rank) {
        int at = where.nodeOf(rank.worldRank);
        for (byte[] bytes : where.departed(rank.worldRank)) {
            long frame = frame(local);
            Memory.put(bytes, 0, frame, bytes.length);
            if (at == node) {
                clearToSend(frame, bytes.length);
            } else {
                send(local, at, frame, bytes.length, 0, 0);
            }
        }
    }

    /**
     * Expects a bulk from another node.
     *
     * @param target where it is to be written
     * @param arrived what to do when it has; inside a poll
     * @return the key that the other node must send it with
     */
    public long expectBulk(long target, long bytes, Runnable arrived) {
        return receives.expect(target, bytes, arrived);
    }

    /** Expects pages; as {@link #expectBulk} for each run. Answers the first of as many keys that follow each other. */
    public long expectBulks(PageRuns pages, Runnable eachArrived) {
        return receives.expect(pages, eachArrived);
    }

    /** Sends a bulk, which another node expects, from memory that stays as it is until {@code done}. Any thread. */
    public void sendBulk(int to, long key, long address, long bytes, Runnable done) {
        sent.incrementAndGet();
        transport.sendBulk(to, key, address, bytes, done);
    }

    /** Whether memory of another node's process can be read directly. */
    public boolean canRead(int ofNode) {
        return transport.canRead(ofNode);
    }

    /** A rank is at another node from now on, as far as this node knows. Any thread. */
    public void located(int worldRank, int atNode) {
        where.located(worldRank, atNode);
    }

    /** Waits for something to {@link #poll}; for one thread that has nothing else to do. */
    @Override
    public void await(long nanoseconds) {
        transport.await(nanoseconds);
    }

    private boolean sendDeferred() {
        synchronized (deferred) {
            return sendAllDeferred();
        }
    }

    private boolean sendAllDeferred() {
        boolean any = false;
        boolean remain = false;
        for (int to = 0; to < nodes; to++) {
            ArrayDeque<byte[]> waiting = deferred[to];
            while (!waiting.isEmpty() && sendBytes(to, waiting.peek())) {
                waiting.remove();
                any = true;
            }
            remain |= !waiting.isEmpty();
        }
        anyDeferred = remain;
        return any;
    }

    private boolean sendBytes(int to, byte[] frame) {
        Memory.put(frame, 0, scratch, frame.length);
        return transport.send(to, scratch, frame.length, 0, 0);
    }

    private static boolean isCounted(int kind) {
        return kind != CONTROL_KIND && kind != BALANCING_KIND;
    }

    /** Frames and bulks that this node has sent, or is about to; control frames are not counted. Any thread. */
    public long sent() {
        return sent.get();
    }

    /** Frames and bulks that have arrived and taken effect. Any thread. */
    public long received() {
        return received.get();
    }

    /** Sends a frame from inside a poll, at once or later. */
    private void sendSoon(int to, long frame, int bytes) {
        sent.incrementAndGet();
        synchronized (deferred) {
            if (!deferred[to].isEmpty() || !transport.send(to, frame, bytes, 0, 0)) {
                deferred[to].add(Memory.get(frame, bytes));
                anyDeferred = true;
            }
        }
    }

    /**
     * Sends a frame; waits while the other node is slow. Not inside a poll.
     *
     * @param local of the calling PE
     */
    public void send(PeLocal local, int to, long header, int headerBytes, long payload, int payloadBytes) {
        if (isCounted(Memory.getInt(header))) {
            sent.incrementAndGet();
        }
        int spins = 0;
        while (!transport.send(to, header, headerBytes, payload, payloadBytes)) {
            if (!poll(local)) {
                if (++spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** Memory for a frame with the data of an eager message, for the thread that {@code local} is of. */
    static long frame(PeLocal local) {
        if (local.frame == 0) {
            local.frame = Arena.global().allocate(MessageFrame.MOST_BYTES, 64).address();
        }
        return local.frame;
    }

    // Sending.

    /** Sends a small message with its data. Answers false when the receivers' node has too many already. */
    boolean sendEagerly(Rank self, int receiver, int sequence, long address, long count, Datatype type, long context, int source, int tag) {
        long bytes = count * type.size();
        if (bytes > MessagePool.EAGER || credit.isExhausted(where.nodeOf(receiver))) {
            return false;
        }
        long frame = frame(self.pe);
        if (bytes > 0) {
            Pack.pack(address, count, type, frame + MessageFrame.DATA);
        }
        MessageFrame.putMessage(frame, MessageFrame.EAGER, receiver, self.worldRank, sequence, context, source, tag, bytes);
        sends(self, frame);
        sendMessage(self.pe, receiver, frame);
        return true;
    }

    /** Tells a receiver of a message whose send, with all its fields set, waits for it. */
    void offer(Rank self, int receiver, int sequence, SendRequest request, long context, int source) {
        long frame = frame(self.pe);
        MessageFrame.putMessage(frame, MessageFrame.OFFER, receiver, self.worldRank, sequence, context, source, request.withTag,
                request.count * request.type.size());
        Memory.putLong(frame + MessageFrame.SEND, sends.offer(request));
        sends(self, frame);
        sendMessage(self.pe, receiver, frame);
    }

    /** Sends a message to its receiver, wherever that is now: it may just have come here. Not inside a poll. */
    private void sendMessage(PeLocal local, int receiver, long frame) {
        while (true) {
            int to = where.nodeOf(receiver);
            if (to != node) {
                charge(to, frame);
                send(local, to, frame, MessageFrame.size(frame) + notedBytes, 0, 0);
                return;
            }
            Rank here = world.rank(receiver);
            if (here != null) {
                here.post(message(local, Credit.NOBODY, frame));
                return;
            }
        }
    }

    private void charge(int to, long frame) {
        if (MessageFrame.isEager(frame)) {
            credit.charge(to, Memory.getLong(frame + MessageFrame.LENGTH));
        }
    }

    /** Enters a send, with its data set, that a receiver of this node is offered. Answers its number. */
    long register(SendRequest request) {
        return sends.offer(request);
    }

    SendRequest[] takeOffers(Rank rank) {
        return sends.takeAll(rank).toArray(new SendRequest[0]);
    }

    void offerAgain(SendRequest[] requests) {
        for (SendRequest request : requests) {
            sends.offerAgain(request);
        }
    }

    /** Whether a message that was offered has not been withdrawn, as far as this node knows. */
    boolean isOffered(Message message) {
        while (true) {
            int seen = where.changes(message.from);
            if (sends.isOffered(message.remoteSend) || !where.isHere(message.from)) {
                return true;
            }
            if (where.changes(message.from) == seen) {
                return false;
            }
        }
    }

    /** A sender wants an offered message back. Answers whether it still can have it. */
    boolean withdraw(SendRequest request) {
        return sends.withdraw(request);
    }

    /**
     * A receive has matched an offered message: takes the data from the sender's memory or asks the sender's node for it.
     *
     * @param bytes that are wanted
     * @return false when the message has been withdrawn
     */
    boolean take(Rank self, ReceiveRequest request, Message message, long bytes) {
        while (true) {
            int seen = where.changes(message.from);
            if (sends.copyTo(request, message.remoteSend, bytes)) {
                request.complete = true;
                return true;
            }
            if (!where.isHere(message.from)) {
                askSender(self, request, message, bytes);
                return true;
            }
            if (where.changes(message.from) == seen) {
                return false;
            }
        }
    }

    private void askSender(Rank self, ReceiveRequest request, Message message, long bytes) {
        request.complete = bytes == 0;
        long frame = frame(self.pe);
        Memory.putInt(frame + MessageFrame.KIND, MessageFrame.CLEAR_TO_SEND);
        Memory.putInt(frame + MessageFrame.TO, message.from);
        Memory.putInt(frame + MessageFrame.NODE, node);
        Memory.putLong(frame + MessageFrame.LENGTH, bytes);
        Memory.putLong(frame + MessageFrame.SEND, message.remoteSend);
        Memory.putLong(frame + MessageFrame.RECEIVE, bytes == 0 ? 0 : receives.expect(self, request, bytes));
        if (!where.hold(message.from, frame)) {
            int to = where.nodeOf(message.from);
            if (to == node) {
                clearToSend(frame, MessageFrame.BYTES);
            } else {
                send(self.pe, to, frame, MessageFrame.BYTES, 0, 0);
            }
        }
    }

    /** An eager message that a node was charged with is done with here. */
    void taken(PeLocal local, int fromNode, long bytes) {
        long due = credit.owe(fromNode, bytes);
        if (due > 0) {
            long frame = frame(local);
            MessageFrame.putCredit(frame, due);
            send(local, fromNode, frame, MessageFrame.BYTES, 0, 0);
        }
    }

    // Receiving: inside a poll.

    @Override
    public void frame(int fromNode, long address, int bytes) {
        int kind = Memory.getInt(address + MessageFrame.KIND);
        switch (kind) {
            case MessageFrame.EAGER, MessageFrame.OFFER -> message(fromNode, address);
            case MessageFrame.CLEAR_TO_SEND -> clearToSend(address, bytes);
            case MessageFrame.WITHDRAWN -> receives.withdrawn(Memory.getLong(address + MessageFrame.RECEIVE));
            case MessageFrame.CREDIT -> credit.giveBack(fromNode, Memory.getLong(address + MessageFrame.LENGTH));
            default -> handlers[kind].frame(fromNode, address, bytes);
        }
        if (isCounted(kind)) {
            received.incrementAndGet();
        }
    }

    private void message(int fromNode, long frame) {
        int receiver = Memory.getInt(frame + MessageFrame.TO);
        while (true) {
            Rank here = world.rank(receiver);
            if (here != null) {
                here.post(message(pe, MessageFrame.isEager(frame) ? fromNode : Credit.NOBODY, frame));
                return;
            }
            int to = where.nodeOf(receiver);
            if (to != node) {
                charge(to, frame);
                sendSoon(to, frame, MessageFrame.size(frame) + notedBytes);
                if (MessageFrame.isEager(frame)) {
                    takenInPoll(fromNode, Memory.getLong(frame + MessageFrame.LENGTH));
                }
                return;
            }
        }
    }

    /** As {@link #taken}. */
    private void takenInPoll(int fromNode, long bytes) {
        long due = credit.owe(fromNode, bytes);
        if (due > 0) {
            synchronized (deferred) {
                MessageFrame.putCredit(scratch, due);
                sendSoon(fromNode, scratch, MessageFrame.BYTES);
            }
        }
    }

    /** The message that a frame tells of. */
    private Message message(PeLocal local, int chargedNode, long frame) {
        long bytes = Memory.getLong(frame + MessageFrame.LENGTH);
        boolean eager = MessageFrame.isEager(frame);
        Message message = MessagePool.of(local).takeAnyway(eager ? bytes : 0);
        message.context = Memory.getLong(frame + MessageFrame.CONTEXT);
        message.from = Memory.getInt(frame + MessageFrame.FROM);
        message.source = Memory.getInt(frame + MessageFrame.SOURCE);
        message.tag = Memory.getInt(frame + MessageFrame.TAG);
        message.sequence = Memory.getInt(frame + MessageFrame.SEQUENCE);
        message.bytes = bytes;
        message.sender = null;
        message.returning = false;
        message.remoteSend = eager ? 0 : Memory.getLong(frame + MessageFrame.SEND);
        message.chargedNode = chargedNode;
        arrived(frame, message);
        if (eager && bytes > 0) {
            Memory.copy(frame + MessageFrame.DATA, message.memory, bytes);
        }
        return message;
    }

    private void clearToSend(long frame, int frameBytes) {
        int sender = Memory.getInt(frame + MessageFrame.TO);
        int receiver = Memory.getInt(frame + MessageFrame.NODE);
        long number = Memory.getLong(frame + MessageFrame.SEND);
        long key = Memory.getLong(frame + MessageFrame.RECEIVE);
        long bytes = Memory.getLong(frame + MessageFrame.LENGTH);
        while (true) {
            int seen = where.changes(sender);
            boolean taken = receiver == node ? sends.copyTo(number, receives.target(key, bytes), bytes) : sends.clearToSend(number, receiver, key, bytes);
            if (taken) {
                if (receiver == node) {
                    receives.arrived(key);
                }
                return;
            }
            int to = where.nodeOf(sender);
            if (to != node) {
                sendSoon(to, frame, frameBytes);
                return;
            }
            if (where.hold(sender, frame)) {
                return;
            }
            if (where.isHere(sender) && where.changes(sender) == seen) {
                withdrawn(receiver, key);
                return;
            }
        }
    }

    private void withdrawn(int receiver, long key) {
        if (receiver == node) {
            receives.withdrawn(key);
        } else if (key != 0) {
            synchronized (deferred) {
                Memory.putInt(scratch + MessageFrame.KIND, MessageFrame.WITHDRAWN);
                Memory.putLong(scratch + MessageFrame.RECEIVE, key);
                sendSoon(receiver, scratch, MessageFrame.BYTES);
            }
        }
    }

    @Override
    public long bulkTarget(int fromNode, long key, long bytes) {
        return receives.target(key, bytes);
    }

    @Override
    public void bulkArrived(int fromNode, long key, long bytes) {
        receives.arrived(key);
        received.incrementAndGet();
    }

    @Override
    public void lost(int lostNode, String reason) {
        whenLost.accept(lostNode, reason);
    }
}
