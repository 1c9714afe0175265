package flotilla.endtoend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A command that is run to its end, or to the end of its time: then it and everything it started is killed. */
final class Command {
    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(120);

    private final List<String> words = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path folder = Installation.HOME;
    private Duration limit = DEFAULT_LIMIT;
    private String input = "";

    Command(String... words) {
        this.words.addAll(Arrays.asList(words));
    }

    Command and(String... more) {
        return and(Arrays.asList(more));
    }

    Command and(List<String> more) {
        words.addAll(more);
        return this;
    }

    Command in(Path folder) {
        this.folder = folder;
        return this;
    }

    Command with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Command within(Duration limit) {
        this.limit = limit;
        return this;
    }

    Command input(String input) {
        this.input = input;
        return this;
    }

    /** What a command left: its exit status, or {@link #KILLED}, and what it wrote. */
    record Result(List<String> command, int status, String output, String errors, Duration time) {
        static final int KILLED = -1;

        /** Lines of standard output, sorted: ranks write in any order. */
        List<String> sortedLines() {
            return output.lines().sorted().toList();
        }

        List<String> errorLines() {
            return errors.lines().toList();
        }

        /** For a failed assertion: all there is to know. */
        @Override
        public String toString() {
            return "%s%n  %s after %d ms%n--- output%n%s%n--- errors%n%s%n---".formatted(
                    String.join(" ", command), status == KILLED ? "killed: out of time" : "status " + status,
                    time.toMillis(), shortened(output), shortened(errors));
        }

        private static String shortened(String text) {
            return text.length() <= 6000 ? text : text.substring(0, 3000) + "\n[...]\n" + text.substring(text.length() - 3000);
        }
    }

    Result run() {
        long start = System.nanoTime();
        try {
            var builder = new ProcessBuilder(words).directory(folder.toFile());
            builder.environment().remove("MAVEN_OPTS");
            builder.environment().putAll(environment);
            Path inputFile = Files.createTempFile("flotilla-input", ".txt");
            Files.writeString(inputFile, input);
            Process process = builder.redirectInput(inputFile.toFile()).start();
            var output = reading(process.getInputStream());
            var errors = reading(process.getErrorStream());
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                killTree(process.toHandle());
                process.waitFor();
            }
            Files.deleteIfExists(inputFile);
            return new Result(List.copyOf(words), ended ? process.exitValue() : Result.KILLED, output.join(), errors.join(),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException cannotStart) {
            throw new UncheckedIOException(cannotStart);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Only what this command started: its own process and that one's descendants. */
    private static void killTree(ProcessHandle root) {
        List<ProcessHandle> descendants = root.descendants().toList();
        root.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }

    private static CompletableFuture<String> reading(InputStream stream) {
        var text = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException failure) {
                text.complete("");
            }
        });
        return text;
    }
}
