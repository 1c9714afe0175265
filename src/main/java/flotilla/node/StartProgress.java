package flotilla.node;

import flotilla.pmi.ProcessManagers;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Tells people who wait how far the start of a large job is: nothing for two seconds, then a line each second. Any thread. */
public final class StartProgress {
    private static final long FIRST_NANOS = 2_000_000_000;
    private static final long EVERY_NANOS = 1_000_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    private final int all;
    private final String what;
    private final Consumer<String> tell;
    private final LongSupplier clock;
    private final AtomicInteger done = new AtomicInteger();
    /** When the next line is due, by the clock. */
    private final AtomicLong due;
    private volatile boolean told;

    /**
     * @param what happens to each of {@code all}, in words: "ranks have begun"
     * @param tell takes a line
     * @param clock in ns, from any beginning
     */
    StartProgress(int all, String what, Consumer<String> tell, LongSupplier clock) {
        this.all = all;
        this.what = what;
        this.tell = tell;
        this.clock = clock;
        this.due = new AtomicLong(clock.getAsLong() + FIRST_NANOS);
    }

    /** To standard error, where that is wanted. */
    public static StartProgress of(int all, String what, boolean verbose) {
        Consumer<String> tell = verbose || isWatched() ? line -> System.err.println("flotilla: " + line) : line -> { };
        return new StartProgress(all, what, tell, System::nanoTime);
    }

    /** Whether somebody may look on: standard error is a terminal, here or at the launcher that has started this node. */
    public static boolean isWatched() {
        return Boolean.getBoolean("flotilla.stderrIsTerminal") || System.getenv(ProcessManagers.PROGRESS) != null;
    }

    /** Another one is there. */
    public void one() {
        int now = done.incrementAndGet();
        if (now == all) {
            due.set(NEVER);
            if (told) {
                tell.accept(String.format(Locale.ROOT, "all %,d %s", all, what));
            }
            return;
        }
        look();
    }

    /** Tells how many there are, if it is time to. */
    public void look() {
        long next = due.get();
        long now = clock.getAsLong();
        if (next != NEVER && now - next >= 0 && due.compareAndSet(next, now + EVERY_NANOS)) {
            told = true;
            tell.accept(String.format(Locale.ROOT, "%,d of %,d %s", done.get(), all, what));
        }
    }
}
