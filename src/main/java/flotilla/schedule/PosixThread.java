package flotilla.schedule;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.Rank;
import flotilla.trap.Traps;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread of a rank that has several (pthread_create), its main thread too. A platform thread runs each of them: they spin,
 * and wait in the kernel for each other without a call that the host sees, which must not hold up a PE. When the others have
 * ended the main thread goes back to the PEs.
 *
 * <p>While it runs, it counts as an outside event of the schedule: what it does may wake ranks.
 */
public final class PosixThread {
    private static final int RUNNING = 0;
    /** Running, and woken meanwhile. */
    private static final int NOTIFIED = 1;
    private static final int WAITING = 2;
    private static final int ENDED = 3;

    private final Schedule schedule;
    private final RankThread main;
    private final CallState calls;
    private final long control;
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    /** The platform thread, once it has begun. */
    private volatile Thread thread;

    PosixThread(Schedule schedule, RankThread main, CallState calls) {
        this.schedule = schedule;
        this.main = main;
        this.calls = calls;
        this.control = calls.control();
    }

    /** What it does in MPI. For reports. */
    public CallState calls() {
        return calls;
    }

    public boolean isMain() {
        return control == main.rank.mainControl;
    }

    public boolean isWaiting() {
        return state.get() == WAITING;
    }

    /** Any thread: what it waits for may have come. */
    void wake() {
        int seen = state.get();
        while (seen == RUNNING || seen == WAITING) {
            if (seen == WAITING) {
                // Before it can be seen running, so that a rank it may wake is never taken for stuck.
                schedule.externalBegin();
            }
            if (state.compareAndSet(seen, NOTIFIED)) {
                if (seen == WAITING) {
                    LockSupport.unpark(thread);
                }
                return;
            }
            if (seen == WAITING) {
                schedule.externalEnd();
            }
            seen = state.get();
        }
    }

    /** Any thread: it does nothing more in this job. Code that it runs now goes on until its next trap. */
    void end() {
        int before = state.getAndSet(ENDED);
        if (before == RUNNING || before == NOTIFIED) {
            schedule.externalEnd();
        } else if (before == WAITING) {
            LockSupport.unpark(thread);
        }
    }

    /** Takes a waiting thread for good; false when it does not wait. */
    boolean seize() {
        return state.compareAndSet(WAITING, ENDED);
    }

    /** On a platform thread that does nothing else meanwhile. */
    void run() {
        thread = Thread.currentThread();
        Traps traps = schedule.traps();
        Rank rank = main.rank;
        try {
            traps.bind(control, traps.enterThread());
            int answer = Traps.RESUME;
            while (state.get() != ENDED && !schedule.isStopped()) {
                switch (answer) {
                    case Traps.RESUME -> {
                        if (rank.leaving && isMain() && schedule.returnToPe(main, this)) {
                            end();
                            return;
                        }
                        answer = traps.run(rank, calls);
                    }
                    case Traps.YIELD -> {
                        Thread.yield();
                        answer = Traps.RESUME;
                    }
                    case Traps.BLOCKED -> {
                        if (isMain() && schedule.returnToPe(main, this)) {
                            end();
                            return;
                        }
                        await();
                        answer = traps.poll(rank, calls);
                    }
                    case Traps.THREAD_ENDED -> {
                        rank.lock.lock();
                        try {
                            schedule.forget(main, this);
                            traps.threadEnded(rank, control);
                        } finally {
                            rank.lock.unlock();
                        }
                        // Last: those that it has just woken must not be taken for stuck.
                        end();
                        return;
                    }
                    case Traps.ENDED -> {
                        schedule.end(main);
                        return;
                    }
                    default -> throw new IllegalStateException();
                }
            }
        } catch (Throwable e) {
            schedule.listener().failed(rank, e);
        } finally {
            traps.leaveThread();
        }
    }

    private void await() {
        if (state.compareAndSet(RUNNING, WAITING)) {
            schedule.externalEnd();
            while (state.get() == WAITING && !schedule.isStopped()) {
                LockSupport.park(this);
            }
        }
        state.compareAndSet(NOTIFIED, RUNNING);
    }
}
