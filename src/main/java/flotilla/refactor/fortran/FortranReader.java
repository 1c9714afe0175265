package flotilla.refactor.fortran;

import flotilla.refactor.AttendedProcess;
import flotilla.refactor.RefactorException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Runs the reader (plugin/fortran), and ends it with the command. */
final class FortranReader {
    private static final int NOT_BUILT = 3;
    private static final String BUILDING = "flotilla: building ";

    private final Path command;
    private final Path headers;
    private final List<String> options;

    /** {@code headers}: the folder of mpif.h and of the source of module mpi. */
    FortranReader(Path command, Path headers, List<String> options) {
        this.command = command;
        this.headers = headers;
        this.options = options.stream().filter(option -> !option.matches("-[OgWJ].*|-std=.*|-f(no-)?(recursive|backslash|second-underscore|range-check)|-fmax-.*|-fallow-.*|-cpp")).toList();
    }

    record Answer(List<String> facts, String errors) {}

    /** What the reader tells of sources; {@code errors} is not empty when they are not good Fortran. */
    Answer read(List<Path> sources) {
        Path modules = temporary();
        try {
            var words = new ArrayList<>(List.of(command.toString(), "--modules", modules.toString(), "-I", headers.toString()));
            words.addAll(options);
            words.addAll(List.of("--library", headers.resolve("mpi.f90").toString()));
            sources.forEach(source -> words.add(source.toString()));
            return run(words);
        } finally {
            remove(modules);
        }
    }

    private Answer run(List<String> words) {
        Process process;
        try {
            process = new ProcessBuilder(words).start();
        } catch (IOException missing) {
            throw new RefactorException(command + " can't be run: " + missing.getMessage() + "; install Flotilla anew");
        }
        try {
            return AttendedProcess.attend(process, running -> {
                var errors = CompletableFuture.supplyAsync(() -> errors(running.errorReader(StandardCharsets.UTF_8)));
                List<String> lines = new String(running.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
                int status = running.waitFor();
                if (status == NOT_BUILT) {
                    throw new RefactorException(errors.join().lines().reduce((one, last) -> last).orElse("the reader of Fortran can't be built"));
                }
                return new Answer(lines, status == 0 ? "" : firstError(errors.join(), status));
            });
        } catch (IOException unreadable) {
            throw new RefactorException("what the reader of Fortran tells can't be read: " + unreadable.getMessage() + "; try again");
        }
    }

    /** What is said while the reader is built is for whoever waits, at once; all else is for later. */
    private static String errors(BufferedReader stream) {
        var errors = new StringBuilder();
        try (stream) {
            for (String line = stream.readLine(); line != null; line = stream.readLine()) {
                if (line.startsWith(BUILDING)) {
                    System.err.println(line);
                } else {
                    errors.append(line).append('\n');
                }
            }
        } catch (IOException closed) {
            // The process has been ended.
        }
        return errors.toString();
    }

    private static String firstError(String errors, int status) {
        return errors.lines().filter(line -> line.contains("error:")).findFirst()
                .orElse(errors.lines().filter(line -> !line.isBlank()).findFirst().orElse("the reader ended with status " + status));
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("flotilla-refactor");
        } catch (IOException full) {
            throw new RefactorException("no temporary folder can be made: " + full.getMessage() + "; set TMPDIR to a folder that is writable");
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException left) {
            // What is left is in the folder for temporary files.
        }
    }
}
