package flotilla.pmi;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;

/**
 * PMI-2's wire protocol, a client's side: as MPICH's {@code simple2pmi.c} speaks it with Slurm and Hydra. It begins as PMI-1
 * does, with the version that is wanted. There is no status in an abort: the job has whatever the process manager gives it.
 */
final class Pmi2 implements ProcessManager {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SUCCESS = "0";
    /** PMI2_MAX_VALLEN of pmi2.h, less the end of the string. */
    private static final int ROOM = 1023;

    private final PmiConnection<Pmi2Message> connection;
    private final int node;
    private final int nodes;
    private final String job;

    /**
     * Joins over a connection that the process manager knows to be ours.
     *
     * @param job PMI_JOBID, or null when the process manager has not set it
     */
    static Pmi2 join(InputStream input, OutputStream output, AutoCloseable socket, int node, String job) {
        var buffered = new BufferedInputStream(input);
        try {
            output.write(PmiMessage.of("init", "pmi_version", 2, "pmi_subversion", 0).bytes());
            output.flush();
            PmiMessage answer = PmiMessage.read(buffered);
            if (answer == null || !answer.command().equals("response_to_init") || !SUCCESS.equals(answer.value("rc"))) {
                throw new PmiException("the process manager does not offer PMI-2");
            }
        } catch (IOException e) {
            throw new PmiException("the connection to the process manager is gone: " + e.getMessage(), e);
        }
        return new Pmi2(buffered, output, socket, node, job);
    }

    private Pmi2(InputStream input, OutputStream output, AutoCloseable socket, int rank, String job) {
        this.connection = new PmiConnection<>(input, output, socket, Pmi2Message::read, unasked -> false);
        Pmi2Message full = job == null ? ask(Pmi2Message.of("fullinit", "pmirank", rank, "threaded", "FALSE"))
                : ask(Pmi2Message.of("fullinit", "pmijobid", job, "pmirank", rank, "threaded", "FALSE"));
        this.node = full.number("rank");
        this.nodes = full.number("size");
        if (node >= nodes) {
            throw new PmiException("the process manager does not say which node this is: rank " + node + ", size " + nodes);
        }
        this.job = job != null ? job : ask(Pmi2Message.of("job-getid")).value("jobid");
    }

    private Pmi2Message ask(Pmi2Message question) {
        return ask(question, PATIENCE);
    }

    private Pmi2Message ask(Pmi2Message question, Duration patience) {
        connection.send(question.bytes());
        Pmi2Message answer = connection.receive(patience);
        if (!answer.command().equals(question.command() + "-response")) {
            throw new PmiException("the process manager should have answered " + question.command() + " and answered "
                    + PmiMessage.printable(answer.command()));
        }
        if (answer.value("rc") != null && !SUCCESS.equals(answer.value("rc")) && !question.command().equals("kvs-get")) {
            throw new PmiException("the process manager refuses " + question.command() + ": "
                    + PmiMessage.printable(answer.values().toString()));
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
        return null;
    }

    @Override
    public void put(String key, String value) {
        int i = 0;
        for (String piece : Pieces.cut(value, ROOM)) {
            ask(Pmi2Message.of("kvs-put", "key", Pieces.key(key, node, i++), "value", piece));
        }
    }

    @Override
    public String get(int from, String key) {
        return Pieces.join(key, from, piece -> {
            Pmi2Message answer = ask(job == null ? Pmi2Message.of("kvs-get", "srcid", -1, "key", piece)
                    : Pmi2Message.of("kvs-get", "jobid", job, "srcid", -1, "key", piece));
            // Slurm says found, Hydra says flag.
            String found = answer.value("found") != null ? answer.value("found") : answer.value("flag");
            return "TRUE".equals(found) ? answer.value("value") : null;
        });
    }

    @Override
    public void barrier() {
        ask(Pmi2Message.of("kvs-fence"), null);
    }

    @Override
    public void abort(int status, String message) {
        connection.leave();
        try {
            connection.send(Pmi2Message.of("abort", "isworld", "TRUE", "msg", "exit status " + status + ": " + message).bytes());
        } catch (PmiException gone) {
            // Then the job has been ended already.
        }
    }

    @Override
    public void listen(Listener told) {
        connection.whenLost(told::lost);
    }

    @Override
    public void close() {
        connection.leave();
        try {
            ask(Pmi2Message.of("finalize"));
        } catch (PmiException gone) {
            // It does not need to know any more.
        }
        connection.close();
    }
}
