package flotilla.transport;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Shared memory to some nodes and TCP to others. Who waits does so for shared memory; meanwhile a thread waits for TCP, and
 * wakes it.
 */
final class AutoTransport implements Transport {
    /** TCP is asked no more often, as that takes a system call, for which shared memory should not wait. */
    private static final long TCP_NANOSECONDS = TimeUnit.MICROSECONDS.toNanos(5);
    private static final long DOORMAN_NANOSECONDS = TimeUnit.SECONDS.toNanos(1);

    private final ShmTransport shm;
    private final TcpTransport tcp;
    private final BitSet near;
    private final SpinLock polling = new SpinLock();
    private long tcpPolled;

    private final Thread doorman;
    /** Whether somebody waits who is to be woken. */
    private volatile boolean awaited;
    private volatile boolean idle;
    private volatile boolean closed;

    AutoTransport(ShmTransport shm, TcpTransport tcp) {
        this.shm = shm;
        this.tcp = tcp;
        this.near = shm.linked();
        this.doorman = Thread.ofPlatform().daemon().name("flotilla-tcp").start(this::watch);
    }

    private void watch() {
        while (!closed) {
            idle = true;
            while (!awaited && !closed) {
                LockSupport.park(this);
            }
            idle = false;
            tcp.await(DOORMAN_NANOSECONDS);
            if (awaited) {
                // In this order: who comes to wait in between is woken for nothing, but nobody is forgotten.
                awaited = false;
                shm.wakeUp();
            }
        }
    }

    private Transport to(int node) {
        return node >= 0 && near.get(node) ? shm : tcp;
    }

    @Override
    public int node() {
        return shm.node();
    }

    @Override
    public int nodes() {
        return shm.nodes();
    }

    @Override
    public int maxFrame() {
        return Math.min(shm.maxFrame(), tcp.maxFrame());
    }

    @Override
    public boolean send(int node, long header, int headerBytes, long payload, int payloadBytes) {
        return to(node).send(node, header, headerBytes, payload, payloadBytes);
    }

    @Override
    public void sendBulk(int node, long key, long address, long bytes, Runnable done) {
        to(node).sendBulk(node, key, address, bytes, done);
    }

    @Override
    public boolean canRead(int node) {
        return to(node).canRead(node);
    }

    @Override
    public void read(int node, long remoteAddress, long localAddress, long bytes) {
        to(node).read(node, remoteAddress, localAddress, bytes);
    }

    @Override
    public boolean poll() {
        // The receiver must not be called by two threads, as it would be if one polled each.
        if (!polling.tryLock()) {
            return false;
        }
        try {
            boolean any = shm.poll();
            long now = System.nanoTime();
            if (now - tcpPolled >= TCP_NANOSECONDS) {
                any |= tcp.poll();
                tcpPolled = now;
            }
            return any;
        } finally {
            polling.unlock();
        }
    }

    @Override
    public void await(long nanoseconds) {
        awaited = true;
        if (idle) {
            LockSupport.unpark(doorman);
        }
        shm.await(nanoseconds);
        awaited = false;
    }

    @Override
    public void wakeUp() {
        shm.wakeUp();
    }

    @Override
    public TransportCounters counters() {
        return shm.counters().plus(tcp.counters());
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(doorman);
        tcp.wakeUp();
        shm.close();
        tcp.close();
        boolean interrupted = false;
        while (doorman.isAlive()) {
            try {
                doorman.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
