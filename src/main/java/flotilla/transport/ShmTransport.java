package flotilla.transport;

import flotilla.memory.Futex;
import flotilla.memory.Memory;
import flotilla.memory.SystemCallException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Nodes of one host: a ring for each pair and direction, in memory that both have mapped. No system calls but to wake who
 * sleeps.
 */
final class ShmTransport implements Transport {
    static final int MAX_FRAME = (16 << 10) + 512;

    /** How often it is looked whether the other processes are alive. */
    private static final long CHECK_NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Polls between looks at the clock, less one; a power of two less one. */
    private static final int CLOCK_MASK = 1023;
    /** How long a ring that is full is left alone: nobody tells when there is room. */
    private static final long RETRY_NANOSECONDS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long FLUSH_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);
    private static final long GOODBYE_NANOSECONDS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOSECONDS = TimeUnit.MICROSECONDS.toNanos(100);

    private final int node;
    private final ShmLink[] byNode;
    private final ShmLink[] links;
    private final Receiver receiver;
    private final ShmMemory memory;
    private final long sleeping;
    private final SpinLock polling = new SpinLock();
    private int polls;
    private long checked = System.nanoTime();
    /** Who waited has seen that a process has ended. */
    private volatile boolean ended;

    private final AtomicBoolean woken = new AtomicBoolean();
    /** Held by who is in {@link #await}. */
    private final SpinLock awaiting = new SpinLock();
    /** Held by who touches the word, or unmaps it. */
    private final SpinLock waking = new SpinLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private boolean unmapped;

    ShmTransport(int node, int nodes, ShmMemory memory, List<ShmLink> links, Receiver receiver) {
        this.node = node;
        this.memory = memory;
        this.sleeping = memory.table() + ShmLayout.SLEEPING_AT;
        this.links = links.toArray(ShmLink[]::new);
        this.byNode = new ShmLink[nodes];
        this.receiver = receiver;
        for (ShmLink link : links) {
            byNode[link.node] = link;
        }
    }

    /** The nodes that it leads to. */
    BitSet linked() {
        var linked = new BitSet(byNode.length);
        for (ShmLink link : links) {
            linked.set(link.node);
        }
        return linked;
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
        return MAX_FRAME;
    }

    @Override
    public boolean send(int to, long header, int headerBytes, long payload, int payloadBytes) {
        ShmSender sender = link(to).sender;
        Checks.frame(headerBytes, payloadBytes, MAX_FRAME);
        return sender.send(ShmRecord.FRAME, header, headerBytes, payload, payloadBytes);
    }

    @Override
    public void sendBulk(int to, long key, long address, long bytes, Runnable done) {
        ShmLink link = link(to);
        Checks.bulk(bytes);
        if (!link.sendBulk(new Bulk(key, address, bytes, done))) {
            wakeUp();
        }
    }

    ShmLink link(int to) {
        ShmLink link = to >= 0 && to < byNode.length ? byNode[to] : null;
        if (link == null) {
            throw new IllegalArgumentException("node " + node + " is not connected to node " + to);
        }
        return link;
    }

    @Override
    public boolean canRead(int other) {
        return link(other).readable;
    }

    @Override
    public void read(int other, long remoteAddress, long localAddress, long bytes) {
        ShmLink link = link(other);
        if (!link.readable) {
            throw new TransportException("memory of node " + other + " (process " + link.process.pid()
                    + ") can't be read: the kernel does not allow it");
        }
        try {
            link.process.read(remoteAddress, localAddress, bytes);
        } catch (SystemCallException e) {
            throw new TransportException("memory of node " + other + " (process " + link.process.pid() + ") can't be read: "
                    + e.getMessage(), e);
        }
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
        for (ShmLink link : links) {
            any |= link.poll(to);
        }
        if (ended || (++polls & CLOCK_MASK) == 0) {
            any |= check(to);
        }
        return any;
    }

    private boolean check(Receiver to) {
        long now = System.nanoTime();
        if (!ended && now - checked < CHECK_NANOSECONDS) {
            return false;
        }
        ended = false;
        checked = now;
        boolean any = false;
        for (ShmLink link : links) {
            if (!link.isGone() && !link.process.isAlive()) {
                link.ended(to);
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
            long deadline = System.nanoTime() + nanoseconds;
            boolean again = true;
            while (again) {
                again = sleep(deadline - System.nanoTime());
            }
        } finally {
            Memory.putIntVolatile(sleeping, 0);
            woken.set(false);
            awaiting.unlock();
        }
    }

    /** Whether nothing has happened and there is time left. */
    private boolean sleep(long nanoseconds) {
        if (closed.get()) {
            return false;
        }
        Memory.putIntVolatile(sleeping, 1);
        boolean work = false;
        for (ShmLink link : links) {
            if (link.hasArrived()) {
                return false;
            }
            work |= link.hasWork();
        }
        if (woken.get() || nanoseconds <= 0) {
            return false;
        }
        Futex.await(sleeping, 1, Math.min(nanoseconds, work ? RETRY_NANOSECONDS : CHECK_NANOSECONDS));
        if (work || Memory.getIntVolatile(sleeping) == 0) {
            return false;
        }
        for (ShmLink link : links) {
            if (!link.isGone() && !link.process.isAlive()) {
                ended = true;
                return false;
            }
        }
        return true;
    }

    @Override
    public void wakeUp() {
        woken.set(true);
        waking.lock();
        if (!unmapped && Memory.getInt(sleeping) != 0 && Memory.getAndSetInt(sleeping, 0) != 0) {
            Futex.wake(sleeping);
        }
        waking.unlock();
    }

    @Override
    public TransportCounters counters() {
        TransportCounters sum = TransportCounters.NONE;
        for (ShmLink link : links) {
            sum = sum.plus(link.counters());
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
            long deadline = System.nanoTime() + FLUSH_NANOSECONDS;
            Receiver nobody = new Nobody();
            for (ShmLink link : links) {
                link.dropIncoming();
            }
            exchange(deadline, ShmLink::hasOutgoing, nobody);
            exchange(System.nanoTime() + GOODBYE_NANOSECONDS, link -> !link.sender.send(ShmRecord.GOODBYE, 0, 0, 0, 0), nobody);
            for (ShmLink link : links) {
                link.end();
                link.free();
                link.process.close();
            }
            waking.lock();
            unmapped = true;
            memory.close();
            waking.unlock();
        } finally {
            polling.unlock();
        }
    }

    private interface Condition {
        boolean test(ShmLink link);
    }

    /** Polls as long as it is true for some links, dropping what arrives; never asks again for a link where it was not. */
    private void exchange(long deadline, Condition unfinished, Receiver to) {
        boolean[] finished = new boolean[links.length];
        boolean all = false;
        while (!all && System.nanoTime() - deadline < 0) {
            boolean any = poll(to) | check(to);
            all = true;
            for (int i = 0; i < links.length; i++) {
                finished[i] = finished[i] || links[i].isGone() || !unfinished.test(links[i]);
                all &= finished[i];
            }
            if (!all && !any) {
                LockSupport.parkNanos(PAUSE_NANOSECONDS);
            }
        }
    }
}
