package flotilla.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The programs that are run, compiled for each implementation when they are first wanted, into {@code target/bench}. */
final class BenchPrograms {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Path home;
    private final Commands commands;

    BenchPrograms(Path home, Commands commands) {
        this.home = home;
        this.commands = commands;
    }

    /** @param source relative to Flotilla's folder */
    Path built(MpiSystem system, String source) throws TrialException {
        return built(system, system.name().toLowerCase(Locale.ROOT).replace('_', '-'), List.of(), source);
    }

    /**
     * @param folder of its own for what is compiled with the same flags
     * @param flags for the compiler
     */
    Path built(MpiSystem system, String folder, List<String> flags, String source) throws TrialException {
        Path file = home.resolve(source);
        String name = file.getFileName().toString().replaceFirst("\\.c$", "");
        Path program = home.resolve("target/bench").resolve(folder).resolve(name);
        try {
            if (!isNewer(program, file)) {
                Files.createDirectories(program.getParent());
                // Under another name first: whoever interrupts the compiler leaves no half of a program.
                Path fresh = program.resolveSibling(name + ".new");
                var words = new ArrayList<>(system.compiler(home));
                words.addAll(flags);
                // A compiler may leave out pairs of malloc and free, which are measured here.
                words.addAll(List.of("-O3", "-fno-builtin-malloc", "-fno-builtin-free", "-w", "-o", fresh.toString(), file.toString(), "-lm"));
                commands.run(words, LIMIT);
                Files.move(fresh, program, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException unwritable) {
            throw new BenchException("the programs can't be compiled into " + program.getParent() + ": " + unwritable.getMessage()
                    + "; start the bench as a user who may write there");
        }
        return program;
    }

    private static boolean isNewer(Path program, Path source) throws IOException {
        if (!Files.exists(program)) {
            return false;
        }
        FileTime made = Files.getLastModifiedTime(program);
        try (Stream<Path> beside = Files.list(source.getParent())) {
            for (Path file : beside.toList()) {
                if ((file.equals(source) || file.toString().endsWith(".h")) && Files.getLastModifiedTime(file).compareTo(made) > 0) {
                    return false;
                }
            }
        }
        return true;
    }
}
