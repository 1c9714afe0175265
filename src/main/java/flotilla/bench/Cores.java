package flotilla.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The cores that this process may use, and who it runs as. */
final class Cores {
    /** Words that keep a command on the first {@code count} cores; none when that is all of them. */
    static List<String> confined(int count) {
        List<Integer> all = allowed();
        if (count >= all.size()) {
            return List.of();
        }
        String list = all.stream().limit(count).map(String::valueOf).collect(Collectors.joining(","));
        return List.of("taskset", "-c", list);
    }

    static boolean userIsRoot() {
        return status("Uid").startsWith("0\t");
    }

    private static List<Integer> allowed() {
        var cores = new ArrayList<Integer>();
        for (String range : status("Cpus_allowed_list").split(",")) {
            String[] ends = range.strip().split("-");
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return cores;
    }

    private static String status(String name) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst().orElseThrow(() -> new BenchException("/proc/self/status has no line " + name));
        } catch (IOException unreadable) {
            throw new BenchException("/proc/self/status can't be read; mount /proc");
        }
    }

    private Cores() {}
}
