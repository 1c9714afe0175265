package flotilla.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit on a process's stack that the user has set ({@code ulimit -s}, getrlimit(2)), as {@code /proc/self/limits} says it. */
public final class StackLimit {
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String NAME = "Max stack size";

    /** Bytes, or {@link #UNLIMITED}; 0 where it cannot be read. */
    public static long bytes() {
        try {
            return parse(Files.readString(LIMITS, StandardCharsets.US_ASCII));
        } catch (IOException unreadable) {
            return 0;
        }
    }

    /** The soft limit: the first of the two columns behind the name. */
    static long parse(String limits) {
        for (String line : limits.split("\n")) {
            if (line.startsWith(NAME)) {
                String soft = line.substring(NAME.length()).strip().split(" +")[0];
                try {
                    return soft.equals("unlimited") ? UNLIMITED : Long.parseLong(soft);
                } catch (NumberFormatException notANumber) {
                    return 0;
                }
            }
        }
        return 0;
    }

    private StackLimit() {}
}
