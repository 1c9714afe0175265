package flotilla.trap;

import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads of a rank that wait for a word of its memory to change, as futex(2) has it: what mutexes and conditions of a
 * rank with several threads are made of. Used under the rank's lock, so that no change is missed between the look at the
 * word and the wait.
 */
final class WordWaits {
    private static final int ETIMEDOUT = 110;

    private final List<WordWait> waits = new ArrayList<>();

    static WordWaits of(Rank rank) {
        if (rank.wordWaits == null) {
            rank.wordWaits = new WordWaits();
        }
        return (WordWaits) rank.wordWaits;
    }

    private final class WordWait implements Wait {
        final long word;
        /** Of {@link System#nanoTime}; meaningless when {@code timed} is false. */
        final long until;
        final boolean timed;
        final boolean interruptible;
        boolean woken;

        WordWait(long word, long until, boolean timed, boolean interruptible) {
            this.word = word;
            this.until = until;
            this.timed = timed;
            this.interruptible = interruptible;
        }

        @Override
        public int poll(Rank rank) {
            if (woken) {
                return 0;
            }
            if (timed && System.nanoTime() - until >= 0) {
                waits.remove(this);
                return -ETIMEDOUT;
            }
            return Rank.BLOCKED;
        }

        @Override
        public boolean isInterruptible() {
            return interruptible;
        }

        @Override
        public boolean interrupt(Rank rank) {
            waits.remove(this);
            return true;
        }

        @Override
        public String describe(Rank rank) {
            return "another thread of the rank";
        }
    }

    /**
     * Waits while the int at {@code word} is {@code expected}.
     *
     * @param nanoseconds at most so long; negative: without end
     * @param interruptible whether a signal ends the wait
     * @return as {@link Wait#poll}: 0, or -ETIMEDOUT
     */
    int begin(Rank rank, long word, int expected, long nanoseconds, boolean interruptible, SystemServices services) {
        if (Memory.getInt(word) != expected) {
            return 0;
        }
        if (nanoseconds == 0) {
            return -ETIMEDOUT;
        }
        var wait = new WordWait(word, System.nanoTime() + nanoseconds, nanoseconds > 0, interruptible);
        waits.add(wait);
        if (wait.timed) {
            services.wakeAt(rank, wait.until);
        }
        return rank.waitFor(wait);
    }

    /** Ends the wait of up to {@code count} that wait for {@code word}, the oldest first; answers how many. */
    int wake(Rank rank, long word, int count) {
        int woken = 0;
        for (int i = 0; i < waits.size() && woken < count;) {
            WordWait wait = waits.get(i);
            if (wait.word == word) {
                wait.woken = true;
                waits.remove(i);
                woken++;
            } else {
                i++;
            }
        }
        if (woken > 0) {
            rank.wake();
        }
        return woken;
    }
}
