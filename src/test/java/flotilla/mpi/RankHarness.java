package flotilla.mpi;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.mpi.comm.Predefined;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Scheduler;
import flotilla.mpi.core.Wait;
import flotilla.mpi.core.World;
import flotilla.mpi.face.StandardFace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Runs MPI handlers on {@link Rank} objects without guests, loader or PEs. Each rank's program is Java code on a thread of
 * its own, which makes calls through {@link Guest#call}: that waits while the rank is blocked and runs "guest" functions,
 * which are Java as well.
 *
 * <p>With a seed, one rank runs at a time and the next one is drawn at random at each call, so a run can be repeated; a
 * deadlock is noticed at once. Without, all run at the same time.
 */
public final class RankHarness implements AutoCloseable {
    /** What a rank does. */
    @FunctionalInterface
    public interface Program {
        void run(Guest guest) throws Exception;
    }

    /** A function that the host may call in a guest; the arguments are those of Rank.callGuest. */
    @FunctionalInterface
    public interface GuestFunction {
        long apply(Guest guest, long[] arguments);
    }

    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final AtomicLong NEXT_FUNCTION = new AtomicLong(0x7000_0000_0000L);

    public final World world;
    private final Guest[] guests;
    private final Arena arena = Arena.ofShared();
    private final Map<Long, GuestFunction> functions = new ConcurrentHashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    /** Null when all run at the same time. */
    private final Random random;
    private Guest running;
    private int crossings;

    /** @param seed of the order in which ranks run, or null for all at the same time */
    public RankHarness(int size, Long seed) {
        this(size, seed, null);
    }

    /** @param nodes as which the ranks behave, though all are here; or null */
    private RankHarness(int size, Long seed, StandInNodes nodes) {
        random = seed == null ? null : new Random(seed);
        guests = new Guest[size];
        world = new World(size, new Waker(), index -> "function " + index, "test", System.nanoTime(), nodes);
        var predefined = new Predefined(Map.of());
        for (int i = 0; i < size; i++) {
            long control = arena.allocate(ControlBlock.SIZE, 4096).address();
            var rank = new Rank(world, i, StandardFace.INSTANCE, control, control);
            predefined.installInto(rank);
            rank.pe = new PeLocal();
            rank.environment = Rank.Environment.INITIALIZED;
            guests[i] = new Guest(rank);
            rank.thread = guests[i];
        }
    }

    public static RankHarness ordered(int size, long seed) {
        return new RankHarness(size, seed);
    }

    public static RankHarness concurrent(int size) {
        return new RankHarness(size, null);
    }

    /** @param nodes number of made-up nodes on which ranks start in blocks, or 0 for a job in one process */
    public static RankHarness ordered(int size, long seed, int nodes) {
        return new RankHarness(size, seed, nodes == 0 ? null : StandInNodes.blocks(size, nodes));
    }

    /** As {@link #ordered(int, long, int)}, all at the same time. */
    public static RankHarness concurrent(int size, int nodes) {
        return new RankHarness(size, null, nodes == 0 ? null : StandInNodes.blocks(size, nodes));
    }

    /** Ranks that start on made-up nodes. */
    public static RankHarness on(StandInNodes nodes, Long seed) {
        return new RankHarness(nodes.ranks(), seed, nodes);
    }

    public int size() {
        return guests.length;
    }

    /** Messages so far between ranks of different made-up nodes; only when one rank runs at a time. */
    public int crossings() {
        return crossings;
    }

    public Guest guest(int rank) {
        return guests[rank];
    }

    /** An address that stands for a guest function. */
    public long function(GuestFunction function) {
        long address = NEXT_FUNCTION.addAndGet(16);
        functions.put(address, function);
        return address;
    }

    /**
     * An intercommunicator between the first {@code boundary} ranks and the others. Call once; each rank uses its own entry.
     */
    public Comm[] intercommunicator(int boundary) {
        var shared = new Comm.Shared(made());
        Group first = Group.consecutive(0, boundary);
        Group second = Group.consecutive(boundary, size() - boundary);
        var comms = new Comm[size()];
        for (int i = 0; i < comms.length; i++) {
            comms[i] = i < boundary ? new Comm(shared, first, second, i, 0) : new Comm(shared, second, first, i - boundary, 1);
            comms[i].handle = guests[i].rank.comms.add(comms[i]);
        }
        return comms;
    }

    /** A context. */
    private long made() {
        Comm comm = guests[0].rank.commWorld;
        comm.countCollective();
        return world.newContext(comm, 0);
    }

    /** A communicator of all ranks with a chain of its own. */
    public Comm[] duplicate() {
        var shared = new Comm.Shared(made());
        var comms = new Comm[size()];
        for (int i = 0; i < comms.length; i++) {
            comms[i] = new Comm(shared, world.group, null, i, 0);
            comms[i].handle = guests[i].rank.comms.add(comms[i]);
        }
        return comms;
    }

    /** Runs the program on all ranks and waits for them; fails with the first failure of any. */
    public void run(Program program) {
        List<Thread> threads = new ArrayList<>();
        for (Guest guest : guests) {
            guest.state = State.READY;
            guest.thread = Thread.ofVirtual().unstarted(() -> guest.main(program));
            threads.add(guest.thread);
        }
        threads.forEach(Thread::start);
        if (random != null) {
            synchronized (this) {
                pass();
            }
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        Throwable first = failure.getAndSet(null);
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw first instanceof RuntimeException e ? e : new IllegalStateException(first);
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private enum State { READY, RUNNING, BLOCKED, ENDED }

    /** Lets one ready rank run; all others wait. Called with the lock held, nobody running. */
    private void pass() {
        List<Guest> ready = new ArrayList<>();
        boolean blocked = false;
        for (Guest guest : guests) {
            if (guest.state == State.READY) {
                ready.add(guest);
            }
            blocked |= guest.state == State.BLOCKED;
        }
        if (!ready.isEmpty()) {
            Guest next = ready.get(random.nextInt(ready.size()));
            next.state = State.RUNNING;
            running = next;
            LockSupport.unpark(next.thread);
        } else if (blocked) {
            fail(new AssertionError("deadlock: " + waits()));
        }
    }

    private String waits() {
        var text = new StringBuilder();
        for (Guest guest : guests) {
            if (guest.rank.wait != null) {
                text.append("\n  rank ").append(guest.rank.worldRank).append(": ").append(guest.rank.wait.describe(guest.rank));
            }
        }
        return text.toString();
    }

    private void fail(Throwable problem) {
        failure.compareAndSet(null, problem);
        for (Guest guest : guests) {
            LockSupport.unpark(guest.thread);
        }
    }

    private final class Waker implements Scheduler {
        @Override
        public void wake(Rank rank) {
            var guest = (Guest) rank.thread;
            guest.woken = true;
            if (random == null) {
                LockSupport.unpark(guest.thread);
            } else {
                synchronized (RankHarness.this) {
                    if (world.nodes != null && running != null
                            && world.nodes.homeOf(running.index()) != world.nodes.homeOf(guest.index())) {
                        crossings++;
                    }
                    if (guest.state == State.BLOCKED) {
                        guest.state = State.READY;
                    }
                }
            }
        }

        @Override
        public void abort(Rank rank, int status, String message) {
            fail(new AssertionError("abort: " + message));
        }
    }

    /** A rank and its program's thread. */
    public final class Guest {
        public final Rank rank;
        private Thread thread;
        private State state = State.ENDED;
        private volatile boolean woken;

        Guest(Rank rank) {
            this.rank = rank;
        }

        public int index() {
            return rank.worldRank;
        }

        public Comm world() {
            return rank.commWorld;
        }

        /** Zeroed memory that lives as long as the harness. */
        public long allocate(long bytes) {
            return segment(bytes).address();
        }

        public MemorySegment segment(long bytes) {
            return arena.allocate(Math.max(bytes, 1), 64);
        }

        /** Address of a C array. */
        public long ints(int... values) {
            long address = allocate(4L * values.length);
            for (int i = 0; i < values.length; i++) {
                Memory.putInt(address + 4L * i, values[i]);
            }
            return address;
        }

        /** Address of an array of 8-byte values. */
        public long longs(long... values) {
            long address = allocate(8L * values.length);
            for (int i = 0; i < values.length; i++) {
                Memory.putLong(address + 8L * i, values[i]);
            }
            return address;
        }

        /** Sets an argument of the trap, for handlers that look at the raw ones. */
        public void argument(int index, long raw) {
            Memory.putLong(rank.control + ControlBlock.ARGUMENTS + 8L * index, raw);
        }

        /** Makes an MPI call: runs the handler, waits while it is blocked, runs guest functions. Answers its error code. */
        public int call(IntSupplier handler) {
            letOthersRun();
            int answer = handler.getAsInt();
            while (true) {
                if (answer == Rank.BLOCKED) {
                    await();
                    rank.drainInbox();
                    Wait waiting = rank.wait;
                    answer = rank.ask(waiting);
                    if (answer != Rank.BLOCKED && rank.wait == waiting) {
                        rank.wait = null;
                    }
                } else if (answer == Rank.CALLING) {
                    rank.wait = null;
                    answer = rank.guestReturned(callFunction());
                } else {
                    return answer;
                }
            }
        }

        /** As {@link #call}, which must succeed. */
        public void succeed(IntSupplier handler) {
            int code = call(handler);
            if (code != 0) {
                throw new AssertionError("rank " + index() + " got error " + code);
            }
        }

        private long callFunction() {
            GuestFunction function = functions.get(Memory.getLong(rank.control + ControlBlock.CALL_FUNCTION));
            var arguments = new long[ControlBlock.MAX_CALL_ARGUMENTS];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = Memory.getLong(rank.control + ControlBlock.CALL_ARGUMENTS + 8L * i);
            }
            return function.apply(this, arguments);
        }

        private void main(Program program) {
            try {
                if (random != null) {
                    park(() -> state == State.RUNNING);
                }
                program.run(this);
            } catch (Throwable e) {
                fail(e);
            } finally {
                if (random != null) {
                    synchronized (RankHarness.this) {
                        state = State.ENDED;
                        pass();
                    }
                }
            }
        }

        /** Lets other ranks run. */
        private void letOthersRun() {
            if (random == null) {
                return;
            }
            synchronized (RankHarness.this) {
                state = State.READY;
                pass();
            }
            park(() -> state == State.RUNNING);
        }

        private void await() {
            if (random == null) {
                park(() -> woken);
                woken = false;
                return;
            }
            synchronized (RankHarness.this) {
                state = woken ? State.READY : State.BLOCKED;
                woken = false;
                pass();
            }
            park(() -> state == State.RUNNING);
            woken = false;
        }

        private void park(java.util.function.BooleanSupplier until) {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (true) {
                if (failure.get() != null) {
                    throw new IllegalStateException("another rank has failed");
                }
                synchronized (RankHarness.this) {
                    if (until.getAsBoolean()) {
                        return;
                    }
                }
                LockSupport.parkNanos(100_000_000);
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("a rank waits for too long: " + waits());
                }
            }
        }
    }
}
