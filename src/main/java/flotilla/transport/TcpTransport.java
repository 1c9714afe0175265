package flotilla.transport;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One TCP connection for each pair of nodes, in Java NIO. */
final class TcpTransport implements Transport {
    static final int MAX_FRAME = (16 << 10) + 512;

    /** So many connections are read without asking first which has something, as that costs a system call, too. */
    private static final int FEW = 4;
    /** How long {@link #close} tries to send what was accepted. */
    private static final long FLUSH_NANOSECONDS = TimeUnit.SECONDS.toNanos(5);
    /** How long it waits for the other nodes to hear the goodbye. */
    private static final long GOODBYE_NANOSECONDS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOSECONDS = 200_000;

    private static final Receiver NOBODY = new Nobody();

    private final int node;
    private final TcpConnection[] byNode;
    private final TcpConnection[] connections;
    private final Receiver receiver;
    private final SpinLock polling = new SpinLock();
    /** For {@link #poll}; null with few connections. */
    private final Selector arrived;
    private final Consumer<SelectionKey> receive = this::receive;
    private boolean progress;
    /** For {@link #await}. */
    private final Selector sleep;
    private final SelectionKey[] sleepKeys;
    private volatile boolean sleeping;
    private final AtomicBoolean closed = new AtomicBoolean();

    TcpTransport(int node, int nodes, List<TcpHandshake> handshakes, Receiver receiver) throws IOException {
        this.node = node;
        this.receiver = receiver;
        byNode = new TcpConnection[nodes];
        connections = handshakes.stream().map(TcpConnection::new).toArray(TcpConnection[]::new);
        sleep = Selector.open();
        arrived = connections.length > FEW ? Selector.open() : null;
        sleepKeys = new SelectionKey[connections.length];
        for (int i = 0; i < connections.length; i++) {
            TcpConnection connection = connections[i];
            byNode[connection.node] = connection;
            sleepKeys[i] = connection.channel.register(sleep, SelectionKey.OP_READ);
            if (arrived != null) {
                connection.channel.register(arrived, SelectionKey.OP_READ, connection);
            }
        }
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
        TcpSender sender = connection(to).sender;
        Checks.frame(headerBytes, payloadBytes, MAX_FRAME);
        boolean taken = sender.send(header, headerBytes, payload, payloadBytes);
        wakeForBacklog(sender);
        return taken;
    }

    @Override
    public void sendBulk(int to, long key, long address, long bytes, Runnable done) {
        TcpSender sender = connection(to).sender;
        Checks.bulk(bytes);
        sender.sendBulk(new Bulk(key, address, bytes, done));
        wakeForBacklog(sender);
    }

    /** Who sleeps must write on what could not be written. */
    private void wakeForBacklog(TcpSender sender) {
        if (sleeping && sender.hasBacklog()) {
            sleep.wakeup();
        }
    }

    private TcpConnection connection(int to) {
        TcpConnection connection = to >= 0 && to < byNode.length ? byNode[to] : null;
        if (connection == null) {
            throw new IllegalArgumentException("node " + node + " is not connected to node " + to);
        }
        return connection;
    }

    @Override
    public boolean canRead(int other) {
        return false;
    }

    @Override
    public void read(int other, long remoteAddress, long localAddress, long bytes) {
        throw new TransportException("memory of node " + other + " can't be read: its transport is tcp");
    }

    @Override
    public boolean poll() {
        if (!polling.tryLock()) {
            return false;
        }
        try {
            if (closed.get()) {
                return false;
            }
            progress = false;
            if (arrived == null) {
                for (TcpConnection connection : connections) {
                    progress |= connection.receive(receiver);
                }
            } else {
                arrived.selectNow(receive);
            }
            for (TcpConnection connection : connections) {
                if (connection.sender.hasBacklog()) {
                    progress |= connection.sender.flush(true);
                }
                if (connection.sender.broken() != null) {
                    progress |= connection.receive(receiver);
                }
            }
            return progress;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            polling.unlock();
        }
    }

    private void receive(SelectionKey key) {
        progress |= ((TcpConnection) key.attachment()).receive(receiver);
    }

    @Override
    public void await(long nanoseconds) {
        sleeping = true;
        try {
            if (closed.get()) {
                return;
            }
            for (int i = 0; i < connections.length; i++) {
                if (sleepKeys[i].isValid()) {
                    TcpSender sender = connections[i].sender;
                    sleepKeys[i].interestOps(SelectionKey.OP_READ
                            | (sender.hasBacklog() ? SelectionKey.OP_WRITE : 0));
                }
            }
            // 0 would be for ever.
            sleep.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanoseconds)));
            sleep.selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException e) {
            // The transport, or a connection, is being closed.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            sleeping = false;
        }
    }

    @Override
    public void wakeUp() {
        try {
            sleep.wakeup();
        } catch (ClosedSelectorException e) {
            // Nobody sleeps any more.
        }
    }

    @Override
    public TransportCounters counters() {
        TransportCounters sum = TransportCounters.NONE;
        for (TcpConnection connection : connections) {
            sum = sum.plus(Traffic.counters(connection.sender.sent, connection.receiver.received));
        }
        return sum;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        polling.lock();
        try {
            for (TcpConnection connection : connections) {
                connection.receiver.dropBulk();
            }
            exchangeUntil(System.nanoTime() + FLUSH_NANOSECONDS, connection -> !connection.sender.hasBacklog());
            for (TcpConnection connection : connections) {
                connection.sender.close();
            }
            exchangeUntil(System.nanoTime() + GOODBYE_NANOSECONDS, TcpConnection::isGone);
            for (TcpConnection connection : connections) {
                connection.close();
                connection.sender.breakOff("this node has closed its transport");
                connection.sender.flush(true);
            }
            sleep.close();
            if (arrived != null) {
                arrived.close();
            }
            for (TcpConnection connection : connections) {
                connection.sender.free();
                connection.receiver.free();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            polling.unlock();
        }
    }

    /** Sends what waits and drops what arrives, so that no two nodes wait for each other to take something. */
    private void exchangeUntil(long deadline, Predicate<TcpConnection> ready) {
        boolean all = false;
        while (!all && System.nanoTime() - deadline < 0) {
            all = true;
            boolean any = false;
            for (TcpConnection connection : connections) {
                any |= connection.receive(NOBODY);
                any |= connection.sender.hasBacklog() && connection.sender.flush(true);
                all &= connection.isGone() || ready.test(connection);
            }
            if (!all && !any) {
                LockSupport.parkNanos(PAUSE_NANOSECONDS);
            }
        }
    }
}
