package flotilla.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** The nodes of a job in one process, each polled by a thread of its own once {@link #run} is called. */
final class Cluster implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    final List<Transport> nodes;
    final List<String> log;
    private final List<Thread> pollers = new ArrayList<>();
    private volatile boolean stopped;
    private volatile Throwable failure;

    Cluster(List<Transport> nodes, List<String> log) {
        this.nodes = nodes;
        this.log = log;
    }

    static TransportOptions options(List<String> log) {
        return TransportOptions.local(log::add);
    }

    static Cluster start(String name, int count, IntFunction<Receiver> receivers) {
        List<String> log = new CopyOnWriteArrayList<>();
        JobSecret secret = JobSecret.random();
        List<TransportStart> starts = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            starts.add(Transports.start(name, secret, node, count, options(log)));
        }
        return new Cluster(connect(starts, starts.stream().map(TransportStart::card).toList(), receivers), log);
    }

    static List<Transport> connect(List<TransportStart> starts, List<String> cards, IntFunction<Receiver> receivers) {
        return connectEach(starts, node -> cards, receivers);
    }

    /** With other cards for each. */
    static List<Transport> connectEach(List<TransportStart> starts, IntFunction<List<String>> cards,
            IntFunction<Receiver> receivers) {
        List<CompletableFuture<Transport>> connecting = new ArrayList<>();
        for (int node = 0; node < starts.size(); node++) {
            TransportStart start = starts.get(node);
            Receiver receiver = receivers.apply(node);
            List<String> seen = cards.apply(node);
            connecting.add(CompletableFuture.supplyAsync(() -> start.connect(seen, receiver),
                    task -> Thread.ofPlatform().start(task)));
        }
        return connecting.stream().map(Cluster::join).toList();
    }

    private static Transport join(CompletableFuture<Transport> connecting) {
        try {
            return connecting.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Cluster run() {
        nodes.forEach(this::run);
        return this;
    }

    void run(Transport node) {
        pollers.add(Thread.ofPlatform().start(() -> {
            try {
                while (!stopped) {
                    if (!node.poll()) {
                        node.await(TimeUnit.MILLISECONDS.toNanos(500));
                    }
                }
            } catch (Throwable e) {
                failure = e;
            }
        }));
    }

    /** Waits until something has become true; fails after a time that is only met when it never does. */
    void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            check();
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("has not come true; " + log + " " + nodes.stream().map(Transport::counters).toList());
            }
            pause();
        }
    }

    static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void check() {
        if (failure != null) {
            throw new AssertionError(failure);
        }
    }

    void stopPolling() {
        stopped = true;
        nodes.forEach(Transport::wakeUp);
        for (Thread poller : pollers) {
            try {
                poller.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        check();
    }

    @Override
    public void close() {
        stopPolling();
        closeAll(nodes);
    }

    /** At the same time, as each waits for the others to hear of it. */
    static void closeAll(List<Transport> nodes) {
        List<Thread> closers = nodes.stream().map(node -> Thread.ofPlatform().start(node::close)).toList();
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
