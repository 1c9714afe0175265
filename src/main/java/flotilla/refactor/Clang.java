package flotilla.refactor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Runs clang, and ends it with the command. */
final class Clang {
    private static final String COMMAND = "clang";

    private final List<String> options;

    Clang(Path mpiHeaders, List<String> options) {
        this.options = new ArrayList<>(options);
        this.options.add("-I" + mpiHeaders);
    }

    /** What is done with what clang writes to one of its streams. */
    interface Reading<T> {
        T read(InputStream stream) throws IOException;
    }

    record Answer<T>(T output, String errors, int status) {}

    /** The syntax tree on standard output; on standard error the headers, as a tree, and what clang says of the program. */
    <T> Answer<T> syntaxTree(Path source, Reading<T> reading) {
        return run(List.of("-fsyntax-only", "-w", "-H", "-Xclang", "-ast-dump=json", source.toString()), false, reading);
    }

    /** The tokens after preprocessing. */
    <T> T tokens(Path source, Reading<T> reading) {
        return run(List.of("-fsyntax-only", "-w", "-Xclang", "-dump-tokens", source.toString()), true, reading).output();
    }

    /** What clang finds wrong with a source; empty when it is good. */
    String errorsOf(Path source) {
        Answer<String> answer = run(List.of("-fsyntax-only", "-w", source.toString()), false,
                stream -> new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        return answer.status() == 0 ? "" : firstError(answer.errors());
    }

    static String firstError(String errors) {
        return errors.lines().filter(line -> line.contains("error:")).findFirst().orElse(errors.lines().findFirst().orElse("no reason given"));
    }

    private <T> Answer<T> run(List<String> words, boolean errorsAreOutput, Reading<T> reading) {
        var command = new ArrayList<>(List.of(COMMAND, "-x", "c", "-fno-caret-diagnostics", "-fno-color-diagnostics"));
        command.addAll(options);
        command.addAll(words);
        Process process = start(command);
        try {
            return AttendedProcess.attend(process, running -> {
                InputStream other = errorsAreOutput ? running.getInputStream() : running.getErrorStream();
                var errors = CompletableFuture.supplyAsync(() -> {
                    try {
                        return new String(other.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException closed) {
                        return "";
                    }
                });
                T output = reading.read(errorsAreOutput ? running.getErrorStream() : running.getInputStream());
                return new Answer<>(output, errors.join(), running.waitFor());
            });
        } catch (IOException unreadable) {
            throw new RefactorException(words.getLast() + ": clang's output can't be read: " + unreadable.getMessage()
                    + "; try `clang -fsyntax-only " + words.getLast() + "`");
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException missing) {
            throw new RefactorException("refactor needs clang, which reads the program, and it is not on PATH; install it (apt install clang)");
        }
    }
}
