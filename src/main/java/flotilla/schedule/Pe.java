package flotilla.schedule;

import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Progress;
import flotilla.mpi.core.Rank;
import flotilla.trap.Guest;
import flotilla.trap.JobCanary;
import flotilla.trap.Traps;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A processing element: a platform thread that runs ranks. */
public final class Pe {
    /** Rounds between looks at the clock. */
    private static final int SPINS_PER_LOOK = 32;
    /** Rounds between looks at the other PEs' queues, which cost those PEs a cache line each time. */
    private static final int SPINS_PER_THEFT = 8;
    /** Rounds between looks for news from other nodes. */
    private static final int SPINS_PER_POLL = 4;
    /** Ranks run, or traps of one rank answered, between looks for news from other nodes. */
    private static final int RUNS_PER_POLL = 16;
    /** Traps after which a rank that never blocks lets others run. */
    private static final int TRAPS_IN_A_ROW = 1024;

    private final Schedule schedule;
    private final int index;
    private final ReadyQueue ready;
    private final PeLocal local = new PeLocal();
    private final AtomicBoolean parked = new AtomicBoolean();
    private final Thread thread;
    private Guest.PeThread peThread;
    private long switches;
    /** Traps answered; others read it to see whether this PE gets on. */
    private long answered;
    /** When the current rank began to run, or 0 when times are not taken. */
    private long begin;
    /** When the last rank was left, or idling ended, while times are taken: then the next one begins, without another look at the clock. */
    private long left;
    private long idleNanos;
    /** Since when there is nothing to run, or 0 when times are not taken. */
    private long idleSince;
    /** Link of the rank that is run, or 0. Others read it to see what this PE does. */
    private int runs;
    /** Times a rank came here that another PE had run. */
    private long arrivals;
    private long startNanos;
    private long endNanos;
    /** Looks for news from other nodes; others read it. */
    private long polls;
    private int runsSincePoll;
    /** When the clock was first looked at while there was nothing to do, or 0. */
    private long lookingSince;

    Pe(Schedule schedule, int index, RankThread[] ranks, JobCanary canary) {
        this(schedule, index, ranks, run -> canary.thread(run, "PE " + index));
    }

    private Pe(Schedule schedule, int index, RankThread[] ranks, Function<Runnable, Thread> threads) {
        this.schedule = schedule;
        this.index = index;
        this.ready = new ReadyQueue(ranks);
        this.thread = threads.apply(this::run);
    }

    /** A PE without a queue and a thread of its own, which helps out while all others are stuck: see {@link Relief}. */
    static Pe auxiliary(Schedule schedule) {
        return new Pe(schedule, -1, RankThread.NO_RANKS, run -> null);
    }

    private boolean isAuxiliary() {
        return index < 0;
    }

    /** Grows as long as the ranks on this PE make calls. Racy. */
    long answered() {
        return answered;
    }

    public int index() {
        return index;
    }

    Thread thread() {
        return thread;
    }

    /** The kernel's number of this PE's thread (gettid), or 0 before it runs. */
    public int threadNumber() {
        Guest.PeThread started = peThread;
        return started == null ? 0 : started.number();
    }

    void start() {
        thread.start();
    }

    void offer(RankThread rankThread) {
        if (Thread.currentThread() == thread) {
            ready.append(rankThread);
        } else {
            ready.push(rankThread);
        }
    }

    /** To another thread. */
    RankThread give() {
        return ready.steal();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Answers whether the value changed. */
    boolean setParked(boolean value) {
        return parked.compareAndSet(!value, value);
    }

    boolean isParked() {
        return parked.get();
    }

    /** Wakes this PE's thread if it is parked; answers whether it was. */
    boolean unpark() {
        if (!setParked(false)) {
            return false;
        }
        schedule.notParked();
        LockSupport.unpark(thread);
        return true;
    }

    /** Grows as this PE looks for news from other nodes. Racy. */
    long polls() {
        return polls;
    }

    private boolean poll(Progress progress) {
        polls++;
        runsSincePoll = 0;
        return progress.poll(local);
    }

    /** Something was run: looks for news from other nodes when that has not been done for a while. */
    private void pollSometimes() {
        Progress progress = schedule.progress();
        if (progress != null && ++runsSincePoll >= RUNS_PER_POLL) {
            poll(progress);
        }
    }

    /** Times ranks were switched to. */
    public long switches() {
        return switches;
    }

    // What others see of a PE while it works. All of it is racy, and precise enough for people.

    /** Times a rank came here that had been on another PE. */
    public long arrivals() {
        return arrivals;
    }

    /** The world rank that is run, or -1. */
    public int runs() {
        return runs - 1;
    }

    /** Nanoseconds without anything to run since times are taken; {@code now} is of {@link System#nanoTime}. */
    public long idleNanos(long now) {
        long since = idleSince;
        return idleNanos + (runs == 0 && since != 0 ? Math.max(0, now - since) : 0);
    }

    /** Nanoseconds that {@link #runs} has run and that are not on its account yet. */
    public long runningNanos(long now) {
        long since = begin;
        return runs != 0 && since != 0 ? Math.max(0, now - since) : 0;
    }

    /** Times are about to be taken. */
    void prepareMeasuring(long now) {
        left = now;
    }

    /** Adds what the rank that runs has run to its account. On this PE's thread, in a trap of that rank. */
    void account() {
        if (runs != 0 && begin != 0) {
            account(schedule.thread(runs - 1).rank);
        }
    }

    /** From now on times are taken: also of what goes on already. */
    void measureFrom(long now) {
        if (runs == 0) {
            idleSince = now;
        } else if (begin == 0) {
            begin = now;
        }
    }

    /** Share of the time between the first and the last rank in which there was nothing to run, 0 to 1; 0 when not measured. */
    public double idleShare() {
        long until = endNanos != 0 ? endNanos : System.nanoTime();
        long time = until - startNanos;
        return time <= 0 || startNanos == 0 ? 0 : Math.min(1, (double) idleNanos / time);
    }

    void run() {
        peThread = schedule.traps().enterThread();
        if (isAuxiliary()) {
            runAsAuxiliary();
            return;
        }
        startNanos = System.nanoTime();
        left = startNanos;
        while (!schedule.isStopped()) {
            RankThread next = ready.take();
            if (next == null) {
                next = idle();
            }
            if (next != null) {
                run(next);
                pollSometimes();
            }
        }
        endNanos = System.nanoTime();
    }

    /** Until there is nothing to run, or the others get on again. */
    private void runAsAuxiliary() {
        long before = schedule.answeredByPes();
        left = System.nanoTime();
        RankThread next = schedule.steal(this);
        while (next != null) {
            run(next);
            next = schedule.isStopped() || schedule.answeredByPes() != before ? null : schedule.steal(this);
        }
        schedule.traps().leaveThread();
        schedule.auxiliaryEnds(this);
    }

    /** Whether other ranks wait for this PE. */
    private boolean hasOthers() {
        return isAuxiliary() ? schedule.anyReady() : !ready.isEmpty();
    }

    /** Nothing is ready here: looks elsewhere, for a while, then parks. */
    private RankThread idle() {
        idleSince = schedule.isMeasured() ? left : 0;
        runs = 0;
        RankThread next = null;
        Progress progress = schedule.progress();
        lookingSince = 0;
        local.isIdle = true;
        for (int i = 1; next == null && !schedule.isStopped(); i++) {
            if (i % SPINS_PER_LOOK == 0 && isPatienceOver()) {
                break;
            }
            if (progress != null && i % SPINS_PER_POLL == 0 && poll(progress)) {
                progress.help();
                lookingSince = 0;
            }
            next = ready.take();
            if (next == null && i % SPINS_PER_THEFT == 0) {
                next = schedule.steal(this);
            }
            if (next == null) {
                Thread.onSpinWait();
            }
        }
        local.isIdle = false;
        if (next == null) {
            schedule.park(this);
            if (progress != null) {
                progress.help();
            }
        }
        if (idleSince != 0) {
            left = System.nanoTime();
            idleNanos += left - idleSince;
            idleSince = 0;
        }
        return next;
    }

    /**
     * Nothing else is ready anywhere: waits a little for what the rank waits for, without blocking it. Who wakes it needs no queue
     * then, and this PE looks for the news where they come. Answers whether some have come.
     */
    private boolean linger(RankThread current, Rank rank) {
        if (!schedule.mayLinger() || isAuxiliary() || schedule.anyReady() || rank.leaving) {
            return false;
        }
        // It has just been accounted for.
        long begin = this.begin;
        boolean news = false;
        Progress progress = schedule.progress();
        lookingSince = 0;
        for (int i = 1; ; i++) {
            if (progress != null && i % SPINS_PER_POLL == 0) {
                poll(progress);
            }
            news = current.takeNotice() || rank.hasMail();
            if (news || i % SPINS_PER_THEFT == 0 && (schedule.isStopped() || schedule.anyReady() || rank.leaving)) {
                break;
            }
            if (i % SPINS_PER_LOOK == 0 && isPatienceOver()) {
                break;
            }
            Thread.onSpinWait();
        }
        if (begin != 0) {
            this.begin = System.nanoTime();
            left = this.begin;
            idleNanos += this.begin - begin;
        }
        return news;
    }

    private boolean isPatienceOver() {
        long now = System.nanoTime();
        if (lookingSince == 0) {
            lookingSince = now;
        }
        return now - lookingSince >= schedule.patience();
    }

    private void run(RankThread current) {
        Rank rank = current.rank;
        current.run();
        switches++;
        rank.counters.switches++;
        runs = current.link();
        begin = schedule.isMeasured() ? left : 0;
        try {
            if (current.beginning != null) {
                current.beginning.run();
                current.beginning = null;
            }
            if (!isAuxiliary()) {
                current.pe = this;
            }
            if (current.bound != this) {
                arrivals += current.bound == null ? 0 : 1;
                current.bound = this;
                schedule.traps().bind(rank, peThread, local);
            }
            runUntilItLeaves(current, rank);
        } catch (Throwable e) {
            current.end();
            schedule.listener().failed(rank, e);
        }
    }

    /** Adds the time since the rank began to run to its account. Not after it may have been queued elsewhere. */
    private void account(Rank rank) {
        if (begin != 0) {
            long now = System.nanoTime();
            rank.counters.runNanos += now - begin;
            begin = now;
            left = now;
        }
    }

    private void runUntilItLeaves(RankThread current, Rank rank) {
        Traps traps = schedule.traps();
        RankThread next = ready.peek();
        local.nextControl = next == null || next.beginning != null ? 0 : next.rank.mainControl;
        int answer = traps.poll(rank);
        int trapsInARow = 0;
        while (true) {
            if (answer == Traps.RESUME) {
                answered++;
                if (rank.lock != null) {
                    // It has just made a thread.
                    account(rank);
                    schedule.leavePe(current);
                    return;
                }
                if (schedule.isStopped()) {
                    current.blockForGood(); // its answer waits in the control block
                    return;
                }
                pollSometimes();
                if (rank.leaving && schedule.progress() != null) {
                    account(rank);
                    if (current.block()) {
                        schedule.progress().leaves(rank);
                        return;
                    }
                }
                if (++trapsInARow < TRAPS_IN_A_ROW || !hasOthers()) {
                    answer = traps.run(rank);
                    continue;
                }
                answer = Traps.YIELD;
            }
            switch (answer) {
                case Traps.BLOCKED -> {
                    account(rank);
                    if (schedule.isStopped()) {
                        current.blockForGood();
                        return;
                    }
                    if (!linger(current, rank) && current.block()) {
                        if (rank.leaving && schedule.progress() != null) {
                            schedule.progress().leaves(rank);
                        }
                        return;
                    }
                    answer = traps.poll(rank);
                }
                case Traps.YIELD -> {
                    if (hasOthers() || schedule.isStopped() || current.pe != this && !isAuxiliary()) {
                        account(rank);
                        current.yield();
                        schedule.enqueue(current);
                        return;
                    }
                    Progress progress = schedule.progress();
                    if (progress != null) {
                        // It may be asking for something that another node has sent.
                        poll(progress);
                    }
                    answer = Traps.RESUME;
                    trapsInARow = 0;
                }
                case Traps.ENDED -> {
                    account(rank);
                    schedule.end(current);
                    return;
                }
                default -> throw new IllegalStateException();
            }
        }
    }
}
