package flotilla.node;

import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.PageRuns;
import flotilla.migrate.Arrival;
import flotilla.migrate.Departure;
import flotilla.migrate.MoveException;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.mpi.p2p.Endpoint;
import flotilla.mpi.p2p.Network;
import flotilla.mpi.state.RankState;
import flotilla.node.balance.Moves;
import flotilla.node.balance.Requests;
import flotilla.schedule.Schedule;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Ranks leave this node for others, and such arrive. A rank can go when it waits in a trap: in a call that waits for messages, or, when
 * it has been asked to, at the end of any. All is done one thing after the other, while PEs run other ranks: by a PE that has nothing
 * else to do, since to wake another thread takes as long as much of a move, and else by a thread of this object's own.
 *
 * <p>The node that a rank leaves sends the description of the rank's memory and its state in MPI (OFFER); when they are long, it says
 * what it has, and sends them when the other one has room (READY). That one maps the slot, gets the pages, and lets the rank go on; the
 * first forgets it when it hears so (ARRIVED), and sends on what has come meanwhile. Whatever fails before, the rank stays where it was
 * (FAILED).
 */
public final class Mover implements Moves {
    /** What the job does for its ranks, whichever half of it. By whose turn it is. */
    interface Residents {
        RankImages images(int worldRank);

        /** Before the rank leaves or is looked at: why it must stay, or null. */
        String whyItStays(int worldRank);

        /** The rank's memory is about to go; or it has not gone. */
        void hide(int worldRank, boolean hidden);

        /** The rank leaves now: what {@link #arrives} is told at the other node, in a few words. */
        String departs(Rank rank);

        /** It has not left: {@code told} is what {@link #departs} has answered. */
        void stays(Rank rank, String told);

        /** The rank has left. */
        void left(int worldRank);

        /** Makes the slot ready. @throws MoveException when it can't be */
        Arrival arrival(int worldRank, byte[] description);

        /** The rank has all its memory: its objects, without state. */
        Rank arrived(int worldRank, RankImages images);

        /** The rank is about to go on. @param bytes that have travelled */
        void arrives(Rank rank, int from, long bytes, String told);
    }

    /** Is told of moves, by whose turn it is at the node that the rank has left. */
    public interface Listener {
        /**
         * @param bytes that have travelled
         * @param waited nanoseconds from the wish until the rank stood still and could go
         * @param nanos from then to the news that it runs again
         */
        void moved(int worldRank, int from, int to, long bytes, long waited, long nanos);

        /** A rank could not leave, and is not tried to be moved any more. */
        void stayed(int worldRank, int to, String reason);
    }

    static final int KIND = Network.FIRST_OTHER_KIND + 1;
    private static final int OFFER = 1;
    private static final int READY = 2;
    private static final int PAGES = 3;
    private static final int ARRIVED = 4;
    private static final int FAILED = 5;
    private static final int LOCATED = 6;
    private static final int WANT = 7;

    // Behind the kind: what, rank, node; three numbers; bytes of text; the text, and what else there is.
    private static final int WHAT = 4;
    private static final int RANK = 8;
    private static final int NODE = 12;
    private static final int FIRST = 16;
    private static final int SECOND = 24;
    private static final int THIRD = 32;
    private static final int TEXT_BYTES = 40;
    private static final int TEXT = 48;
    private static final int MOST_TEXT = 1024;

    private static final long RETRY_NANOS = 1_000_000;
    /** For so long it is tried to move a rank that cannot, for the same reason. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    /** As long as it may take threads to end that are about to; the rank may wait to hear that it stays. */
    private static final long THREADS_PATIENCE_NANOS = 100_000_000L;

    private final Network network;
    private final Schedule schedule;
    private final World world;
    private final Residents residents;
    private final long process = ProcessHandle.current().pid();
    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
    /** Whether somebody does the work. He uses all that follows. */
    private final AtomicBoolean turn = new AtomicBoolean();
    private final Thread thread = Thread.ofPlatform().daemon().name("mover").unstarted(this::run);
    /** Whether ranks wait for another try. */
    private volatile boolean tryAgain;
    private final PeLocal local = new PeLocal();
    private final long frame = Arena.global().allocate(TEXT + MOST_TEXT, 8).address();
    /** Ranks of this node that are wanted elsewhere, with the node and since when. */
    private final Map<Integer, Wanted> wanted = new HashMap<>();
    private final Map<Integer, Leaving> leaving = new HashMap<>();
    private final Map<Integer, Arriving> arriving = new HashMap<>();
    /** By rank: times it has moved, as far as this node knows; later news of where it is count. */
    private final int[] moves;
    private volatile Listener listener = new Listener() {
        @Override
        public void moved(int worldRank, int from, int to, long bytes, long waited, long nanos) {}

        @Override
        public void stayed(int worldRank, int to, String reason) {}
    };

    private long left;
    private long arrived;
    private long bytes;
    private long nanos;
    private long waited;
    private final Map<String, Integer> stayed = new TreeMap<>();

    /**
     * @param reason why it could not go when that was tried last, or null
     * @param reasonSince when it was that for the first time
     */
    private record Wanted(int node, long since, String reason, long reasonSince) {}

    private static final class Leaving {
        final Rank rank;
        /** Of the PE that it ran on. */
        final PeLocal pe;
        final int to;
        /** The how manyth of the rank it is. */
        final int move;
        final long since;
        final long begin;
        final Departure departure;
        final Serializable endpoint;
        final byte[] state;
        final String told;
        /** What must wait until it has left. */
        Runnable afterwards = () -> { };

        Leaving(Rank rank, PeLocal pe, int to, int move, long since, long begin, Departure departure, Serializable endpoint, byte[] state,
                String told) {
            this.rank = rank;
            this.pe = pe;
            this.to = to;
            this.move = move;
            this.since = since;
            this.begin = begin;
            this.departure = departure;
            this.endpoint = endpoint;
            this.state = state;
            this.told = told;
        }

        int headBytes() {
            return departure.description().length + state.length;
        }

        void putHead(long address) {
            byte[] description = departure.description();
            Memory.put(description, 0, address, description.length);
            Memory.put(state, 0, address + description.length, state.length);
        }
    }

    private static final class Arriving {
        final int from;
        final String told;
        /** The how manyth of the rank it is. */
        final int move;
        final long process;
        byte[] description;
        byte[] state;
        Arrival arrival;
        int pagesMissing;

        Arriving(int from, int move, long process, String told) {
            this.from = from;
            this.told = told;
            this.move = move;
            this.process = process;
        }

        void takeHead(long address, int descriptionBytes, int stateBytes) {
            description = Memory.get(address, descriptionBytes);
            state = Memory.get(address + descriptionBytes, stateBytes);
        }
    }

    Mover(Network network, Schedule schedule, World world, Residents residents) {
        this.network = network;
        this.schedule = schedule;
        this.world = world;
        this.residents = residents;
        this.moves = new int[world.size()];
        network.handle(KIND, this::frameArrived);
        network.whenLeaving(rank -> {
            // It is blocked and waits for nothing but this thread, which must not look like the end of everything.
            schedule.externalBegin();
            work.add(() -> {
                if (!leaving.containsKey(rank.worldRank)) {
                    tryNow(rank.worldRank);
                }
                schedule.externalEnd();
            });
            if (schedule.anyReady()) {
                LockSupport.unpark(thread);
            } else {
                help();
            }
        }, rank -> {
            schedule.externalBegin();
            add(() -> {
                network.sendMailAfter(local, rank);
                schedule.externalEnd();
            });
        }, this::help);
    }

    void start() {
        thread.start();
    }

    public void listen(Listener to) {
        listener = to;
    }

    /** As {@link Moves#want}, at any node. */
    @Override
    public void want(int worldRank, int node) {
        add(() -> wantHere(worldRank, node));
    }

    @Override
    public void wish(Rank rank, int node) {
        work.add(() -> wantHere(rank.worldRank, node));
        rank.leaving = true;
        if (rank.lock != null) {
            LockSupport.unpark(thread); // else its PE is about to help
        }
    }

    private void add(Runnable task) {
        work.add(task);
        LockSupport.unpark(thread);
    }

    /** Lines about the ranks that have left and arrived since the job began, for the user; empty when none has. Any thread. */
    String summary() {
        synchronized (stayed) {
            if (left == 0 && arrived == 0 && stayed.isEmpty()) {
                return "";
            }
            var text = new StringBuilder(String.format(Locale.ROOT, "moves: %d ranks left, %d arrived, %d bytes sent", left, arrived, bytes));
            if (left > 0) {
                text.append(String.format(Locale.ROOT, ", %.2f ms each after %.2f ms of waiting", nanos / 1e6 / left, waited / 1e6 / left));
            }
            stayed.forEach((reason, times) -> text.append("\n  ").append(times).append(" times one stayed a while: ").append(reason));
            return text.append('\n').toString();
        }
    }

    private void run() {
        while (!schedule.isStopped()) {
            help();
            if (!tryAgain) {
                LockSupport.park(this);
                continue;
            }
            LockSupport.parkNanos(this, RETRY_NANOS);
            if (work.isEmpty()) {
                work.add(() -> wanted.keySet().stream().toList().forEach(this::tryAgain));
            }
        }
    }

    /** As {@link flotilla.mpi.core.Progress#help}. */
    private void help() {
        // Who finds another at it leaves: that one looks once more when it is done.
        while (!work.isEmpty() && turn.compareAndSet(false, true)) {
            try {
                for (Runnable next = work.poll(); next != null; next = work.poll()) {
                    next.run();
                }
                tryAgain = !wanted.isEmpty();
            } finally {
                turn.set(false);
            }
            if (tryAgain) {
                LockSupport.unpark(thread);
            }
        }
    }

    private void send(int to, int what, int rank, int node, long first, long second, long third, String text) {
        network.send(local, to, frame, put(what, rank, node, first, second, third, text), 0, 0);
    }

    /** Answers the bytes of the frame. */
    private int put(int what, int rank, int node, long first, long second, long third, String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(encoded.length, MOST_TEXT);
        Memory.putInt(frame, KIND);
        Memory.putInt(frame + WHAT, what);
        Memory.putInt(frame + RANK, rank);
        Memory.putInt(frame + NODE, node);
        Memory.putLong(frame + FIRST, first);
        Memory.putLong(frame + SECOND, second);
        Memory.putLong(frame + THIRD, third);
        Memory.putInt(frame + TEXT_BYTES, length);
        Memory.put(encoded, 0, frame + TEXT, length);
        return TEXT + length;
    }

    private void frameArrived(int from, long address, int frameBytes) {
        int what = Memory.getInt(address + WHAT);
        int rank = Memory.getInt(address + RANK);
        int node = Memory.getInt(address + NODE);
        long first = Memory.getLong(address + FIRST);
        long second = Memory.getLong(address + SECOND);
        long third = Memory.getLong(address + THIRD);
        int textBytes = Memory.getInt(address + TEXT_BYTES);
        String text = new String(Memory.get(address + TEXT, textBytes), StandardCharsets.UTF_8);
        Arriving coming = what != OFFER ? null : new Arriving(from, (int) first, second, text);
        if (what == OFFER && frameBytes > TEXT + textBytes) {
            coming.takeHead(address + TEXT + textBytes, (int) (third >>> 32), (int) third);
        }
        schedule.externalBegin();
        work.add(() -> {
            switch (what) {
                case OFFER -> offered(rank, coming, (int) (third >>> 32), (int) third);
                case READY -> sendHead(rank, first);
                case PAGES -> sendPages(rank, first);
                case ARRIVED -> goneTo(rank);
                case FAILED -> stays(rank, text);
                case LOCATED -> located(rank, node, (int) first);
                case WANT -> wantHere(rank, node);
                default -> { }
            }
            schedule.externalEnd();
        });
        if (!network.willHelp() && !schedule.wakeIdle()) {
            LockSupport.unpark(thread);
        }
    }

    // Where a rank leaves.

    private void wantHere(int worldRank, int node) {
        Rank rank = world.rank(worldRank);
        if (rank == null) {
            int at = network.nodeOf(worldRank);
            if (at != network.node()) {
                send(at, WANT, worldRank, node, 0, 0, 0, "");
            }
            return;
        }
        if (node == network.node()) {
            rank.leaving = false;
            wanted.remove(worldRank);
            rank.wake(); // it may wait at the end of a call already
            return;
        }
        wanted.put(worldRank, new Wanted(node, System.nanoTime(), null, 0));
        rank.leaving = true;
        tryNow(worldRank);
    }

    private void tryAgain(int worldRank) {
        Rank rank = world.rank(worldRank);
        if (rank != null) {
            rank.leaving = true;
        }
        tryNow(worldRank);
    }

    /** A rank that is wanted elsewhere may wait now. */
    private void tryNow(int worldRank) {
        Wanted where = wanted.get(worldRank);
        Rank rank = world.rank(worldRank);
        if (where == null || rank == null || schedule.hasEnded(rank)) {
            wanted.remove(worldRank);
            if (rank != null) {
                rank.leaving = false;
                rank.wake();
            }
            if (where != null) {
                giveUp(worldRank, where.node, rank == null ? "it has left already" : "it has ended");
            }
            return;
        }
        // What comes out of its inbox may be all that goes on in the job.
        schedule.externalBegin();
        if (!schedule.claim(rank)) {
            if (schedule.hasThreads(rank)) {
                postpone(worldRank, where, Requests.HAS_THREADS, THREADS_PATIENCE_NANOS);
            }
            schedule.externalEnd();
            return;
        }
        PeLocal before = rank.pe;
        rank.pe = local;
        boolean mail = rank.hasMail();
        rank.drainInbox();
        String reason = rank.whyItStays();
        if (reason == null) {
            reason = residents.whyItStays(worldRank);
        }
        if (reason == null && !Endpoint.of(rank).attached.reclaim()) {
            reason = "its buffered messages have not been received";
        }
        if (reason != null) {
            rank.pe = before;
            postpone(worldRank, where, reason, PATIENCE_NANOS);
            // With what has come out of its inbox the rank may go on; at the end of a call it does, and is asked at the next.
            schedule.letGo(rank, mail || rank.wait == null);
            schedule.externalEnd();
            return;
        }
        long begin = System.nanoTime();
        residents.hide(worldRank, true);
        Serializable endpoint = network.depart(rank);
        // Nobody begins to take anything from it any more, and what was under way has left its news in the inbox. Collective
        // calls go on where the rank arrives: what they offered now would not be taken along.
        if (rank.pins.get() == 0) {
            rank.takeEffect();
        }
        String late = rank.whyItStays();
        if (late != null) {
            comeBack(rank, endpoint, before);
            postpone(worldRank, where, late, PATIENCE_NANOS);
            return;
        }
        String told = residents.departs(rank);
        try {
            // First: what this no longer needs of the rank's memory does not travel.
            byte[] state = RankState.write(rank, endpoint);
            var departure = new Departure(residents.images(worldRank));
            var going = new Leaving(rank, before, where.node, moves[worldRank] + 1, where.since, begin, departure, endpoint, state, told);
            leaving.put(worldRank, going);
            wanted.remove(worldRank);
            offer(going);
        } catch (NotSerializableException e) {
            residents.stays(rank, told);
            comeBack(rank, endpoint, before);
            postpone(worldRank, where, "it has something in MPI that cannot move: " + e.getMessage(), PATIENCE_NANOS);
        } catch (MoveException e) {
            residents.stays(rank, told);
            comeBack(rank, endpoint, before);
            wanted.remove(worldRank);
            rank.leaving = false;
            giveUp(worldRank, where.node, e.getMessage());
        }
    }

    private void postpone(int worldRank, Wanted where, String reason, long patience) {
        long now = System.nanoTime();
        Rank rank = world.rank(worldRank);
        if (rank.wait == null) {
            rank.leaving = false; // it goes on, until it is asked again
        }
        if (!reason.equals(where.reason)) {
            count(reason);
            wanted.put(worldRank, new Wanted(where.node, where.since, reason, now));
        } else if (now - where.reasonSince > patience) {
            wanted.remove(worldRank);
            rank.leaving = false;
            listener.stayed(worldRank, where.node, reason);
        }
    }

    private void comeBack(Rank rank, Serializable endpoint, PeLocal pe) {
        rank.pe = pe;
        Endpoint.of(rank).stay(endpoint);
        network.departed(local, rank);
        residents.hide(rank.worldRank, false);
        schedule.letGo(rank, true);
        schedule.externalEnd();
    }

    private void count(String reason) {
        synchronized (stayed) {
            stayed.merge(reason, 1, Integer::sum);
        }
    }

    private void giveUp(int worldRank, int to, String reason) {
        count(reason);
        listener.stayed(worldRank, to, reason);
    }

    private void offer(Leaving going) {
        int bytes = put(OFFER, going.rank.worldRank, network.node(), going.move, process, (long) going.departure.description().length << 32
                | going.state.length, going.told);
        int all = bytes + going.headBytes();
        if (all > network.maxFrame()) {
            network.send(local, going.to, frame, bytes, 0, 0);
            return;
        }
        try (var arena = Arena.ofConfined()) {
            long head = arena.allocate(going.headBytes(), 8).address();
            going.putHead(head);
            network.send(local, going.to, frame, bytes, head, going.headBytes());
        }
    }

    private void sendHead(int worldRank, long key) {
        Leaving going = leaving.get(worldRank);
        Arena arena = Arena.ofShared();
        long head = arena.allocate(going.headBytes(), 8).address();
        going.putHead(head);
        network.sendBulk(going.to, key, head, going.headBytes(), arena::close);
    }

    private void sendPages(int worldRank, long firstKey) {
        Leaving going = leaving.get(worldRank);
        PageRuns pages = going.departure.pages();
        for (int i = 0; i < pages.count(); i++) {
            network.sendBulk(going.to, firstKey + i, pages.start(i), pages.bytes(i), () -> { });
        }
    }

    private void goneTo(int worldRank) {
        Leaving gone = leaving.remove(worldRank);
        // It may have moved on, and that may have been heard first.
        located(worldRank, gone.to, gone.move);
        world.leave(gone.rank);
        Endpoint.of(gone.rank).left(local);
        schedule.depart(gone.rank);
        network.departed(local, gone.rank);
        network.sendMailAfter(local, gone.rank);
        gone.departure.leave();
        residents.left(worldRank);
        long travelled = gone.departure.pages().bytes() + gone.headBytes();
        long took = System.nanoTime() - gone.begin;
        synchronized (stayed) {
            left++;
            bytes += travelled;
            nanos += took;
            waited += gone.begin - gone.since;
        }
        schedule.externalEnd();
        listener.moved(worldRank, network.node(), gone.to, travelled, gone.begin - gone.since, took);
        gone.afterwards.run();
    }

    private void stays(int worldRank, String reason) {
        Leaving going = leaving.remove(worldRank);
        going.departure.stay();
        going.rank.leaving = false;
        residents.stays(going.rank, going.told);
        comeBack(going.rank, going.endpoint, going.pe);
        giveUp(worldRank, going.to, reason);
    }

    private void located(int worldRank, int node, int move) {
        if (move > moves[worldRank]) {
            moves[worldRank] = move;
            network.located(worldRank, node);
        }
    }

    // Where a rank arrives.

    private void offered(int worldRank, Arriving coming, int descriptionBytes, int stateBytes) {
        if (leaving.containsKey(worldRank)) {
            // It comes back from a third node, and that it has arrived in the second has not been heard here yet.
            schedule.externalBegin();
            leaving.get(worldRank).afterwards = () -> {
                offered(worldRank, coming, descriptionBytes, stateBytes);
                schedule.externalEnd();
            };
            return;
        }
        schedule.externalBegin();
        arriving.put(worldRank, coming);
        if (coming.description != null) {
            headArrived(worldRank);
            return;
        }
        Arena arena = Arena.ofShared();
        long head = arena.allocate(descriptionBytes + stateBytes, 8).address();
        long key = network.expectBulk(head, descriptionBytes + stateBytes, () -> add(() -> {
            coming.takeHead(head, descriptionBytes, stateBytes);
            arena.close();
            headArrived(worldRank);
        }));
        send(coming.from, READY, worldRank, network.node(), key, 0, 0, "");
    }

    private void headArrived(int worldRank) {
        Arriving coming = arriving.get(worldRank);
        try {
            coming.arrival = residents.arrival(worldRank, coming.description);
            PageRuns pages = coming.arrival.pages();
            if (network.canRead(coming.from)) {
                coming.arrival.readFrom(coming.process);
                finish(worldRank);
            } else if (pages.count() == 0) {
                finish(worldRank);
            } else {
                coming.arrival.populate();
                coming.pagesMissing = pages.count();
                long firstKey = network.expectBulks(pages, () -> add(() -> pageArrived(worldRank)));
                send(coming.from, PAGES, worldRank, network.node(), firstKey, 0, 0, "");
            }
        } catch (MoveException e) {
            arriving.remove(worldRank);
            send(coming.from, FAILED, worldRank, network.node(), 0, 0, 0, e.getMessage());
            schedule.externalEnd();
        }
    }

    private void pageArrived(int worldRank) {
        if (--arriving.get(worldRank).pagesMissing == 0) {
            finish(worldRank);
        }
    }

    private void finish(int worldRank) {
        Arriving coming = arriving.remove(worldRank);
        Rank rank = residents.arrived(worldRank, coming.arrival.finish());
        try {
            RankState.read(rank, coming.state);
        } catch (IOException e) {
            throw new IllegalStateException("the state of rank " + worldRank + " cannot be read", e);
        }
        int move = coming.move;
        residents.hide(worldRank, false);
        residents.arrives(rank, coming.from, coming.arrival.pages().bytes() + coming.description.length + coming.state.length, coming.told);
        schedule.arrive(rank, () -> {
            world.enter(rank);
            Endpoint.of(rank).offerWhatHasArrived();
            located(worldRank, network.node(), move);
        });
        synchronized (stayed) {
            arrived++;
        }
        send(coming.from, ARRIVED, worldRank, network.node(), 0, 0, 0, "");
        for (int i = 0; i < network.count(); i++) {
            if (i != network.node() && i != coming.from) {
                send(i, LOCATED, worldRank, network.node(), move, 0, 0, "");
            }
        }
        schedule.externalEnd();
    }
}
