package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A receive posted and found by its message, or a message kept and found by its receive, among others that wait. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class MatchQueuesBenchmark {
    private static final int CONTEXT = 7;
    private static final int SOURCES = 8;

    /** How many others wait. */
    @Param({"0", "64", "1000"})
    public int depth;

    private final MatchQueues posted = new MatchQueues();
    private final MatchQueues unexpected = new MatchQueues();
    private ReceiveRequest[] receives;
    private Message[] messages;
    private ReceiveRequest wildcard;
    private Message wanted;
    private int turn;

    private static ReceiveRequest receive(int source, int tag) {
        var receive = new ReceiveRequest();
        receive.context = CONTEXT;
        receive.fromSource = source;
        receive.withTag = tag;
        return receive;
    }

    private static Message message(int source, int tag) {
        var message = new Message(0, 0);
        message.context = CONTEXT;
        message.source = source;
        message.tag = tag;
        return message;
    }

    @Setup
    public void fill() {
        receives = new ReceiveRequest[depth + 1];
        messages = new Message[depth + 1];
        for (int i = 0; i <= depth; i++) {
            receives[i] = receive(i % SOURCES, i);
            messages[i] = message(i % SOURCES, i);
            posted.post(receives[i]);
            unexpected.keep(messages[i]);
        }
        wildcard = receive(StandardAbi.ANY_SOURCE, depth + 1);
        wanted = message(SOURCES, depth + 1);
    }

    private int next() {
        turn = turn == depth ? 0 : turn + 1;
        return turn;
    }

    private ReceiveRequest take(Message message) {
        return posted.takePosted(message.context, message.source, message.tag);
    }

    /** Messages come in the order in which receives were posted. */
    @Benchmark
    public ReceiveRequest receiveInOrder() {
        ReceiveRequest found = take(messages[next()]);
        posted.post(found);
        return found;
    }

    /** The receive that was posted last is found first. */
    @Benchmark
    public ReceiveRequest receiveLastPosted() {
        ReceiveRequest found = take(messages[depth]);
        posted.post(found);
        return found;
    }

    /** MPI_ANY_SOURCE, behind receives that a message might be for. */
    @Benchmark
    public ReceiveRequest receiveFromAnySource() {
        posted.post(wildcard);
        return take(wanted);
    }

    @Benchmark
    public Message unexpectedInOrder() {
        ReceiveRequest receive = receives[next()];
        Message found = unexpected.find(receive.context, receive.fromSource, receive.withTag);
        unexpected.remove(found);
        unexpected.keep(found);
        return found;
    }
}
