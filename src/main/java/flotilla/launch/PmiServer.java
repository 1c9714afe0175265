package flotilla.launch;

import flotilla.pmi.JobProof;
import flotilla.pmi.PmiException;
import flotilla.pmi.PmiMessage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The process manager of one job: a store of keys and values, and a barrier, for nodes that show that they know the job's
 * secret. What is said by who does not know it is forgotten with its connection.
 */
final class PmiServer implements AutoCloseable {
    /** What the owner of a server is told, on the thread of the node's connection. */
    interface Listener {
        /** The node is there. */
        void joined(int node);

        /** The node has ended the job. */
        void aborted(int node, int status);

        /** The connection of a node that has joined is at its end. {@code finalized}: as it should be. */
        void left(int node, boolean finalized);

        /** Someone has connected who is no node of this job. */
        void refused(String reason);
    }

    private static final String STORE = "flotilla";
    private static final int MOST_VALUE = 32768;
    private static final int MOST_KEY = 64;
    /** For a line of who has not shown yet that it is a node. */
    private static final int SHORT_LINE = 512;
    private static final int STRANGERS = 64;
    private static final int STRANGERS_MILLIS = 10_000;
    private static final int STACK = 256 * 1024;

    private final ServerSocket server;
    private final JobProof proof;
    private final Listener listener;
    private final Connection[] connections;
    private final CountDownLatch[] left;
    private final Map<String, String> store = new ConcurrentHashMap<>();
    /** Connections that may be open before they have shown that they are nodes. */
    private final Semaphore strangers = new Semaphore(STRANGERS);
    private int inBarrier;

    /**
     * @param address to listen on
     * @param nodes   of the job
     * @param secret  of the job
     */
    PmiServer(InetAddress address, int nodes, String secret, Listener listener) throws IOException {
        this.server = new ServerSocket(0, Math.max(50, nodes), address);
        this.proof = new JobProof(secret);
        this.listener = listener;
        this.connections = new Connection[nodes];
        this.left = new CountDownLatch[nodes];
        for (int node = 0; node < nodes; node++) {
            left[node] = new CountDownLatch(1);
        }
        Thread.ofPlatform().daemon().name("nodes").stackSize(STACK).start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                if (strangers.tryAcquire()) {
                    Thread.ofPlatform().daemon().name("a node").stackSize(STACK).start(() -> serve(socket));
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void serve(Socket socket) {
        Connection connection;
        try {
            connection = admitted(socket);
        } catch (IOException | PmiException e) {
            listener.refused("a connection from " + socket.getRemoteSocketAddress() + " is refused: " + e.getMessage());
            connection = null;
        } finally {
            strangers.release();
        }
        if (connection == null) {
            close(socket);
            return;
        }
        listener.joined(connection.node);
        boolean finalized = false;
        try {
            finalized = connection.converse();
        } catch (IOException | PmiException e) {
            // The node is lost.
        }
        close(socket);
        listener.left(connection.node, finalized);
        left[connection.node].countDown();
    }

    /** Lets a node prove that it is one. */
    private Connection admitted(Socket socket) throws IOException {
        socket.setSoTimeout(STRANGERS_MILLIS);
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        InputStream input = new BufferedInputStream(socket.getInputStream());
        int node = next(input, "initack").number("pmiid");
        String nonce = JobProof.nonce();
        socket.getOutputStream().write(PmiMessage.of("challenge", "nonce", nonce).bytes());
        PmiMessage answer = next(input, "proof");
        String question = answer.value("nonce");
        if (!proof.accepts("node " + node, nonce, answer.value("answer")) || question == null) {
            throw new PmiException("it does not know the secret of this job");
        }
        if (node >= connections.length) {
            throw new PmiException("there is no node " + node);
        }
        var connection = new Connection(node, socket, input, new Process(answer.value("host"), answer.number("process")));
        synchronized (this) {
            if (connections[node] != null) {
                throw new PmiException("node " + node + " is there already");
            }
            connections[node] = connection;
        }
        socket.setSoTimeout(0);
        connection.send(PmiMessage.of("initack", "rc", 0, "answer", proof.answer("launcher", question)));
        connection.send(PmiMessage.of("set", "size", connections.length));
        connection.send(PmiMessage.of("set", "rank", node));
        connection.send(PmiMessage.of("set", "debug", 0));
        return connection;
    }

    private static PmiMessage next(InputStream input, String command) throws IOException {
        PmiMessage message = PmiMessage.read(input, SHORT_LINE);
        if (message == null || !message.command().equals(command)) {
            throw new PmiException("it does not speak as a node of a job does");
        }
        return message;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone anyhow.
        }
    }

    /** Where a node says that it runs. */
    record Process(String host, long number) {}

    /** The process of a node that has joined, or null. */
    synchronized Process process(int node) {
        return connections[node] == null ? null : connections[node].process;
    }

    /** Waits until all that a node had to say has been dealt with. Answers at once for one that has never joined. */
    void awaitLeft(int node, long millis) {
        try {
            if (process(node) != null) {
                left[node].await(millis, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tells all nodes to end with this status. */
    void end(int status) {
        tell(PmiMessage.of("flotilla_end", "status", status));
    }

    /** Has all nodes say what their ranks do. */
    void report() {
        tell(PmiMessage.of("flotilla_report"));
    }

    private void tell(PmiMessage message) {
        for (int node = 0; node < connections.length; node++) {
            Connection connection;
            synchronized (this) {
                connection = connections[node];
            }
            if (connection != null) {
                try {
                    connection.send(message);
                } catch (IOException gone) {
                    // It has ended already.
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // The process ends, and the socket with it.
        }
    }

    /** A node that has shown that it is one. */
    private final class Connection {
        final int node;
        final Process process;
        private final Socket socket;
        private final InputStream input;

        Connection(int node, Socket socket, InputStream input, Process process) {
            this.node = node;
            this.socket = socket;
            this.input = input;
            this.process = process;
        }

        synchronized void send(PmiMessage message) throws IOException {
            socket.getOutputStream().write(message.bytes());
        }

        /** Answers until the connection ends; whether the node has said that it is done. */
        boolean converse() throws IOException {
            for (PmiMessage message = PmiMessage.read(input, PmiMessage.LONGEST); message != null;
                    message = PmiMessage.read(input, PmiMessage.LONGEST)) {
                switch (message.command()) {
                    case "init" -> send(PmiMessage.of("response_to_init", "pmi_version", 1, "pmi_subversion", 1, "rc", 0));
                    case "get_maxes" -> send(PmiMessage.of("maxes", "kvsname_max", 256, "keylen_max", MOST_KEY, "vallen_max", MOST_VALUE));
                    case "get_appnum" -> send(PmiMessage.of("appnum", "appnum", 0));
                    case "get_my_kvsname" -> send(PmiMessage.of("my_kvsname", "kvsname", STORE));
                    case "put" -> put(message);
                    case "get" -> get(message);
                    case "barrier_in" -> enterBarrier();
                    case "abort" -> listener.aborted(node, message.number("exitcode") & 0xff);
                    case "finalize" -> {
                        send(PmiMessage.of("finalize_ack"));
                        return true;
                    }
                    default -> throw new PmiException("node " + node + " asks for " + message.command());
                }
            }
            return false;
        }

        private void put(PmiMessage message) throws IOException {
            String key = message.value("key");
            String value = message.value("value");
            if (key == null || value == null || key.length() >= MOST_KEY || value.length() >= MOST_VALUE) {
                throw new PmiException("node " + node + " stores what is no key or value");
            }
            boolean isNew = store.putIfAbsent(key, value) == null;
            send(PmiMessage.of("put_result", "rc", isNew ? 0 : -1, "msg", isNew ? "success" : "duplicate_key"));
        }

        private void get(PmiMessage message) throws IOException {
            String value = message.value("key") == null ? null : store.get(message.value("key"));
            send(value != null ? PmiMessage.of("get_result", "rc", 0, "msg", "success", "value", value)
                    : PmiMessage.of("get_result", "rc", -1, "msg", "key_not_found", "value", "unknown"));
        }

        private void enterBarrier() {
            synchronized (PmiServer.this) {
                inBarrier++;
                if (inBarrier < connections.length) {
                    return;
                }
                inBarrier = 0;
            }
            tell(PmiMessage.of("barrier_out"));
        }
    }
}
