package flotilla.node.balance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel has let a thread run, and how long the thread had to wait for a core: the first two numbers of
 * {@code /proc/self/task/TID/schedstat} (Documentation/scheduler/sched-stats in the kernel's sources), ns.
 */
record ThreadTimes(long ran, long waited) {
    static final ThreadTimes ZERO = new ThreadTimes(0, 0);

    /** Zeros where the kernel does not tell, or the thread has not begun. */
    static ThreadTimes of(int thread) {
        try {
            String text = Files.readString(Path.of("/proc/self/task/" + thread + "/schedstat"));
            String[] words = text.strip().split(" ");
            return words.length < 2 ? ZERO : new ThreadTimes(Long.parseLong(words[0]), Long.parseLong(words[1]));
        } catch (IOException | NumberFormatException absent) {
            return ZERO;
        }
    }

    ThreadTimes minus(ThreadTimes earlier) {
        return new ThreadTimes(Math.max(0, ran - earlier.ran), Math.max(0, waited - earlier.waited));
    }
}
