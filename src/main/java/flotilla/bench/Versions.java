package flotilla.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Of everything that a figure depends on. */
final class Versions {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path home;
    private final Commands commands;

    Versions(Path home, Commands commands) {
        this.home = home;
        this.commands = commands;
    }

    Map<String, String> all() {
        var versions = new LinkedHashMap<String, String>();
        versions.put("Flotilla", flotilla());
        versions.put("Java", System.getProperty("java.vm.version"));
        versions.put("gcc", first("(\\S+)", "gcc", "-dumpfullversion"));
        versions.put("glibc", first("(\\d+\\.\\d+)$", "ldd", "--version"));
        if (MpiSystem.MPICH.isInstalled()) {
            versions.put("MPICH", first("Version:\\s+(\\S+)", "mpirun.mpich", "--version"));
        }
        if (MpiSystem.OPEN_MPI.isInstalled()) {
            versions.put("Open MPI", first("(\\d+\\.\\d+\\.\\d+)", "mpirun.openmpi", "--version"));
        }
        return versions;
    }

    private String flotilla() {
        String version = Versions.class.getPackage().getImplementationVersion();
        String commit = Files.exists(home.resolve(".git"))
                ? first("([0-9a-f]{7,})", "git", "-C", home.toString(), "rev-parse", "--short", "HEAD")
                : "unknown";
        return (version == null ? "unknown" : version) + (commit.equals("unknown") ? "" : " (" + commit + ")");
    }

    /** What the pattern finds first in a command's output: its first group. */
    private String first(String pattern, String... command) {
        try {
            Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(commands.run(List.of(command), LIMIT));
            return matcher.find() ? matcher.group(1) : "unknown";
        } catch (TrialException notThere) {
            return "unknown";
        }
    }
}
