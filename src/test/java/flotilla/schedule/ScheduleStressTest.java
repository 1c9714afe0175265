package flotilla.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Placement;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Scheduler;
import flotilla.mpi.core.World;
import flotilla.mpi.face.StandardFace;
import flotilla.trap.Guest;
import flotilla.trap.JobCanary;
import flotilla.trap.Traps;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks that wake or claim each other at random: no wake-up is lost, no rank runs on two PEs, a standstill is noticed. */
class ScheduleStressTest {
    /** Tokens go from rank to rank; each rank ends when it has seen its share. */
    private static class TokenTraps implements Traps {
        final AtomicIntegerArray tokens;
        final AtomicIntegerArray running;
        final int[] left;
        final AtomicInteger doubleRuns = new AtomicInteger();
        Schedule schedule;
        World world;

        TokenTraps(int ranks, int steps) {
            tokens = new AtomicIntegerArray(ranks);
            running = new AtomicIntegerArray(ranks);
            left = new int[ranks];
            java.util.Arrays.fill(left, steps);
        }

        @Override
        public Guest.PeThread enterThread() {
            return new Guest.PeThread(0, 0, 0, 0);
        }

        @Override
        public void leaveThread() {}

        @Override
        public void bind(Rank rank, Guest.PeThread thread, PeLocal pe) {}

        @Override
        public void bind(long control, Guest.PeThread thread) {}

        @Override
        public int run(Rank rank, CallState calls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int poll(Rank rank, CallState calls) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void threadEnded(Rank rank, long control) {}

        @Override
        public void callAtEnd(Rank rank, long function) {}

        @Override
        public int poll(Rank rank) {
            return tokens.get(rank.worldRank) > 0 ? RESUME : BLOCKED;
        }

        @Override
        public int run(Rank rank) {
            int me = rank.worldRank;
            if (!running.compareAndSet(me, 0, 1)) {
                doubleRuns.incrementAndGet();
            }
            tokens.decrementAndGet(me);
            left[me]--;
            int to = (me + 1) % left.length;
            int way = RandomGenerator.getDefault().nextInt(4);
            boolean claimed = way < 2 && schedule.claim(world.rank(to));
            if (claimed && (!running.compareAndSet(to, 0, 1) || !running.compareAndSet(to, 1, 0))) {
                doubleRuns.incrementAndGet();
            }
            if (claimed && way == 1) {
                schedule.letGo(world.rank(to), false);
                claimed = false;
            }
            tokens.incrementAndGet(to);
            running.set(me, 0);
            if (claimed) {
                schedule.letGo(world.rank(to), true);
            } else {
                schedule.wake(world.rank(to));
            }
            if (left[me] == 0) {
                return ENDED;
            }
            if (RandomGenerator.getDefault().nextInt(8) == 0) {
                return tokens.get(me) > 0 ? YIELD : BLOCKED;
            }
            return poll(rank);
        }
    }

    private static CompletableFuture<String> start(
            TokenTraps traps, int pes, int ranks, boolean stealingForced, Consumer<Schedule> beforeStart) {
        var result = new CompletableFuture<String>();
        var schedule = new Schedule(pes, new Placement(ranks, 1), 0, traps, new Schedule.Listener() {
            @Override
            public void deadlocked() {
                result.complete("deadlocked");
            }

            @Override
            public void finished() {
                result.complete("finished");
            }

            @Override
            public void failed(Rank rank, Throwable failure) {
                result.completeExceptionally(failure);
            }
        }, JobCanary.ofProcess(), false, stealingForced);
        var world = new World(ranks, new Scheduler() {
            @Override
            public void wake(Rank rank) {
                schedule.wake(rank);
            }

            @Override
            public void abort(Rank rank, int status, String message) {
                result.complete(message);
            }
        }, Integer::toString, "here", 0);
        for (int i = 0; i < ranks; i++) {
            schedule.add(new Rank(world, i, StandardFace.INSTANCE, 0, 0), () -> {});
        }
        traps.schedule = schedule;
        traps.world = world;
        beforeStart.accept(schedule);
        schedule.start();
        return result;
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 1, 100000, false", "2, 2, 1, 100000, false", "2, 2, 2, 100000, true", "3, 7, 3, 50000, false", "3, 7, 3, 50000, true",
        "4, 64, 16, 20000, false", "2, 64, 16, 20000, true", "2, 1000, 500, 500, false"})
    @Timeout(120)
    void passesAllTokens(int pes, int ranks, int tokens, int steps, boolean stealingForced) throws Exception {
        var traps = new TokenTraps(ranks, steps);
        for (int i = 0; i < tokens; i++) {
            traps.tokens.incrementAndGet(i % ranks);
        }
        assertThat(start(traps, pes, ranks, stealingForced, schedule -> {}).get(100, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(traps.doubleRuns.get()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 2", "4, 16"})
    @Timeout(60)
    void noticesAStandstill(int pes, int ranks) throws Exception {
        var traps = new TokenTraps(ranks, 100);
        assertThat(start(traps, pes, ranks, false, schedule -> {}).get(50, TimeUnit.SECONDS)).isEqualTo("deadlocked");
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    @Timeout(60)
    void asleepIsNoStandstill(int pes) throws Exception {
        var traps = new TokenTraps(2, 5);
        var result = start(traps, pes, 2, false, schedule -> {
            schedule.externalBegin();
            Thread.ofPlatform().start(() -> {
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                traps.tokens.incrementAndGet(0);
                schedule.externalEnd(traps.world.rank(0));
            });
        });
        assertThat(result.get(50, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    /** Ranks keep their PEs until the last one has run, for which there is none left. */
    @ParameterizedTest
    @CsvSource({"1, 2", "2, 3"})
    @Timeout(60)
    void ranksThatKeepTheirPesDoNotStopTheOthers(int pes, int ranks) throws Exception {
        var traps = new TokenTraps(ranks, 1) {
            final AtomicInteger last = new AtomicInteger();

            @Override
            public int run(Rank rank) {
                if (rank.worldRank == ranks - 1) {
                    last.set(1);
                }
                while (last.get() == 0) {
                    Thread.onSpinWait();
                }
                return ENDED;
            }
        };
        for (int i = 0; i < ranks; i++) {
            traps.tokens.incrementAndGet(i);
        }
        assertThat(start(traps, pes, ranks, false, schedule -> {}).get(50, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    /**
     * Each rank makes a thread now and then, which takes part until it ends; its main thread leaves the PEs meanwhile, and goes
     * back. Tokens are taken by whichever thread comes first.
     */
    private static final class ThreadedTraps extends TokenTraps {
        final int most;
        BooleanSupplier loss = () -> false;
        final AtomicIntegerArray threads;
        final AtomicIntegerArray steps;
        final AtomicInteger made = new AtomicInteger();

        ThreadedTraps(int ranks, int steps, int most) {
            super(ranks, steps);
            this.most = most;
            this.threads = new AtomicIntegerArray(ranks);
            this.steps = new AtomicIntegerArray(ranks);
        }

        /** Answers as run does. */
        private int step(Rank rank, boolean main, boolean mayEnd) {
            int me = rank.worldRank;
            if (tokens.get(me) == 0) {
                return BLOCKED;
            }
            tokens.decrementAndGet(me);
            int to = (me + 1) % left.length;
            if (!loss.getAsBoolean()) {
                tokens.incrementAndGet(to);
                schedule.wake(world.rank(to));
            }
            if (steps.incrementAndGet(me) == left[me]) {
                return ENDED;
            }
            if (main && threads.get(me) < most && RandomGenerator.getDefault().nextInt(4) == 0) {
                make(rank);
                return RESUME; // as a trap that makes a thread does
            }
            return !main && mayEnd ? THREAD_ENDED : tokens.get(me) > 0 ? RESUME : BLOCKED;
        }

        private void make(Rank rank) {
            threads.incrementAndGet(rank.worldRank);
            made.incrementAndGet();
            var thread = new CallState(-1 - made.get());
            if (rank.lock != null) {
                schedule.startThread(rank, thread, null);
                return;
            }
            var lock = new ReentrantLock();
            lock.lock();
            rank.lock = lock;
            var main = new CallState(rank.slot);
            rank.exchange(main);
            schedule.startThread(rank, thread, main);
            lock.unlock();
        }

        @Override
        public int run(Rank rank) {
            return step(rank, true, false);
        }

        @Override
        public int run(Rank rank, CallState calls) {
            rank.lock.lock();
            rank.exchange(calls);
            try {
                boolean main = rank.control == rank.slot;
                return step(rank, main, RandomGenerator.getDefault().nextInt(8) == 0);
            } finally {
                rank.exchange(calls);
                rank.lock.unlock();
            }
        }

        @Override
        public int poll(Rank rank, CallState calls) {
            return poll(rank);
        }

        @Override
        public void threadEnded(Rank rank, long control) {
            threads.decrementAndGet(rank.worldRank);
            // As a join does: the main thread looks whether it is the only one now.
            rank.wake();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1, 2000, 1, false", "1, 2, 1, 5000, 1, false", "2, 4, 2, 5000, 2, true", "2, 16, 4, 1000, 3, true"})
    @Timeout(120)
    void passesAllTokensWithThreads(int pes, int ranks, int tokens, int steps, int most, boolean stealingForced) throws Exception {
        var traps = new ThreadedTraps(ranks, steps, most);
        for (int i = 0; i < tokens; i++) {
            traps.tokens.incrementAndGet(i % ranks);
        }
        assertThat(start(traps, pes, ranks, stealingForced, schedule -> {}).get(100, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(traps.made.get()).isPositive();
    }

    /** One token is lost on the way: all threads of all ranks wait, which is noticed, and not before. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 2, 1", "2, 8, 2"})
    @Timeout(120)
    void noticesAStandstillOfThreads(int pes, int ranks, int most) throws Exception {
        for (int repetition = 0; repetition < 20; repetition++) {
            int lostAfter = 200 + 37 * repetition;
            var passed = new AtomicInteger();
            var traps = new ThreadedTraps(ranks, 1_000_000, most);
            traps.loss = () -> passed.incrementAndGet() == lostAfter;
            traps.tokens.incrementAndGet(0);
            assertThat(start(traps, pes, ranks, false, schedule -> {}).get(20, TimeUnit.SECONDS)).isEqualTo("deadlocked");
            assertThat(passed.get()).isEqualTo(lostAfter);
        }
    }
}
