package flotilla.schedule;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.Placement;
import flotilla.mpi.core.Progress;
import flotilla.mpi.core.Rank;
import flotilla.trap.JobCanary;
import flotilla.trap.Traps;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The PEs of a node and the ranks that they share. */
public final class Schedule {
    /** What the owner of a schedule is told. */
    public interface Listener {
        /** All ranks are blocked and nothing can wake them. Called once, on a PE's thread. */
        void deadlocked();

        /** All ranks have ended. Called once, on a PE's thread. */
        void finished();

        /** The runtime itself failed while it ran {@code rank}. */
        void failed(Rank rank, Throwable failure);
    }

    /**
     * Nanoseconds for which a PE looks for work before it parks: longer than a message takes to come back. Not a number of rounds, which
     * take milliseconds until they are compiled, and are compiled for being many while the ranks need the cores.
     */
    private static final long PATIENCE = 100_000;
    /** The same where other nodes may send something large, which takes longer, and nobody else wants the core. */
    private static final long PATIENCE_WITH_OTHERS = 2_000_000;
    /** Bytes of the Java stack of a thread that a rank has made; the guest's code has another. */
    private static final long PLATFORM_STACK = 512 * 1024;
    /** A rank's state has a cache line for itself: PEs change those of their ranks at every switch. */
    public static final long STATE_BYTES = 64;

    private final Pe[] pes;
    /** By world rank; null for ranks of other nodes. */
    private final RankThread[] threads;
    /** The first rank that starts on this node, and how many do. */
    private final int first;
    private final int own;
    private final Traps traps;
    private final Listener listener;
    /** Whether times are taken. Not volatile: a PE may learn of a change a little later. */
    private boolean measured;
    /** For tests: a rank that becomes ready changes its PE each time. */
    private final boolean stealingForced;
    private final AtomicInteger alive;
    private final long states;
    private final Timers timers = new Timers();
    /**
     * For threads that ranks make: programs make many that live shortly, so platform threads are used again. They stay as long
     * as the job: the kernel ends children that a rank has forked with the thread that ran it.
     */
    private final ExecutorService platformThreads;
    /** Waits that something outside the ranks will end: input, a sleep. While there are any there is no deadlock. */
    private final AtomicInteger external = new AtomicInteger();
    private final List<Pe> auxiliaries = new CopyOnWriteArrayList<>();
    private final AtomicInteger arrivals = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();
    private final Object parking = new Object();
    private volatile boolean stopped;
    private BooleanSupplier stay = () -> false;
    private boolean oneAtATime;
    /** Null in a job of one node. */
    private Progress progress;
    private long patience = PATIENCE;

    /**
     * @param placement all ranks of the job, and which of them start here
     * @param node      the number of this node
     * @param canary of all threads that run ranks
     * @param measured whether the time that ranks and PEs spend is taken (two readings of the clock at each switch)
     * @param stealingForced whether a rank that becomes ready goes to another PE than it ran on last, as if that one had
     *     stolen it: for tests of what must not depend on the PE
     */
    public Schedule(int pes, Placement placement, int node, Traps traps, Listener listener, JobCanary canary, boolean measured,
            boolean stealingForced) {
        int ranks = placement.ranks();
        this.first = placement.first(node);
        this.own = placement.count(node);
        this.pes = new Pe[pes];
        this.threads = new RankThread[ranks];
        this.traps = traps;
        this.listener = listener;
        this.measured = measured;
        this.stealingForced = stealingForced;
        this.alive = new AtomicInteger(own);
        this.platformThreads = new ThreadPoolExecutor(0, Integer.MAX_VALUE, Long.MAX_VALUE, TimeUnit.NANOSECONDS,
                new SynchronousQueue<>(), task -> canary.thread(task, "thread of a rank", PLATFORM_STACK));
        // As long as the process: a PE may be about to look at its rank's when the job is at its end.
        this.states = Arena.global().allocate(ranks * STATE_BYTES, STATE_BYTES).address();
        for (int i = 0; i < pes; i++) {
            this.pes[i] = new Pe(this, i, threads, canary);
        }
    }

    /**
     * Adds a rank before {@link #start}.
     *
     * @param beginning makes its slot ready and runs on the PE that takes it first; null when the slot is ready
     */
    public void add(Rank rank, Runnable beginning) {
        // Neighbouring ranks share a PE: they talk to each other most.
        Pe pe = pes[(int) ((long) (rank.worldRank - first) * pes.length / own)];
        var thread = new RankThread(rank, rank.worldRank, pe, beginning, states + rank.worldRank * STATE_BYTES);
        rank.thread = thread;
        threads[rank.worldRank] = thread;
        pe.offer(thread);
    }

    public void start() {
        for (Pe pe : pes) {
            pe.start();
        }
        if (progress != null) {
            new NetworkWatch(this, progress).start();
        }
        if (own > pes.length && !oneAtATime) {
            new Relief(this).start();
        }
    }

    /** PEs end when their ranks trap next; a guest that computes is not interrupted. */
    public void stop() {
        stopped = true;
        for (Pe pe : pes) {
            LockSupport.unpark(pe.thread());
        }
    }

    /**
     * After {@link #stop}: waits until the PEs have left the ranks that they run, which they do when those trap; not for ranks
     * that compute, beyond the given time, and not for the PE whose thread is {@code except} (or null).
     */
    public void awaitTraps(long millis, Thread except) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (Pe pe : pes) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left > 0 && pe.thread() != except) {
                pe.thread().join(left);
            }
        }
    }

    /**
     * After {@link #stop}: takes the ranks that have begun and wait, in a trap, for something or for a PE. No PE runs them
     * any more.
     */
    public List<Rank> seize() {
        List<Rank> seized = new ArrayList<>();
        for (Pe pe : pes) {
            for (RankThread thread = pe.give(); thread != null; thread = pe.give()) {
                if (thread.beginning == null) {
                    seized.add(thread.rank);
                }
            }
        }
        for (RankThread thread : threads) {
            if (thread == null) {
                continue;
            }
            if (thread.seize()) {
                seized.add(thread.rank);
            }
            for (PosixThread one : thread.threads) {
                if (one.isMain() && one.seize()) {
                    thread.rank.exchange(one.calls());
                    seized.add(thread.rank);
                }
            }
        }
        return seized;
    }

    public Pe[] pes() {
        return pes.clone();
    }

    /** The rank's thread, or null when the rank is on another node. */
    public RankThread thread(int worldRank) {
        return threads[worldRank];
    }

    /** Address of the states of all ranks, {@link #STATE_BYTES} apart. */
    public long states() {
        return states;
    }

    Traps traps() {
        return traps;
    }

    Listener listener() {
        return listener;
    }

    /** In a trap of a rank: what it has run until now is on its account, if times are taken. */
    public void account(Rank rank) {
        Pe pe = ((RankThread) rank.thread).bound;
        if (pe != null) {
            pe.account();
        }
    }

    /** In a trap of a rank: the number of the PE that runs it; 0 when that is not one of {@link #pes}. */
    public int pe(Rank rank) {
        Pe pe = ((RankThread) rank.thread).bound;
        return pe == null ? 0 : Math.max(0, pe.index());
    }

    /** In a trap of a rank that yields ({@link Rank#yield}): it goes on on that PE, unless another is idle and takes it. */
    public void sendTo(Rank rank, int pe) {
        ((RankThread) rank.thread).pe = pes[pe];
    }

    boolean isMeasured() {
        return measured;
    }

    /** Any thread: times are taken from now on, as if that had been asked for from the beginning. Answers whether they were not. */
    public boolean beginMeasuring() {
        if (measured) {
            return false;
        }
        long now = System.nanoTime();
        for (Pe pe : pes) {
            pe.prepareMeasuring(now);
        }
        java.lang.invoke.VarHandle.releaseFence();
        measured = true;
        for (Pe pe : pes) {
            pe.measureFrom(now);
        }
        return true;
    }

    /** Any thread: takes back {@link #beginMeasuring}. */
    public void endMeasuring() {
        measured = false;
    }

    public boolean isStopped() {
        return stopped;
    }

    /** Any thread: makes a rank ready if it is blocked. */
    public void wake(Rank rank) {
        var thread = (RankThread) rank.thread;
        if (thread.wake()) {
            enqueue(current(thread));
        }
        // Should it have come back meanwhile, what was woken is not what the news are for.
        if (progress != null && thread.hasMoved()) {
            progress.moved(rank);
        }
        for (PosixThread one : thread.threads) {
            one.wake();
        }
    }

    // Ranks that leave for another process, and such that arrive.

    /** A rank that has just been made ready; should it have left and come back meanwhile, as what it has become. */
    private RankThread current(RankThread thread) {
        return thread.hasMoved() ? threads[thread.rank.worldRank] : thread;
    }

    /** Any thread: a rank that is claimed has left. What comes for it is forwarded from now on. */
    public void depart(Rank rank) {
        var thread = (RankThread) rank.thread;
        threads[rank.worldRank] = null;
        alive.decrementAndGet();
        thread.leave();
    }

    /** Any thread: a rank has arrived, and will look at what it waits for. @param enter makes it known to others */
    public void arrive(Rank rank, Runnable enter) {
        Pe pe = pes[Math.floorMod(arrivals.getAndIncrement(), pes.length)];
        var thread = new RankThread(rank, rank.worldRank, pe, null, states + rank.worldRank * STATE_BYTES);
        rank.thread = thread;
        threads[rank.worldRank] = thread;
        alive.incrementAndGet();
        enter.run();
        enqueue(thread);
    }

    /** As {@link flotilla.mpi.core.Scheduler#claim}. */
    public boolean claim(Rank rank) {
        var thread = (RankThread) rank.thread;
        if (!thread.claim()) {
            return false;
        }
        if (progress != null && thread.hasMoved()) {
            // It is here again, as another object.
            if (thread.letGo(false)) {
                enqueue(current(thread));
            }
            return false;
        }
        return true;
    }

    /** As {@link flotilla.mpi.core.Scheduler#letGo}. */
    public void letGo(Rank rank, boolean completed) {
        var thread = (RankThread) rank.thread;
        if (thread.letGo(completed)) {
            enqueue(thread);
        }
    }

    void enqueue(RankThread thread) {
        if (stealingForced) {
            // Volatile accesses of the queue order this write before the read of whoever takes the rank.
            thread.pe = pes[(thread.pe.index() + 1) % pes.length];
        }
        thread.pe.offer(thread);
        if (pes.length == 1 && Thread.currentThread() == pes[0].thread()) {
            return; // nobody else is there to be told
        }
        // Orders the offer before the look at who is parked; a PE that parks does the two in the other order.
        java.lang.invoke.VarHandle.fullFence();
        if (parked.get() > 0) {
            unparkOne(thread.pe);
        }
    }

    /** Any thread: wakes a PE that has nothing to do, which will {@link Progress#help}. Answers false when there is none. */
    public boolean wakeIdle() {
        for (Pe pe : pes) {
            if (pe.unpark()) {
                return true;
            }
        }
        return false;
    }

    /** Wakes the PE whose queue has grown, or another that can steal from it. */
    private void unparkOne(Pe preferred) {
        if (!preferred.unpark()) {
            wakeIdle();
        }
    }

    /** Ranks stay on their PEs from now on while {@code stay} says so, which is asked before each theft. */
    public void stayWhile(BooleanSupplier stay) {
        this.stay = stay;
    }

    /** Before {@link #start}, with one PE: never are two ranks run at once, however long one keeps the PE. */
    public void runOneAtATime() {
        oneAtATime = true;
    }

    /**
     * Before {@link #start}: other nodes may make ranks ready. The schedule then tells of no deadlock and, when its last rank ends,
     * does not stop: others may come.
     *
     * @param coreForEach whether the nodes of this host have no more PEs than it has cores
     */
    public void connect(Progress network, boolean coreForEach) {
        progress = network;
        patience = coreForEach ? PATIENCE_WITH_OTHERS : PATIENCE;
    }

    long patience() {
        return patience;
    }

    Progress progress() {
        return progress;
    }

    /** Times that PEs have looked for news from other nodes. Racy. */
    long polls() {
        long sum = 0;
        for (Pe pe : pes) {
            sum += pe.polls();
        }
        return sum;
    }

    boolean anyParked() {
        return parked.get() > 0;
    }

    /** Whether nothing here can make a rank ready, but for other nodes. A PE may be about to park: ask again. Any thread. */
    public boolean isQuiet() {
        return external.get() == 0 && allParked();
    }

    /** A ready rank of another PE, or null. */
    RankThread steal(Pe thief) {
        if (stay.getAsBoolean()) {
            return null;
        }
        // The thief's own queue comes last: it is empty, but for an auxiliary PE, which is -1 and has none.
        for (int i = 1; i <= pes.length; i++) {
            Pe victim = pes[(thief.index() + i) % pes.length];
            RankThread thread = victim.give();
            if (thread != null) {
                // Others were out of the queue for a moment, in which a PE may have found it empty and parked.
                if (parked.get() > 0 && victim.hasReady()) {
                    unparkOne(victim);
                }
                return thread;
            }
        }
        return null;
    }

    /** Whether a rank may keep a PE for a while that has nothing else to do: when another PE can bring what it waits for. */
    boolean mayLinger() {
        return (pes.length > 1 || progress != null) && !stealingForced;
    }

    /** Any thread: whether a rank waits for a PE. Racy. */
    public boolean anyReady() {
        for (Pe pe : pes) {
            if (pe.hasReady()) {
                return true;
            }
        }
        return false;
    }

    /** A PE has found nothing for a while: parks until there is something. */
    void park(Pe pe) {
        boolean deadlock;
        synchronized (parking) {
            // The count is never less than the flags that are set: whoever sees 0 need not look at the flags.
            parked.incrementAndGet();
            pe.setParked(true);
            java.lang.invoke.VarHandle.fullFence();
            if (stopped || anyReady()) {
                leaveParking(pe);
                return;
            }
            // Only running ranks, timers and outside events make ranks ready. None is left. An outside event wakes a PE before it
            // is taken off the account, so the account is read first; and a PE that was woken cannot park again meanwhile.
            deadlock = progress == null && external.get() == 0 && allParked() && alive.get() > 0 && !stopped;
        }
        if (deadlock) {
            stopped = true;
            listener.deadlocked();
        }
        while (pe.isParked() && !stopped) {
            LockSupport.park(this);
        }
        leaveParking(pe);
    }

    /** Nobody else has taken the PE out of its parking place, or somebody has, and has done the counting. */
    private void leaveParking(Pe pe) {
        if (pe.setParked(false)) {
            parked.decrementAndGet();
        }
    }

    private boolean allParked() {
        for (Pe pe : pes) {
            if (!pe.isParked()) {
                return false;
            }
        }
        return true;
    }

    void notParked() {
        parked.decrementAndGet();
    }

    /** The rank in {@code thread} has ended: one of its threads has called exit. */
    void end(RankThread thread) {
        if (!thread.end()) {
            return;
        }
        // First, so that nobody is missed while its threads leave.
        boolean last = alive.decrementAndGet() == 0;
        for (PosixThread one : thread.threads) {
            one.end();
        }
        if (last) {
            if (progress == null) {
                stopped = true;
            }
            listener.finished();
            if (progress == null) {
                stop();
            }
        }
    }

    /** Any thread. */
    public boolean hasEnded(Rank rank) {
        return ((RankThread) rank.thread).hasEnded();
    }

    public int alive() {
        return alive.get();
    }

    // Auxiliary PEs. While there are any they count as an outside event: ranks that they run may wake others.

    /** Traps answered by the PEs, auxiliary ones not counted. Racy. */
    long answeredByPes() {
        long sum = 0;
        for (Pe pe : pes) {
            sum += pe.answered();
        }
        return sum;
    }

    /** The same with auxiliary PEs. Racy. */
    long answered() {
        long sum = answeredByPes();
        for (Pe pe : auxiliaries) {
            sum += pe.answered();
        }
        return sum;
    }

    int auxiliaries() {
        return auxiliaries.size();
    }

    /** One more PE, until the others get on. */
    void startAuxiliary() {
        Pe pe = Pe.auxiliary(this);
        externalBegin();
        auxiliaries.add(pe);
        platformThreads.execute(pe::run);
    }

    /** The calling auxiliary PE has left its last rank. */
    void auxiliaryEnds(Pe pe) {
        auxiliaries.remove(pe);
        externalEnd();
    }

    // Ranks with several threads.

    /**
     * A rank has made a thread. Under the rank's lock.
     *
     * @param main what the main thread does in MPI, when it has been the only one so far; else null
     * @throws OutOfMemoryError when the system has no more threads; nothing has changed then
     */
    public void startThread(Rank rank, CallState thread, CallState main) {
        var of = (RankThread) rank.thread;
        PosixThread[] before = of.threads;
        var started = new PosixThread(this, of, thread);
        if (main != null) {
            before = new PosixThread[] {new PosixThread(this, of, main)};
            externalBegin();
        }
        PosixThread[] threads = Arrays.copyOf(before, before.length + 1);
        threads[before.length] = started;
        of.threads = threads;
        externalBegin();
        try {
            platformThreads.execute(started::run);
        } catch (OutOfMemoryError noMoreThreads) {
            of.threads = main == null ? before : RankThread.NONE;
            externalEnd();
            if (main != null) {
                externalEnd();
            }
            throw noMoreThreads;
        }
    }

    /** The PE's rank has made its first thread: its main thread goes on beside that, on a platform thread. */
    void leavePe(RankThread rank) {
        PosixThread main = rank.threads[0];
        rank.leavePe();
        main.wake(); // what came while the PE still had it
        platformThreads.execute(main::run);
    }

    /**
     * The calling main thread stands in a trap and is about to wait, or to leave with its rank: on the PEs, when it is the rank's only
     * thread again. Answers whether it is.
     */
    boolean returnToPe(RankThread of, PosixThread main) {
        Rank rank = of.rank;
        ReentrantLock lock = rank.lock;
        lock.lock();
        try {
            if (of.threads.length > 1) {
                return false;
            }
            rank.exchange(main.calls());
            rank.lock = null;
            of.threads = RankThread.NONE;
            of.bound = null;
        } finally {
            lock.unlock();
        }
        if (of.returnToPe()) {
            enqueue(of);
        }
        return true;
    }

    /** Under the rank's lock: a thread has ended. */
    void forget(RankThread of, PosixThread thread) {
        PosixThread[] left = Arrays.stream(of.threads).filter(t -> t != thread).toArray(PosixThread[]::new);
        of.threads = left;
        if (left.length == 1) {
            left[0].wake(); // should it wait: on the PEs from now on, where the rank can be taken to another node
        }
    }

    /** Any thread: whether a rank has threads beside its main one that have not ended. Racy, but for the rank's own traps. */
    public boolean hasThreads(Rank rank) {
        return ((RankThread) rank.thread).hasOthers();
    }

    // Events from outside the ranks.

    /** A rank waits for something that only the outside can bring: no deadlock until {@link #externalEnd}. */
    public void externalBegin() {
        external.incrementAndGet();
    }

    /** The event came: wakes the rank. */
    public void externalEnd(Rank rank) {
        wake(rank);
        externalEnd();
    }

    /** As {@link #externalEnd(Rank)}, for an event that wakes nobody. */
    public void externalEnd() {
        // The rank may have run and blocked again, and all PEs may have parked, while this event was still on the account: then
        // a PE must look again whether anything is left that can happen.
        if (external.decrementAndGet() == 0 && parked.get() > 0) {
            unparkOne(pes[0]);
        }
    }

    /**
     * Wakes a rank at a time of {@link System#nanoTime}.
     *
     * @return for {@link #cancel}
     */
    public Object wakeAt(Rank rank, long time) {
        return wakeAt(rank, time, () -> {});
    }

    /** The same; {@code before} runs first, on the timers' thread. */
    public Object wakeAt(Rank rank, long time, Runnable before) {
        externalBegin();
        return timers.add(time, () -> {
            before.run();
            externalEnd(rank);
        });
    }

    /** The rank itself: what {@link #wakeAt} answered is not wanted any more. Answers false when it came too late. */
    public boolean cancel(Rank rank, Object wake) {
        boolean cancelled = timers.cancel((Timers.Timer) wake);
        if (cancelled) {
            externalEnd(rank);
        }
        return cancelled;
    }

    /** Runs an action at a time of {@link System#nanoTime}, on the timers' thread. It keeps nobody from noticing a deadlock. */
    public void runAt(long time, Runnable action) {
        timers.add(time, action);
    }
}
