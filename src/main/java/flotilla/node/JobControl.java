package flotilla.node;

import flotilla.memory.Memory;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.p2p.Network;
import flotilla.schedule.Schedule;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the nodes of a job tell each other about its course: that ranks have ended, that all have, and whether it stands
 * still. Node 0 knows how many ranks have ended and finds deadlocks: when all nodes are quiet and as many frames have
 * arrived as were sent, and a second look at all finds nothing changed, nothing can happen any more (Mattern's four counters;
 * "Algorithms for distributed termination detection", Distributed Computing 2, 1987).
 */
final class JobControl {
    /** What the owner, the job, is told. On this object's thread. */
    interface Listener {
        /** All ranks of all nodes have ended. */
        void finished();

        /**
         * Nothing can happen any more.
         *
         * @param blocked ranks, of all nodes
         * @param waiting what they wait for
         */
        void deadlocked(int blocked, String waiting);

        /** A node is gone without having said so. */
        void lost(int node, String reason);
    }

    static final int KIND = Network.CONTROL_KIND;
    private static final int ENDED = 1;
    private static final int FINISHED = 2;
    private static final int QUIET = 3;
    private static final int BUSY = 4;
    private static final int ASK = 5;
    private static final int REPORT = 6;
    private static final int WAITING = 7;

    // Behind the kind: what it is, the node that it is from, a number; two counters; text.
    private static final int WHAT = 4;
    private static final int NODE = 8;
    private static final int NUMBER = 12;
    private static final int SENT = 16;
    private static final int RECEIVED = 24;
    private static final int TEXT = 32;
    private static final int MOST_TEXT = 12 << 10;

    private static final long TICK_MILLIS = 20;
    private static final int REPORTS_WAIT_MILLIS = 2_000;

    /** @param what one of the constants above, or {@link #LOST} */
    private record News(int what, int node, int number, long sent, long received, String text) {}

    private static final int LOST = -1;

    private final Network network;
    private final Schedule schedule;
    private final int ranks;
    private final Listener listener;
    private final Supplier<String> waiting;
    private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final PeLocal local = new PeLocal();
    private final long frame = Arena.global().allocate(TEXT + MOST_TEXT, 8).address();

    // Of this node: what it told node 0 last, and how things stood at the last tick.
    private long toldSent = -1;
    private long toldReceived = -1;
    private long seenSent = -1;
    private long seenReceived = -1;
    private boolean seenQuiet;

    // Of node 0.
    private int ended;
    private final News[] quiet;
    private News[] answers;
    private int round;
    private final String[] reports;
    private boolean over;

    /** @param waiting makes the report of what this node's ranks wait for */
    JobControl(Network network, Schedule schedule, int ranks, Listener listener, Supplier<String> waiting) {
        this.network = network;
        this.schedule = schedule;
        this.ranks = ranks;
        this.listener = listener;
        this.waiting = waiting;
        this.quiet = new News[network.count()];
        this.reports = new String[network.count()];
        network.handle(KIND, this::arrived);
        network.whenLost((node, reason) -> news.add(new News(LOST, node, 0, 0, 0, reason)));
    }

    void start() {
        Thread.ofPlatform().daemon().name("job control").start(this::run);
    }

    /** A rank of this node has ended. Any thread. */
    void rankEnded() {
        news.add(new News(ENDED, network.node(), 0, 0, 0, ""));
    }

    private void arrived(int fromNode, long address, int bytes) {
        news.add(new News(Memory.getInt(address + WHAT), Memory.getInt(address + NODE), Memory.getInt(address + NUMBER),
                Memory.getLong(address + SENT), Memory.getLong(address + RECEIVED),
                new String(Memory.get(address + TEXT, bytes - TEXT), StandardCharsets.UTF_8)));
    }

    private void tell(int node, int what, int number, long sent, long received, String text) {
        var message = new News(what, network.node(), number, sent, received, text);
        if (node == network.node()) {
            take(message);
        } else {
            send(node, message);
        }
    }

    private void tellAll(int what, int number) {
        for (int i = network.count() - 1; i >= 0; i--) {
            tell(i, what, number, 0, 0, "");
        }
    }

    private void send(int node, News message) {
        byte[] text = message.text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MOST_TEXT);
        Memory.putInt(frame, KIND);
        Memory.putInt(frame + WHAT, message.what);
        Memory.putInt(frame + NODE, message.node);
        Memory.putInt(frame + NUMBER, message.number);
        Memory.putLong(frame + SENT, message.sent);
        Memory.putLong(frame + RECEIVED, message.received);
        Memory.put(text, 0, frame + TEXT, length);
        network.send(local, node, frame, TEXT + length, 0, 0);
    }

    private void run() {
        try {
            while (!over) {
                News next = news.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    take(next);
                } else {
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(News message) {
        switch (message.what) {
            case ENDED -> {
                if (network.node() != 0) {
                    tell(0, ENDED, 0, 0, 0, "");
                } else if (++ended == ranks) {
                    tellAll(FINISHED, 0);
                }
            }
            case FINISHED -> {
                over = true;
                listener.finished();
            }
            case LOST -> {
                over = true;
                listener.lost(message.node, message.text);
            }
            case ASK -> answer(message.number);
            case QUIET, BUSY -> heard(message);
            case REPORT -> tell(0, WAITING, 0, 0, 0, waiting.get());
            case WAITING -> reports[message.node] = message.text;
            default -> { } // of a node with another version, which the start refuses
        }
    }

    // Deadlocks.

    /** Nothing has come for a while: tells node 0 when this node is quiet, and has been at the last tick. */
    private void look() {
        long sent = network.sent();
        long received = network.received();
        boolean quietNow = schedule.isQuiet() && sent == network.sent() && received == network.received();
        boolean stable = quietNow && seenQuiet && sent == seenSent && received == seenReceived;
        seenQuiet = quietNow;
        seenSent = sent;
        seenReceived = received;
        if (stable && (sent != toldSent || received != toldReceived)) {
            toldSent = sent;
            toldReceived = received;
            tell(0, QUIET, 0, sent, received, "");
        }
    }

    private void answer(int askedRound) {
        long sent = network.sent();
        long received = network.received();
        boolean quietNow = schedule.isQuiet() && sent == network.sent() && received == network.received();
        if (!quietNow) {
            toldSent = -1; // to be told again when it is quiet
        }
        tell(0, quietNow ? QUIET : BUSY, askedRound, sent, received, "");
    }

    /** Node 0: a node is quiet, of itself (round 0) or when asked. */
    private void heard(News message) {
        if (message.number == 0) {
            quiet[message.node] = message;
            if (answers == null && balanced(quiet) && ended < ranks) {
                answers = new News[quiet.length];
                tellAll(ASK, ++round);
            }
            return;
        }
        if (answers == null || message.number != round) {
            return;
        }
        answers[message.node] = message;
        if (Arrays.stream(answers).anyMatch(a -> a == null)) {
            return;
        }
        News[] second = answers;
        answers = null;
        boolean same = true;
        for (int i = 0; i < second.length; i++) {
            same &= second[i].what == QUIET && second[i].sent == quiet[i].sent && second[i].received == quiet[i].received;
            quiet[i] = second[i].what == QUIET ? second[i] : null;
        }
        if (same) {
            reportDeadlock();
        }
    }

    private static boolean balanced(News[] nodes) {
        long difference = 0;
        for (News one : nodes) {
            if (one == null) {
                return false;
            }
            difference += one.sent - one.received;
        }
        return difference == 0;
    }

    private void reportDeadlock() {
        over = true;
        tellAll(REPORT, 0);
        long end = System.currentTimeMillis() + REPORTS_WAIT_MILLIS;
        try {
            while (Arrays.stream(reports).anyMatch(r -> r == null) && System.currentTimeMillis() < end) {
                News next = news.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null && next.what == WAITING) {
                    take(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var text = new StringBuilder();
        for (int i = 0; i < reports.length; i++) {
            text.append(reports[i] == null ? "  node " + i + " does not answer\n" : reports[i]);
        }
        listener.deadlocked(ranks - ended, text.toString());
    }
}
