package flotilla.transport;

import flotilla.memory.Readiness;
import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * UCX, by tagged messages. UCX knows neither the job's secret nor, on all networks, when a node has ended; so each pair of
 * nodes has a TCP connection, too, over which they have told each other their addresses and keys: a tag contains the
 * receiver's key, and messages with another are never looked at.
 */
final class UcxTransport implements Transport {
    // A tag: kind, sender, key of the receiver.
    private static final int KIND_SHIFT = 60;
    private static final int NODE_SHIFT = 40;
    static final int MOST_NODES = 1 << KIND_SHIFT - NODE_SHIFT;
    static final long KEY = (1L << NODE_SHIFT) - 1;
    private static final long FRAMES = 1L << KIND_SHIFT;
    private static final long BULKS = 2L << KIND_SHIFT;
    private static final long ANY_NODE = 0xfL << KIND_SHIFT | KEY;

    private static final int FRAMES_AT_ONCE = 64;
    private static final long CONTROL_NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SLEEP_MILLISECONDS = 100;
    private static final long FLUSH_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);
    private static final long GOODBYE_NANOSECONDS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOSECONDS = TimeUnit.MICROSECONDS.toNanos(100);

    /** A bulk that arrives. */
    private record Incoming(UcxPeer peer, long key, long bytes, boolean dropped, long request) {}

    private final int node;
    private final Ucp ucp;
    private final long key;
    private final TcpTransport control;
    private final Receiver receiver;
    private final UcxPeer[] byNode;
    private final UcxPeer[] peers;
    private final int descriptor;
    private final SpinLock polling = new SpinLock();
    /** Around everything that UCX does: it lets in one thread at a time. */
    private final SpinLock lock = new SpinLock();
    private final SpinLock awaiting = new SpinLock();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Guarded by the lock: UCX is gone. */
    private boolean freed;

    // Of who polls.
    private final long room = Mapping.map(0, UcxPeer.SLOT_BYTES, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    private final long info = Mapping.map(0, Mapping.PAGE_SIZE, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    private final ArrayDeque<Incoming> incoming = new ArrayDeque<>();
    private long receiving;
    private UcxPeer from;
    private int length;
    private long controlled;

    UcxTransport(int node, Ucp ucp, long key, TcpTransport control, UcxPeer[] byNode, Receiver receiver) {
        this.node = node;
        this.ucp = ucp;
        this.key = key;
        this.control = control;
        this.byNode = byNode;
        this.peers = Arrays.stream(byNode).filter(Objects::nonNull).toArray(UcxPeer[]::new);
        this.receiver = receiver;
        this.descriptor = ucp.descriptor();
    }

    static long frameTag(int sender, long receiverKey) {
        return FRAMES | (long) sender << NODE_SHIFT | receiverKey;
    }

    static long bulkTag(int sender, long receiverKey) {
        return BULKS | (long) sender << NODE_SHIFT | receiverKey;
    }

    @Override
    public int node() {
        return node;
    }

    @Override
    public int nodes() {
        return byNode.length;
    }

    @Override
    public int maxFrame() {
        return ShmTransport.MAX_FRAME;
    }

    private UcxPeer peer(int to) {
        UcxPeer peer = to >= 0 && to < byNode.length ? byNode[to] : null;
        if (peer == null) {
            throw new IllegalArgumentException("node " + node + " is not connected to node " + to);
        }
        return peer;
    }

    @Override
    public boolean send(int to, long header, int headerBytes, long payload, int payloadBytes) {
        UcxPeer peer = peer(to);
        Checks.frame(headerBytes, payloadBytes, maxFrame());
        if (peer.full && !peer.gone || !lock.tryLockSpinning()) {
            return false;
        }
        try {
            if (peer.gone || closed.get()) {
                return true;
            }
            boolean taken = peer.send(UcxPeer.FRAME, header, headerBytes, payload, payloadBytes);
            if (taken) {
                peer.sent.frame(headerBytes + payloadBytes);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sendBulk(int to, long bulkKey, long address, long bytes, Runnable done) {
        UcxPeer peer = peer(to);
        Checks.bulk(bytes);
        var bulk = new Bulk(bulkKey, address, bytes, done);
        lock.lock();
        boolean taken = !peer.gone && !closed.get();
        if (taken) {
            peer.accept(bulk);
        }
        lock.unlock();
        if (taken) {
            wakeUp();
        } else {
            done.run();
        }
    }

    @Override
    public boolean canRead(int other) {
        return false;
    }

    @Override
    public void read(int other, long remoteAddress, long localAddress, long bytes) {
        throw new TransportException("memory of node " + other + " can't be read: its transport is ucx");
    }

    @Override
    public boolean poll() {
        if (!polling.tryLock()) {
            return false;
        }
        try {
            return !closed.get() && poll(receiver);
        } finally {
            polling.unlock();
        }
    }

    private boolean poll(Receiver to) {
        boolean any = false;
        boolean frame;
        lock.lock();
        try {
            any |= ucp.progress();
            frame = receiveFrame();
        } finally {
            lock.unlock();
        }
        for (int i = 0; frame; i++) {
            any = true;
            handOut(to);
            if (i == FRAMES_AT_ONCE) {
                break;
            }
            lock.lock();
            try {
                frame = receiveFrame();
            } finally {
                lock.unlock();
            }
        }
        for (UcxPeer peer : peers) {
            any |= finishBulks(peer);
        }
        if (!incoming.isEmpty()) {
            any |= takeBulks(to);
        }
        return any | control(to, any);
    }

    /** Whether one is there, in {@link #room}. */
    private boolean receiveFrame() {
        if (receiving == 0) {
            long message = ucp.probe(FRAMES | key, ANY_NODE, info);
            if (message == 0) {
                return false;
            }
            int sender = (int) (Memory.getLong(info + Ucp.INFO_TAG_AT) >>> NODE_SHIFT) & MOST_NODES - 1;
            from = sender < byNode.length ? byNode[sender] : null;
            length = (int) Math.min(Memory.getLong(info + Ucp.INFO_LENGTH_AT), UcxPeer.SLOT_BYTES);
            long result = ucp.receiveProbed(room, length, message);
            if (!Ucp.isRequest(result)) {
                return arrived(result);
            }
            receiving = result;
        }
        int status = Ucp.status(receiving);
        if (status == Ucp.IN_PROGRESS) {
            return false;
        }
        receiving = 0;
        return arrived(status);
    }

    private boolean arrived(long status) {
        if (status != Ucp.OK && from != null) {
            from.lostReason = "a frame can't be received: " + Ucp.text(status);
        }
        return status == Ucp.OK;
    }

    private void handOut(Receiver to) {
        UcxPeer peer = from;
        if (peer == null || peer.gone || length < UcxPeer.WORD) {
            return;
        }
        int bytes = length - UcxPeer.WORD;
        long content = room + UcxPeer.WORD;
        long word = Memory.getLong(room);
        if (word == UcxPeer.FRAME) {
            to.frame(peer.node, content, bytes);
            peer.received.frame(bytes);
        } else if (word == UcxPeer.OFFER && bytes == 2 * Long.BYTES && Memory.getLong(content + Long.BYTES) >= 0) {
            beginBulk(to, peer, Memory.getLong(content), Memory.getLong(content + Long.BYTES));
        } else if (word == UcxPeer.GOODBYE) {
            lock.lock();
            sayGoodbye(peer);
            peer.end();
            lock.unlock();
        } else {
            peer.lostReason = "it has sent what is no frame";
        }
    }

    /** Whether it is said, or will not be. */
    private static boolean sayGoodbye(UcxPeer peer) {
        if (!peer.saidGoodbye && !peer.gone) {
            peer.saidGoodbye = peer.send(UcxPeer.GOODBYE, 0, 0, 0, 0);
        }
        return peer.saidGoodbye || peer.gone;
    }

    private void beginBulk(Receiver to, UcxPeer peer, long bulkKey, long bytes) {
        long target = to.bulkTarget(peer.node, bulkKey, bytes);
        boolean dropped = target == 0;
        lock.lock();
        long result;
        try {
            // What is dropped is received into nothing, and said to have been cut off.
            result = ucp.receive(dropped ? room : target, dropped ? 0 : bytes, bulkTag(peer.node, key));
        } finally {
            lock.unlock();
        }
        var bulk = new Incoming(peer, bulkKey, bytes, dropped, result);
        if (Ucp.isRequest(result)) {
            incoming.add(bulk);
        } else {
            endBulk(to, bulk, result);
        }
    }

    private boolean takeBulks(Receiver to) {
        boolean any = false;
        for (int i = incoming.size(); i > 0; i--) {
            Incoming bulk = incoming.remove();
            lock.lock();
            int status = Ucp.status(bulk.request);
            lock.unlock();
            if (status == Ucp.IN_PROGRESS) {
                incoming.add(bulk);
            } else {
                any = true;
                endBulk(to, bulk, status);
            }
        }
        return any;
    }

    private static void endBulk(Receiver to, Incoming bulk, long status) {
        UcxPeer peer = bulk.peer;
        if (!bulk.dropped && status != Ucp.OK) {
            peer.lostReason = "a bulk of " + bulk.bytes + " bytes can't be received: " + Ucp.text(status);
            return;
        }
        if (!bulk.dropped) {
            to.bulkArrived(peer.node, bulk.key, bulk.bytes);
        }
        peer.received.bulk(bulk.bytes);
    }

    private boolean finishBulks(UcxPeer peer) {
        boolean any = false;
        if (peer.isBusy()) {
            Bulk finished;
            do {
                lock.lock();
                try {
                    finished = peer.reap();
                } finally {
                    lock.unlock();
                }
                if (finished != null) {
                    any = true;
                    finished.done.run();
                }
            } while (finished != null);
        }
        return any;
    }

    /** @param busy whether frames may still come of nodes that are gone */
    private boolean control(Receiver to, boolean busy) {
        long now = System.nanoTime();
        if (now - controlled >= CONTROL_NANOSECONDS) {
            controlled = now;
            control.poll();
        }
        boolean any = false;
        for (UcxPeer peer : peers) {
            if (peer.lostReason != null && !peer.gone && !busy) {
                lock.lock();
                peer.end();
                lock.unlock();
                finishBulks(peer);
                to.lost(peer.node, peer.lostReason);
                any = true;
            }
        }
        return any;
    }

    @Override
    public void await(long nanoseconds) {
        if (!awaiting.tryLock()) {
            return;
        }
        try {
            if (closed.get() || woken.get()) {
                return;
            }
            boolean busy = !incoming.isEmpty();
            lock.lock();
            try {
                for (UcxPeer peer : peers) {
                    busy |= peer.isBusy();
                }
                if (ucp.arm() != Ucp.OK) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            if (!woken.get()) {
                long milliseconds = Math.clamp(TimeUnit.NANOSECONDS.toMillis(nanoseconds), 1, busy ? 1 : SLEEP_MILLISECONDS);
                Readiness.awaitReadable(descriptor, (int) milliseconds);
            }
        } finally {
            woken.set(false);
            awaiting.unlock();
        }
    }

    @Override
    public void wakeUp() {
        woken.set(true);
        lock.lock();
        try {
            if (!freed) {
                ucp.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public TransportCounters counters() {
        TransportCounters sum = TransportCounters.NONE;
        for (UcxPeer peer : peers) {
            sum = sum.plus(Traffic.counters(peer.sent, peer.received));
        }
        return sum;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        wakeUp();
        awaiting.lock(); // for good
        polling.lock();
        try {
            exchange(System.nanoTime() + FLUSH_NANOSECONDS, peer -> peer.isBusy());
            exchange(System.nanoTime() + GOODBYE_NANOSECONDS, peer -> !sayGoodbye(peer) || !peer.gone || peer.isBusy());
            for (UcxPeer peer : peers) {
                lock.lock();
                peer.end();
                lock.unlock();
                finishBulks(peer);
            }
            lock.lock();
            freed = true;
            ucp.close();
            lock.unlock();
            control.close();
            for (UcxPeer peer : peers) {
                peer.free();
            }
            Mapping.unmap(room, UcxPeer.SLOT_BYTES);
            Mapping.unmap(info, Mapping.PAGE_SIZE);
        } finally {
            polling.unlock();
        }
    }

    private interface Condition {
        boolean test(UcxPeer peer);
    }

    /** Polls as long as it is true for some, dropping what arrives. */
    private void exchange(long deadline, Condition unfinished) {
        Receiver nobody = new Nobody();
        boolean waits = true;
        while (waits && System.nanoTime() - deadline < 0) {
            boolean any = poll(nobody);
            waits = false;
            lock.lock();
            for (UcxPeer peer : peers) {
                waits |= unfinished.test(peer);
            }
            lock.unlock();
            if (waits && !any) {
                LockSupport.parkNanos(PAUSE_NANOSECONDS);
            }
        }
    }
}
