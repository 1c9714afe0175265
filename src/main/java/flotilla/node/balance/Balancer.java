package flotilla.node.balance;

import com.google.gson.JsonObject;
import flotilla.control.ControlServer;
import flotilla.memory.Memory;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.mpi.p2p.Network;
import flotilla.schedule.Schedule;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** A node's part in load balancing: a thread that does what node 0 tells it, and in node 0 decides ({@link Director}). */
public final class Balancer implements Moves.Listener {
    // Letters between nodes: their numbers.
    private static final int MEASURE = 1;
    private static final int SAMPLE = 2;
    private static final int MOVE = 3;
    private static final int MOVED = 4;
    private static final int STAYED = 5;
    private static final int WISH = 6;
    static final int REQUEST = 7;
    static final int RESULT = 8;
    // Of this node to itself.
    private static final int HERE_MOVED = 9;
    private static final int HERE_STAYED = 10;
    private static final int HERE_ARRIVED = 11;
    private static final int HERE_ALL_ARRIVED = 12;

    /** Frames that ranks wait for, and which count where a deadlock is looked for. */
    private static final int WAITED_FOR_KIND = Network.BALANCING_KIND - 1;
    // Behind the kind: ranks that have come to a step, or steps that are done.
    private static final int ARRIVED = 1;
    private static final int DONE = 2;
    private static final int WHAT = 4;
    private static final int NUMBER = 8;
    private static final int FRAME = 16;

    private static final long MOST_PATIENCE = 1_000_000_000L;

    private final Network network;
    private final Schedule schedule;
    private final World world;
    private final Sampler sampler;
    private final Post post;
    private final LinkedBlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
    private final ByHand byHand;
    private final Refusals refusals;
    /** Null in other nodes than 0. */
    private final Director director;
    private final PeLocal local = new PeLocal();
    private final long frame = Arena.global().allocate(FRAME, 8).address();
    private Moves moves;
    private Thread thread;
    private volatile boolean over;

    /** Ranks of this node that have come to a step that all take together, and that node 0 has not been told of. */
    private final AtomicInteger arrivals = new AtomicInteger();
    private volatile int stepsDone;
    /** Node 0: whether the schedule knows that a step is waited for. */
    private boolean held;
    /** By rank, what has become of its wish to be on another node: 0 nothing wished, or one of the constants that follow. */
    private final AtomicIntegerArray alone;
    private static final int WISHED = 1;
    private static final int REFUSED = 2;

    /**
     * Before the first poll of the network.
     *
     * @param pes of each node
     * @param startNodes where each rank starts
     * @param memory estimates the bytes that a move of a rank of this node would send
     * @param refusals is told of ranks that have asked to move and can't
     * @param tell passes on a line for the user
     * @param verbose whether decisions are told
     * @param steps   is told of them in any case
     * @throws flotilla.balance.BalanceException when the strategy can't work here, or the trace can't be written
     */
    public Balancer(BalanceOptions options, Network network, Schedule schedule, World world, int[] pes, int[] startNodes, ToLongFunction<Rank> memory,
            Refusals refusals, Consumer<String> tell, boolean verbose, Steps steps) {
        this.refusals = refusals;
        this.network = network;
        this.schedule = schedule;
        this.world = world;
        this.alone = new AtomicIntegerArray(world.size());
        this.sampler = new Sampler(world, schedule, memory);
        this.post = new Post(network, letters::add);
        this.byHand = new ByHand(network, world.size(), post, letters::add);
        network.handle(WAITED_FOR_KIND, this::waitedFor);
        Trace trace = network.node() != 0 || options.trace() == null ? null : new Trace(options.trace(), tell);
        this.director = network.node() != 0 ? null
                : new Director(options, pes, startNodes, new Everybody(), trace, verbose ? tell : null, steps);
    }

    /** Before ranks run. @param movers moves ranks of this node, and tells this object of it */
    public void start(Moves movers) {
        moves = movers;
        thread = Thread.ofPlatform().daemon().name("balancing").start(this::run);
    }

    /** The ranks have ended, or will: finishes what is being written. */
    public void end() {
        over = true;
        letters.add(new Letter(network.node(), 0, Letter.EMPTY));
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(MOST_PATIENCE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A line about all of the job; null in other nodes than 0. */
    public String summary() {
        return director == null ? null : director.summary();
    }

    /** What other commands may ask. */
    public Map<String, ControlServer.Handler> handlers() {
        return Map.of(ByHand.NAME, (JsonObject request) -> byHand.answer(request));
    }

    private void run() {
        sampler.begin();
        try {
            while (!over) {
                long patience = director == null ? MOST_PATIENCE : Math.min(MOST_PATIENCE, director.patience(System.nanoTime()));
                Letter letter = letters.poll(patience, TimeUnit.NANOSECONDS);
                if (letter != null) {
                    take(letter);
                }
                if (director != null && !over) {
                    director.advance(System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (director != null) {
            director.end();
        }
    }

    private void take(Letter letter) {
        switch (letter.what()) {
            case MEASURE -> {
                int step = letter.read(in -> in.readInt());
                post.send(0, SAMPLE, sampler.sample().body(step));
            }
            case SAMPLE -> letter.read(in -> {
                director.sampled(letter.from(), in.readInt(), NodeSample.read(in));
                return null;
            });
            case MOVE -> letter.read(in -> {
                int count = in.readInt();
                for (int i = 0; i < count; i++) {
                    want(in.readInt(), in.readInt());
                }
                return null;
            });
            case HERE_MOVED -> letter.read(in -> {
                int rank = in.readInt();
                int to = in.readInt();
                long bytes = in.readLong();
                long nanos = in.readLong();
                sampler.moved(bytes, in.readLong(), nanos);
                byHand.moved(rank, to, bytes, nanos);
                post.send(0, MOVED, Letter.body(out -> out.writeInt(rank)));
                return null;
            });
            case HERE_STAYED -> letter.read(in -> {
                int rank = in.readInt();
                int to = in.readInt();
                String reason = in.readUTF();
                if (in.readBoolean()) {
                    refusals.tell(rank, reason);
                }
                byHand.stayed(rank, to, reason);
                tellStays(rank, reason);
                return null;
            });
            case MOVED -> director.moved(letter.read(in -> in.readInt()));
            case STAYED -> letter.read(in -> {
                director.stayed(in.readInt(), in.readUTF());
                return null;
            });
            case WISH -> {
                if (director == null) {
                    post.send(0, WISH, Letter.EMPTY);
                } else {
                    director.request();
                }
            }
            case HERE_ARRIVED -> {
                int count = arrivals.getAndSet(0);
                if (director == null) {
                    sendWaitedFor(0, ARRIVED, count);
                } else {
                    arrived(count);
                }
                schedule.externalEnd();
            }
            case HERE_ALL_ARRIVED -> {
                arrived(letter.read(in -> in.readInt()));
                schedule.externalEnd();
            }
            case REQUEST -> byHand.request(letter, rank -> world.rank(rank) != null, moves);
            case RESULT -> byHand.result(letter);
            default -> { } // of the end
        }
    }

    private void want(int rank, int node) {
        if (world.rank(rank) == null) {
            tellStays(rank, "it is not on node " + network.node() + " any more");
        } else {
            moves.want(rank, node);
        }
    }

    private void tellStays(int rank, String reason) {
        post.send(0, STAYED, Letter.body(out -> {
            out.writeInt(rank);
            out.writeUTF(reason);
        }));
    }

    // What the mover tells.

    @Override
    public void moved(int worldRank, int to, long bytes, long nanos) {
        // Now: it may come back and wish something else before a letter is read.
        settle(worldRank, false);
        letters.add(new Letter(network.node(), HERE_MOVED, Letter.body(out -> {
            out.writeInt(worldRank);
            out.writeInt(to);
            out.writeLong(bytes);
            out.writeLong(nanos);
            out.writeLong(System.nanoTime());
        })));
    }

    @Override
    public void stayed(int worldRank, int to, String reason) {
        boolean wished = settle(worldRank, true);
        letters.add(new Letter(network.node(), HERE_STAYED, Letter.body(out -> {
            out.writeInt(worldRank);
            out.writeInt(to);
            out.writeUTF(reason);
            out.writeBoolean(wished);
        })));
    }

    /** What node 0 has to tell everybody. */
    private final class Everybody implements Director.Nodes {
        @Override
        public void measure(int step) {
            byte[] body = Letter.body(out -> out.writeInt(step));
            for (int node = network.count() - 1; node >= 0; node--) {
                post.send(node, MEASURE, body);
            }
        }

        @Override
        public void move(int node, int[] ranks, int[] nodes) {
            post.send(node, MOVE, Letter.body(out -> {
                out.writeInt(ranks.length);
                for (int i = 0; i < ranks.length; i++) {
                    out.writeInt(ranks[i]);
                    out.writeInt(nodes[i]);
                }
            }));
        }

        @Override
        public void done() {
            int steps = stepsDone + 1;
            for (int node = network.count() - 1; node > 0; node--) {
                sendWaitedFor(node, DONE, steps);
            }
            done(steps);
            if (held) {
                held = false;
                schedule.externalEnd();
            }
        }

        private void done(int steps) {
            Balancer.this.done(steps);
        }
    }

    // What ranks ask for: see Requests.

    int stepsDone() {
        return stepsDone;
    }

    /** A rank of this node waits for a step that all take together. Its PE. */
    void arrive() {
        if (arrivals.getAndIncrement() == 0) {
            // Until node 0 has been told the job may look as if nothing could happen any more.
            schedule.externalBegin();
            letters.add(new Letter(network.node(), HERE_ARRIVED, Letter.EMPTY));
        }
    }

    /** A rank of this node asks for a step and does not wait. Its PE. */
    void wish() {
        letters.add(new Letter(network.node(), WISH, Letter.EMPTY));
    }

    /** A rank of this node wants to go to another, and waits for that. Its PE. */
    void wishAlone(Rank rank, int node) {
        if (alone.getAndSet(rank.worldRank, WISHED) != WISHED) {
            // Not by another thread of the rank just before.
            schedule.externalBegin();
        }
        moves.wish(rank, node);
    }

    /** Whether a rank's wish to go to another node has been refused. */
    boolean isRefused(Rank rank) {
        return alone.get(rank.worldRank) == REFUSED;
    }

    /** Answers whether the rank has wished it. */
    private boolean settle(int number, boolean refused) {
        if (!alone.compareAndSet(number, WISHED, refused ? REFUSED : 0)) {
            return false;
        }
        Rank rank = world.rank(number);
        if (refused && rank != null) {
            schedule.wake(rank);
        }
        schedule.externalEnd();
        return true;
    }

    /** Node 0. */
    private void arrived(int count) {
        if (director.arrived(count, System.nanoTime())) {
            held = true;
            schedule.externalBegin();
        }
    }

    private void done(int steps) {
        stepsDone = steps;
        for (int i = 0; i < world.size(); i++) {
            Rank rank = world.rank(i);
            if (rank != null) {
                schedule.wake(rank);
            }
        }
    }

    private void sendWaitedFor(int node, int what, int number) {
        Memory.putInt(frame, WAITED_FOR_KIND);
        Memory.putInt(frame + WHAT, what);
        Memory.putInt(frame + NUMBER, number);
        network.send(local, node, frame, FRAME, 0, 0);
    }

    /** Inside a poll. */
    private void waitedFor(int from, long address, int bytes) {
        int number = Memory.getInt(address + NUMBER);
        if (Memory.getInt(address + WHAT) == DONE) {
            done(number);
        } else if (director != null) {
            schedule.externalBegin();
            letters.add(new Letter(from, HERE_ALL_ARRIVED, Letter.body(out -> out.writeInt(number))));
        }
    }
}
