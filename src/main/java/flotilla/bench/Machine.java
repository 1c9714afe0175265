package flotilla.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What figures depend on most. */
public record Machine(String cpu, int cores, long memoryMiB, String kernel) {
    public Machine {
        if (cpu == null || kernel == null) {
            throw new IllegalArgumentException("the machine is not described");
        }
    }

    static Machine here() {
        return new Machine(field("/proc/cpuinfo", "model name"), Runtime.getRuntime().availableProcessors(),
                kibibytes(field("/proc/meminfo", "MemTotal")) >> 10, System.getProperty("os.version"));
    }

    /** For the head of a table. */
    String describe() {
        return "%s, %d cores, %.1f GiB, Linux %s".formatted(cpu, cores, memoryMiB / 1024.0, kernel);
    }

    private static long kibibytes(String text) {
        String digits = text.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static String field(String file, String name) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst().orElse("unknown");
        } catch (IOException unreadable) {
            return "unknown";
        }
    }
}
