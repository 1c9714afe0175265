package flotilla.node.balance;

import flotilla.balance.BalanceException;
import flotilla.balance.Load;
import flotilla.balance.MoveCost;
import flotilla.balance.Placement;
import flotilla.balance.Strategy;
import flotilla.balance.strategy.Strategies;
import flotilla.balance.trace.TraceStep;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Node 0's part: when there is a step, what is decided in it, and what has come of it. For one thread.
 *
 * <p>A step goes so: all nodes are asked for what they have measured; when all have answered, the strategy is asked; ranks that shall
 * go elsewhere are told to the nodes that have them. What has become of these is not waited for, but in a step that all ranks have
 * asked for together: they go on when each of those has moved or has been refused.
 */
final class Director {
    /** What the director needs of who has the connections. */
    interface Nodes {
        /** Every node, this one too, shall measure. */
        void measure(int step);

        /** Ranks of a node shall move: {@code nodes[i]} is where {@code ranks[i]} shall be. */
        void move(int node, int[] ranks, int[] nodes);

        /** A step that all ranks have asked for together is done. */
        void done();
    }

    /** Less than that is noise, and what is measured while a program starts is of no use to anybody. */
    private static final long FIRST_NANOS = 1_000_000_000;
    /** Strategy auto decides by itself which of these intervals it looks at. */
    private static final long AUTO_NANOS = 200_000_000;
    private static final long USUAL_NANOS = 2_000_000_000;
    /** A node that does not answer for longer is busy with something else; the step is left out. */
    private static final long ANSWER_NANOS = 2_000_000_000;
    /** Ranks that have not moved until then, in a step that all wait for, compute, or their nodes do. */
    private static final long MOVE_NANOS = 5_000_000_000L;
    /** A rank that could not move is not asked to again for this time, and each time for twice as long. */
    private static final long REFUSED_NANOS = 2_000_000_000L;
    private static final int MOST_DOUBLINGS = 6;
    /** What moves have cost is less certain for each such time that has passed since; ns. */
    private static final long FORGET_NANOS = 5_000_000_000L;
    private static final long SEED = 1;
    private static final double MILLION = 1e6;

    private final Nodes nodes;
    private final Measurements measurements;
    private final int ranks;
    private final boolean measures;
    private final long every;
    private final Strategy strategy;
    /** For steps that ranks have asked for. */
    private final Strategy onRequest;
    private final MoveCost cost = new MoveCost();
    private final Trace trace;
    private final Consumer<String> verbose;
    private final Steps listener;

    private long next;
    private int step;
    /** While nodes are asked; else null. */
    private NodeSample[] samples;
    private long deadline;
    private boolean requested;
    /** Ranks that wait for the next step together with all others. */
    private int arrived;
    private boolean together;
    private long togetherDeadline;
    /** Ranks that have been told to move and of which nothing has been heard since, and where they shall go. */
    private final Map<Integer, Integer> pending = new HashMap<>();
    private final long[] staysUntil;
    private final byte[] refusals;
    private final boolean[] hasMoved;
    private long lastMoves = System.nanoTime();
    /** When ranks were told to move last, and whether what is being measured began before that. */
    private long ordered;
    private boolean unsettled;
    private long steps;
    private long moves;
    private long movedBytes;

    /**
     * @param pes of each node
     * @param startNodes where each rank starts
     * @param trace or null
     * @param verbose is told what is decided; or null
     * @param listener is told of each step
     * @throws BalanceException when the strategy can't work here
     */
    Director(BalanceOptions options, int[] pes, int[] startNodes, Nodes nodes, Trace trace, Consumer<String> verbose, Steps listener) {
        this.nodes = nodes;
        this.ranks = startNodes.length;
        this.measurements = new Measurements(ranks, pes, startNodes);
        this.measures = options.measures();
        boolean auto = options.strategy().equals("auto");
        this.every = options.everyNanos() != 0 ? options.everyNanos() : auto ? AUTO_NANOS : USUAL_NANOS;
        var strategies = new Strategies(Strategies.TOLERANCE, SEED, cost);
        this.strategy = strategies.named(options.strategy());
        this.onRequest = auto ? strategies.named("greedy-refine") : strategy;
        this.trace = trace;
        this.verbose = verbose;
        this.listener = listener;
        this.staysUntil = new long[ranks];
        this.refusals = new byte[ranks];
        this.hasMoved = new boolean[pes.length];
        this.next = measures ? System.nanoTime() + Math.max(FIRST_NANOS, every) : Long.MAX_VALUE;
    }

    /** How long nothing will happen unless something is heard; ns. */
    long patience(long now) {
        if (requested) {
            return 0;
        }
        long until = samples != null ? deadline : due();
        if (together) {
            until = Math.min(until, togetherDeadline);
        }
        return until == Long.MAX_VALUE ? until : Math.max(0, until - now);
    }

    /** Does what is due. */
    void advance(long now) {
        if (samples != null && now - deadline >= 0) {
            samples = null;
            next = now + every;
            endTogether();
        }
        if (together && samples == null && !requested && (pending.isEmpty() || now - togetherDeadline >= 0)) {
            endTogether();
        }
        if (samples == null && (requested || measures && now - due() >= 0)) {
            requested = false;
            samples = new NodeSample[measurements.nodes()];
            deadline = now + ANSWER_NANOS;
            nodes.measure(++step);
        }
    }

    /** When the next step is due, if nobody asks for one: not before the moves of the last are done. */
    private long due() {
        return pending.isEmpty() || next == Long.MAX_VALUE ? next : Math.max(next, ordered + MOVE_NANOS);
    }

    private void endTogether() {
        if (together) {
            together = false;
            nodes.done();
        }
    }

    /** A rank asks for a step, but does not wait for it. */
    void request() {
        requested = measures;
    }

    /** Ranks ask for a step and wait for it. Answers whether all do now, and the step has begun. */
    boolean arrived(int count, long now) {
        arrived += count;
        if (arrived < ranks) {
            return false;
        }
        arrived = 0;
        together = true;
        togetherDeadline = now + MOVE_NANOS;
        requested = measures;
        // What is just being measured began before.
        samples = null;
        // What was told before may never come about; what counts is what is told in this step.
        pending.clear();
        return true;
    }

    /** A node has measured. */
    void sampled(int node, int ofStep, NodeSample sample) {
        if (samples == null || ofStep != step) {
            return;
        }
        samples[node] = sample;
        if (Arrays.stream(samples).noneMatch(one -> one == null)) {
            NodeSample[] complete = samples;
            samples = null;
            next = System.nanoTime() + every;
            decide(complete);
        }
    }

    private void decide(NodeSample[] complete) {
        long begin = System.nanoTime();
        long moving = 0;
        for (int node = 0; node < complete.length; node++) {
            NodeSample sample = complete[node];
            if (hasMoved[node]) {
                cost.learn(sample.moves(), sample.movedBytes(), sample.moveNanos());
            }
            // The first take longer, since their code has not run before.
            hasMoved[node] |= sample.moves() > 0;
            lastMoves = sample.moves() > 0 ? begin : lastMoves;
            moving = Math.max(moving, sample.moveNanos());
            moves += sample.moves();
            movedBytes += sample.movedBytes();
        }
        cost.pay(moving);
        if (trace != null) {
            trace.moved(moving);
        }
        if (begin - lastMoves > FORGET_NANOS) {
            cost.forget();
            lastMoves = begin;
        }
        Load byPe = measurements.load(complete, rank -> staysUntil[rank] - begin > 0);
        Load load = byPe.byNode();
        if (unsettled && !together) {
            // Ranks stood still meanwhile, or ran on two nodes: the next interval shows how it is now.
            unsettled = false;
            return;
        }
        int[] decided;
        Strategy asked = together ? onRequest : strategy;
        try {
            decided = asked.place(load);
        } catch (BalanceException | IllegalArgumentException impossible) {
            tell("a balancing step was left out: " + impossible.getMessage());
            return;
        }
        long nanos = System.nanoTime() - begin;
        steps++;
        if (trace != null) {
            trace.decided(new TraceStep(byPe, asked.name(), measurements.placesOn(decided), nanos, 0));
        }
        int count = order(load.places(), decided);
        listener.decided(asked.name(), count, nanos);
        unsettled = count > 0;
        ordered = System.nanoTime();
        if (count > 0 && verbose != null) {
            tell(String.format(Locale.ROOT, "balancing (%s): %d %s; max/avg %.3f, then %.3f expected; decided in %.3f ms", asked.name(), count,
                    count == 1 ? "rank moves" : "ranks move", Placement.of(load, load.places()).imbalance(), Placement.of(load, decided).imbalance(),
                    nanos / MILLION));
        }
    }

    /** Tells the nodes. Answers how many ranks shall move. */
    private int order(int[] places, int[] decided) {
        var who = new Numbers.Ints[measurements.nodes()];
        var where = new Numbers.Ints[measurements.nodes()];
        Arrays.setAll(who, node -> new Numbers.Ints());
        Arrays.setAll(where, node -> new Numbers.Ints());
        int count = 0;
        for (int rank = 0; rank < ranks; rank++) {
            boolean goes = decided[rank] != places[rank];
            // One that was told to go earlier, and has not, may have to be told to stay.
            if (goes || pending.remove(rank) != null) {
                who[places[rank]].add(rank);
                where[places[rank]].add(decided[rank]);
            }
            if (goes) {
                pending.put(rank, decided[rank]);
                count++;
            }
        }
        for (int node = 0; node < who.length; node++) {
            int[] ranksThere = who[node].array();
            if (ranksThere.length > 0) {
                nodes.move(node, ranksThere, where[node].array());
            }
        }
        return count;
    }

    /** A rank has moved, whoever wanted it. */
    void moved(int rank) {
        forget(rank);
        refusals[rank] = 0;
    }

    /** Answers whether the rank was to move. */
    private boolean forget(int rank) {
        boolean was = pending.remove(rank) != null;
        if (was && pending.isEmpty() && unsettled && next != Long.MAX_VALUE) {
            // A new interval begins now.
            next = System.nanoTime();
        }
        return was;
    }

    void stayed(int rank, String reason) {
        if (forget(rank)) {
            staysUntil[rank] = System.nanoTime() + (REFUSED_NANOS << refusals[rank]);
            refusals[rank] = (byte) Math.min(MOST_DOUBLINGS, refusals[rank] + 1);
            tell("rank " + rank + " stays: " + reason);
        }
    }

    private void tell(String text) {
        if (verbose != null) {
            verbose.accept(text);
        }
    }

    /** A line about all of the job, for --stats. */
    String summary() {
        return String.format(Locale.ROOT, "balancing (%s): %d steps, %d moves of ranks, %d bytes", strategy.name(), steps, moves, movedBytes);
    }

    /** After the last step. */
    void end() {
        if (trace != null) {
            trace.close();
        }
    }
}
