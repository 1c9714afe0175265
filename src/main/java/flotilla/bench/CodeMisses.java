package flotilla.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Misses of the first-level cache for code in user mode, counted by perf(1). */
final class CodeMisses {
    private static final List<String> PERF = List.of("perf", "stat", "-x,", "-e", "L1-icache-load-misses:u", "--log-fd", "1", "--");

    private CodeMisses() {}

    static boolean canBeCounted(Commands commands) {
        try {
            return of(commands, List.of("true"), Duration.ofSeconds(20)) >= 0;
        } catch (TrialException noCounter) {
            return false;
        }
    }

    static long of(Commands commands, List<String> command, Duration limit) throws TrialException {
        var words = new ArrayList<>(PERF);
        words.addAll(command);
        String[] lines = commands.run(words, limit).split("\n");
        String count = lines[lines.length - 1].split(",", 2)[0];
        try {
            return Long.parseLong(count);
        } catch (NumberFormatException notCounted) {
            throw new TrialException("perf says " + count);
        }
    }
}
