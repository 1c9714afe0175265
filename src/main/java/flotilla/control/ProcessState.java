package flotilla.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What /proc/PID/stat (proc(5)) says of a process.
 *
 * @param letter one of proc(5)'s: {@code R}, {@code S}, {@code T} for stopped, {@code Z} for ended but not waited for...
 * @param start  when it began, in ticks since the machine did: with the process's number a name that is never used again
 */
record ProcessState(char letter, long start) {
    /** Field of the start time, counted behind the name: that one is in parentheses and may hold anything. */
    private static final int START = 19;

    /** Null when there is no such process. */
    static ProcessState of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new ProcessState(fields[0].charAt(0), Long.parseLong(fields[START]));
        } catch (IOException gone) {
            return null;
        }
    }

    boolean hasEnded() {
        return letter == 'Z' || letter == 'X';
    }

    boolean isStopped() {
        return letter == 'T' || letter == 't';
    }
}
