package flotilla.launch;

import flotilla.memory.HostLibrary;
import flotilla.memory.NativeFunction;
import flotilla.node.Job;
import flotilla.node.JobSignals;
import flotilla.node.NetworkAddress;
import flotilla.node.StartProgress;
import flotilla.pmi.JobProof;
import flotilla.trap.Guest;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** One job with several nodes, from the start of their processes to the end of the last. */
public final class Launch {
    /** A JVM on a busy machine, behind a slow login. */
    private static final long START_SECONDS = 120;
    /** Longer than a node takes to pass on what its ranks have written. */
    private static final long END_SECONDS = 20;
    private static final long QUIET_MILLIS = 500;
    /** For a process that has lost its connection to end, and so to tell why. */
    private static final long REASON_MILLIS = 3000;
    private static final long REPORT_MILLIS = 1000;
    private static final int MOST_REFUSALS_TOLD = 5;
    /** What a shell adds to the number of the signal that has ended a process. */
    private static final int BY_SIGNAL = 128;
    private static final int LAST_SIGNAL = 64;
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;
    private static final NativeFunction KILL = NativeFunction.ofLibc("kill");
    private static final NativeFunction RAISE = NativeFunction.ofLibc("raise");

    private final LaunchOptions options;
    private final NodeProcess[] nodes;
    private final Forwarding[] forwardings;
    private final boolean[] joined;
    private final StartProgress progress;
    /** Whether a node has finalized, or has ended the job: then how its process ends says nothing new. */
    private final boolean[] accounted;
    private final AtomicInteger statuses = new AtomicInteger();
    private final AtomicInteger running;
    private final AtomicInteger refusals = new AtomicInteger();
    private final CompletableFuture<End> ends = new CompletableFuture<>();
    private PmiServer server;

    /**
     * @param status of the job
     * @param message for the user, or null
     * @param signal that this process ends by, or 0
     */
    private record End(int status, String message, int signal) {}

    private Launch(LaunchOptions options) {
        this.options = options;
        this.nodes = new NodeProcess[options.nodes()];
        this.forwardings = new Forwarding[2 * options.nodes()];
        this.joined = new boolean[options.nodes()];
        this.progress = StartProgress.of(options.nodes(), "nodes have joined the job", options.verbose());
        this.accounted = new boolean[options.nodes()];
        this.running = new AtomicInteger(options.nodes());
    }

    /**
     * Runs a job to its end.
     *
     * @param afterwards what is to be done when all nodes have ended, whatever has ended them
     * @return its exit status: those of its nodes, combined bit by bit, or that of what ended it
     * @throws LaunchException when it can't be started
     */
    public static int run(LaunchOptions options, Runnable afterwards) throws IOException, InterruptedException {
        return new Launch(options).run(afterwards);
    }

    private int run(Runnable afterwards) throws IOException, InterruptedException {
        HostLibrary.load(options.home().resolve("target/guest/libflotilla-host.so"));
        JobSignals signals = JobSignals.watchStops(this::signalled);
        String secret = JobProof.newSecret();
        InetAddress address = address();
        try (var listening = new PmiServer(address, nodes.length, secret, new Meeting())) {
            server = listening;
            start(address.getHostAddress() + ":" + listening.port(), secret);
            Thread.ofPlatform().daemon().name("start").start(this::awaitStart);
            End end = await();
            finish(end);
            afterwards.run();
            if (end.message != null) {
                System.err.println("flotilla: " + end.message);
            }
            if (end.signal != 0) {
                Guest.dieBy(end.signal);
            }
            signals.stop();
            return end.status;
        }
    }

    /** Where all nodes can reach this process: as the kernel would reach one of theirs. */
    private InetAddress address() throws IOException {
        for (String host : options.places()) {
            if (!host.equals(LaunchOptions.HERE)) {
                String name = host.substring(host.indexOf('@') + 1);
                try (var socket = new DatagramSocket()) {
                    // Nothing is sent: the kernel chooses a source address.
                    var remote = new InetSocketAddress(name, 9);
                    if (!remote.isUnresolved()) {
                        socket.connect(remote);
                        return socket.getLocalAddress();
                    }
                } catch (SocketException unreachable) {
                    // Then ssh may know the host by another name.
                }
                return NetworkAddress.own();
            }
        }
        return InetAddress.getLoopbackAddress();
    }

    private void start(String port, String secret) {
        var output = new Forwarding.Target(FileDescriptor.out, this::nobodyReads);
        var errors = new Forwarding.Target(FileDescriptor.err, () -> {});
        for (int node = 0; node < nodes.length; node++) {
            NodeProcess started;
            try {
                started = NodeProcess.start(options, node, port, secret);
            } catch (LaunchException e) {
                for (int i = 0; i < node; i++) {
                    nodes[i].kill();
                }
                throw e;
            }
            nodes[node] = started;
            if (options.verbose()) {
                System.err.println("flotilla: started " + describe(node));
            }
            forwardings[2 * node] = new Forwarding(started.process.getInputStream(), output, node == 0);
            forwardings[2 * node + 1] = new Forwarding(started.process.getErrorStream(), errors, false);
            Thread.ofPlatform().daemon().name("end of node " + node).start(() -> awaitProcess(started));
        }
    }

    /** A node that never says anything does not keep the others waiting for ever. */
    private void awaitStart() {
        try {
            for (int second = 0; second < START_SECONDS; second++) {
                TimeUnit.SECONDS.sleep(1);
                progress.look();
            }
        } catch (InterruptedException e) {
            return;
        }
        for (int node = 0; node < joined.length; node++) {
            if (!hasJoined(node)) {
                end(new End(1, describe(node) + " has not joined the job " + START_SECONDS + " s after its start", 0));
            }
        }
    }

    private synchronized boolean hasJoined(int node) {
        return joined[node];
    }

    private void awaitProcess(NodeProcess of) {
        int status;
        try {
            status = of.process.waitFor();
        } catch (InterruptedException e) {
            return;
        }
        int node = of.node;
        server.awaitLeft(node, REASON_MILLIS);
        boolean expected;
        synchronized (this) {
            expected = accounted[node];
        }
        if (!expected) {
            end(new End(status == 0 ? 1 : status, died(node, status), 0));
        }
        statuses.accumulateAndGet(status, (a, b) -> a | b);
        if (running.decrementAndGet() == 0) {
            end(new End(statuses.get(), null, 0));
        }
    }

    private String died(int node, int status) {
        if (!hasJoined(node)) {
            return options.isHere(node) ? describe(node) + " " + how(status) + " before it had joined the job"
                    : describe(node) + " has not joined the job: `" + options.remote() + " " + options.places().get(node) + " ...` "
                            + how(status)
                            + "; try that command by hand, it must work without a question, and find " + options.home() + " there";
        }
        return describe(node) + " " + how(status) + ", which ends the job";
    }

    private static String how(int status) {
        return status > BY_SIGNAL && status <= BY_SIGNAL + LAST_SIGNAL
                ? "was killed by signal " + (status - BY_SIGNAL) : "ended with status " + status;
    }

    /** A node, for people. */
    private String describe(int node) {
        PmiServer.Process process = server.process(node);
        if (process != null) {
            return "node " + node + " (" + process.host() + ", process " + process.number() + ")";
        }
        return "node " + node + " ("
                + (options.isHere(node) ? "process " + nodes[node].process.pid() : options.places().get(node)) + ")";
    }

    /** What nodes say. */
    private final class Meeting implements PmiServer.Listener {
        @Override
        public void joined(int node) {
            synchronized (Launch.this) {
                joined[node] = true;
            }
            progress.one();
        }

        @Override
        public void aborted(int node, int status) {
            synchronized (Launch.this) {
                accounted[node] = true;
            }
            end(new End(status, null, 0));
        }

        @Override
        public void left(int node, boolean finalized) {
            synchronized (Launch.this) {
                if (finalized || accounted[node]) {
                    accounted[node] = true;
                    return;
                }
            }
            if (!ends.isDone()) {
                // How its process has ended says more, if that is seen here.
                ends.completeOnTimeout(new End(1, describe(node) + " has closed its connection to the launcher, which ends the job", 0),
                        REASON_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void refused(String reason) {
            if (refusals.incrementAndGet() <= MOST_REFUSALS_TOLD) {
                System.err.println("flotilla: " + reason);
            }
        }
    }

    private void signalled(int signal) {
        switch (signal) {
            case JobSignals.SIGQUIT -> {
                if (server != null) {
                    server.report();
                }
            }
            case JobSignals.SIGTSTP -> stop();
            default -> end(new End(BY_SIGNAL + signal, "the job was ended by " + JobSignals.describe(signal), signal));
        }
    }

    /** Stops the nodes here and this process, as a terminal's Ctrl-Z does all at once, until this process is continued. */
    private void stop() {
        signalNodes(JobSignals.SIGTSTP);
        // To this very thread: it does not go on before all have stopped.
        RAISE.call(SIGSTOP);
        signalNodes(SIGCONT);
    }

    private void signalNodes(int signal) {
        for (NodeProcess node : nodes) {
            if (node != null && node.isAlive()) {
                KILL.call(node.process.pid(), signal);
            }
        }
    }

    /** As when a rank of a single node writes to a pipe that nobody reads. */
    private void nobodyReads() {
        end(new End(BY_SIGNAL + JobSignals.SIGPIPE, null, JobSignals.SIGPIPE));
    }

    /** The first reason counts. */
    private void end(End end) {
        ends.complete(end);
    }

    private End await() throws InterruptedException {
        try {
            return options.timeout() == null ? ends.join() : ends.get(options.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            server.report();
            Thread.sleep(REPORT_MILLIS);
            end(new End(Job.TIMED_OUT, "the job was ended after " + options.timeout().toMillis() / 1000.0 + " s (--timeout)", 0));
            return ends.join();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends what still runs: nodes pass on what their ranks have written, and then are killed if they are still there. */
    private void finish(End end) throws InterruptedException {
        if (running.get() > 0) {
            server.end(end.status);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
            for (int node = 0; node < nodes.length; node++) {
                // Who has not joined can't be told.
                long left = hasJoined(node) ? until - System.nanoTime() : 0;
                if (!nodes[node].process.waitFor(Math.max(0, left), TimeUnit.NANOSECONDS)) {
                    nodes[node].kill();
                }
            }
        }
        for (Forwarding forwarding : forwardings) {
            forwarding.awaitEnd(QUIET_MILLIS);
        }
    }
}
