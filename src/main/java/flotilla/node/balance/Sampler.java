package flotilla.node.balance;

import flotilla.mpi.core.PeerCounts;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.schedule.Pe;
import flotilla.schedule.RankThread;
import flotilla.schedule.Schedule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Measures this node: reads what PEs and ranks count. For one thread. */
final class Sampler {
    /** Less than that is noise of the kernel's accounts. */
    private static final long LEAST_NANOS = 1_000_000;

    private final World world;
    private final Schedule schedule;
    private final ToLongFunction<Rank> memory;
    private final Pe[] pes;
    private long last;
    private final long[] idle;
    private final ThreadTimes[] times;
    private double share = 1;
    /** What each rank has sent from here until the last look, by receiver: messages and bytes. Null when that is not counted. */
    private final Map<Integer, long[]>[] seen;
    private int moves;
    private long movedBytes;
    private long moveNanos;
    private long lastEnd;

    /** @param memory estimates the bytes that a move of a rank of this node would send */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    Sampler(World world, Schedule schedule, ToLongFunction<Rank> memory) {
        this.world = world;
        this.schedule = schedule;
        this.memory = memory;
        this.pes = schedule.pes();
        this.idle = new long[pes.length];
        this.times = new ThreadTimes[pes.length];
        this.seen = world.size() > 0 && world.sent(0) != null ? new Map[world.size()] : null;
    }

    /** From now on it is measured. */
    void begin() {
        last = System.nanoTime();
        for (int i = 0; i < pes.length; i++) {
            idle[i] = pes[i].idleNanos(last);
            times[i] = ThreadTimes.of(pes[i].threadNumber());
        }
    }

    /**
     * A rank has left this node. Several do at a time: it counts for how long any was under way.
     *
     * @param end when it was there, by {@link System#nanoTime}
     * @param nanos for which it was under way
     */
    void moved(long bytes, long end, long nanos) {
        moves++;
        movedBytes += bytes;
        long begin = end - nanos;
        moveNanos += Math.max(0, end - (moves > 1 && begin - lastEnd < 0 ? lastEnd : begin));
        lastEnd = end;
    }

    NodeSample sample() {
        long now = System.nanoTime();
        var idleNow = new long[pes.length];
        var running = new long[world.size()];
        long ran = 0;
        long waited = 0;
        for (int i = 0; i < pes.length; i++) {
            int runs = pes[i].runs();
            if (runs >= 0) {
                running[runs] += pes[i].runningNanos(now);
            }
            long total = pes[i].idleNanos(now);
            idleNow[i] = Math.max(0, total - idle[i]);
            idle[i] = total;
            ThreadTimes current = ThreadTimes.of(pes[i].threadNumber());
            ThreadTimes passed = current.minus(times[i]);
            times[i] = current;
            ran += passed.ran();
            waited += passed.waited();
        }
        if (ran + waited >= LEAST_NANOS) {
            share = (double) ran / (ran + waited);
        }
        int count = 0;
        var ranks = new int[world.size()];
        var measured = new long[world.size()];
        var set = new long[world.size()];
        var on = new int[world.size()];
        var bytes = new long[world.size()];
        var movable = new boolean[world.size()];
        for (int number = 0; number < world.size(); number++) {
            Rank rank = world.rank(number);
            RankThread thread = schedule.thread(number);
            if (rank == null || thread == null) {
                continue;
            }
            Rank.Counters counters = rank.counters;
            ranks[count] = number;
            measured[count] = counters.measuredNanos() + (counters.pausedAt < 0 ? running[number] : 0);
            set[count] = counters.setNanos;
            on[count] = thread.lastPe();
            bytes[count] = memory.applyAsLong(rank);
            movable[count] = !schedule.hasThreads(rank) && !schedule.hasEnded(rank);
            count++;
        }
        long interval = Math.max(1, now - last);
        last = now;
        Pairs pairs = pairs();
        var sample = new NodeSample(interval, share, idleNow, Arrays.copyOf(ranks, count), Arrays.copyOf(measured, count), Arrays.copyOf(set, count),
                Arrays.copyOf(on, count), Arrays.copyOf(bytes, count), Arrays.copyOf(movable, count), pairs.sender.array(), pairs.receiver.array(),
                pairs.messages.array(), pairs.bytes.array(), moves, movedBytes, moveNanos);
        moves = 0;
        movedBytes = 0;
        moveNanos = 0;
        return sample;
    }

    /** Pairs of ranks between which messages have gone since the last look. */
    private static final class Pairs {
        final Numbers.Ints sender = new Numbers.Ints();
        final Numbers.Ints receiver = new Numbers.Ints();
        final Numbers.Longs messages = new Numbers.Longs();
        final Numbers.Longs bytes = new Numbers.Longs();
    }

    private Pairs pairs() {
        var pairs = new Pairs();
        for (int number = 0; seen != null && number < world.size(); number++) {
            PeerCounts counts = world.sent(number);
            int sender = number;
            counts.visit((receiver, messages, bytes) -> {
                if (seen[sender] == null) {
                    seen[sender] = new HashMap<>();
                }
                long[] before = seen[sender].computeIfAbsent(receiver, unused -> new long[2]);
                if (messages > before[0] && receiver != sender) {
                    pairs.sender.add(sender);
                    pairs.receiver.add(receiver);
                    pairs.messages.add(messages - before[0]);
                    pairs.bytes.add(Math.max(0, bytes - before[1]));
                }
                before[0] = messages;
                before[1] = bytes;
            });
        }
        return pairs;
    }
}
