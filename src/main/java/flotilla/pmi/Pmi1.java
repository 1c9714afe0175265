package flotilla.pmi;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * PMI-1's wire protocol, a client's side: as MPICH's {@code simple_pmi.c} speaks it with Hydra. Our launcher speaks it too,
 * with two additions: it proves that it knows the secret of the job, and wants the same of the node, while the connection is
 * made; and it may send {@code flotilla_end} and {@code flotilla_report} at any time.
 */
final class Pmi1 implements ProcessManager {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SUCCESS = "0";

    private final PmiConnection<PmiMessage> connection;
    private final InetAddress address;
    private volatile Listener listener;
    private int node;
    private int nodes;
    private String store;
    private int room;

    /**
     * Over a connection that the process manager knows to be ours, or is told so by {@link #introduce}.
     *
     * @param address of this end of the connection; null when it has none
     */
    Pmi1(InputStream input, OutputStream output, AutoCloseable socket, InetAddress address, int node, int nodes) {
        this.address = address;
        this.connection = new PmiConnection<>(input, output, socket, PmiMessage::read, this::unasked);
        this.node = node;
        this.nodes = nodes;
    }

    /**
     * Tells a server that serves many on one port who we are (MPICH's PMI_PORT way).
     *
     * @param proof null when the server need not know a secret
     */
    void introduce(int id, JobProof proof, String host, long process) {
        send(PmiMessage.of("initack", "pmiid", id));
        PmiMessage answer = connection.receive(PATIENCE);
        if (proof != null) {
            if (!answer.command().equals("challenge")) {
                throw new PmiException("who listens on PMI_PORT is not the launcher of this job: it asks for no proof of the secret");
            }
            String nonce = JobProof.nonce();
            send(PmiMessage.of("proof", "answer", proof.answer("node " + id, Objects.toString(answer.value("nonce"))), "nonce", nonce,
                    "host", host, "process", process));
            answer = connection.receive(PATIENCE);
            if (!proof.accepts("launcher", nonce, answer.value("answer"))) {
                throw new PmiException("the launcher of this job does not accept this node, or does not know the secret of the job either"
                        + " (FLOTILLA_JOB_SECRET)");
            }
        }
        if (!answer.command().equals("initack")) {
            throw unexpected("initack", answer);
        }
        nodes = expect("set").number("size");
        node = expect("set").number("rank");
        expect("set"); // whether to debug
    }

    /** The first conversation. Before anything else. */
    void begin() {
        checked(ask(PmiMessage.of("init", "pmi_version", 1, "pmi_subversion", 1), "response_to_init"));
        room = ask(PmiMessage.of("get_maxes"), "maxes").number("vallen_max") - 1;
        ask(PmiMessage.of("get_appnum"), "appnum");
        store = ask(PmiMessage.of("get_my_kvsname"), "my_kvsname").value("kvsname");
        if (store == null || node < 0 || node >= nodes) {
            throw new PmiException("the process manager does not say which node this is: PMI_RANK=" + node + ", PMI_SIZE=" + nodes);
        }
    }

    private Boolean unasked(PmiMessage message) {
        Listener told = listener;
        switch (message.command()) {
            case "flotilla_end" -> {
                if (told != null) {
                    connection.leave();
                    Thread.ofPlatform().daemon().name("end by the launcher").start(() -> told.end(message.number("status")));
                }
                return true;
            }
            case "flotilla_report" -> {
                if (told != null) {
                    told.report();
                }
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private void send(PmiMessage message) {
        connection.send(message.bytes());
    }

    private PmiMessage ask(PmiMessage question, String answer) {
        send(question);
        return expect(answer);
    }

    private PmiMessage expect(String command) {
        PmiMessage message = connection.receive(PATIENCE);
        if (!message.command().equals(command)) {
            throw unexpected(command, message);
        }
        return message;
    }

    private static PmiException unexpected(String wanted, PmiMessage message) {
        return new PmiException("the process manager should have answered " + wanted + " and answered: "
                + PmiMessage.shortened(new String(message.bytes(), java.nio.charset.StandardCharsets.US_ASCII).strip()));
    }

    private static PmiMessage checked(PmiMessage answer) {
        if (!SUCCESS.equals(answer.value("rc"))) {
            throw new PmiException("the process manager refuses: " + PmiMessage.shortened(answer.toString()));
        }
        return answer;
    }

    @Override
    public int node() {
        return node;
    }

    @Override
    public int nodes() {
        return nodes;
    }

    @Override
    public InetAddress address() {
        return address;
    }

    @Override
    public void put(String key, String value) {
        int i = 0;
        for (String piece : Pieces.cut(value, room)) {
            checked(ask(PmiMessage.of("put", "kvsname", store, "key", Pieces.key(key, node, i++), "value", piece), "put_result"));
        }
    }

    @Override
    public String get(int from, String key) {
        return Pieces.join(key, from, piece -> {
            PmiMessage answer = ask(PmiMessage.of("get", "kvsname", store, "key", piece), "get_result");
            return SUCCESS.equals(answer.value("rc")) ? answer.value("value") : null;
        });
    }

    @Override
    public void barrier() {
        send(PmiMessage.of("barrier_in"));
        PmiMessage answer = connection.receive(null);
        if (!answer.command().equals("barrier_out")) {
            throw unexpected("barrier_out", answer);
        }
    }

    @Override
    public void abort(int status, String message) {
        connection.leave();
        try {
            send(PmiMessage.of("abort", "exitcode", status));
        } catch (PmiException gone) {
            // Then the job has been ended already.
        }
    }

    @Override
    public void listen(Listener told) {
        listener = told;
        connection.whenLost(told::lost);
    }

    @Override
    public void close() {
        connection.leave();
        try {
            ask(PmiMessage.of("finalize"), "finalize_ack");
        } catch (PmiException gone) {
            // It does not need to know any more.
        }
        connection.close();
    }
}
