package flotilla.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command that runs, with everything that it has started. */
public final class Running implements AutoCloseable {
    private final Commands commands;
    private final List<String> words;
    private final Process process;
    private final BufferedReader output;
    private final Path errors;
    private final Duration limit;
    private volatile boolean outOfTime;

    Running(Commands commands, List<String> words, Path temporary, Duration limit) throws IOException {
        this.commands = commands;
        this.words = words;
        this.limit = limit;
        this.errors = Files.createTempFile(temporary, "errors-", "");
        var builder = new ProcessBuilder(words).redirectError(errors.toFile());
        builder.environment().put("TMPDIR", temporary.toString());
        this.process = builder.start();
        this.output = process.inputReader(StandardCharsets.UTF_8);
        CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS).execute(this::endLate);
    }

    private void endLate() {
        if (process.isAlive()) {
            outOfTime = true;
            kill();
        }
    }

    /** The next line of output, without its end; null after the last. */
    public String line() throws TrialException {
        try {
            return output.readLine();
        } catch (IOException closed) {
            throw failure("its output can't be read");
        }
    }

    /** Lets it find the end of its input, and waits for its end; answers the rest of its output. */
    public String finish() throws TrialException {
        var text = new StringBuilder();
        try {
            process.getOutputStream().close();
            for (String line = line(); line != null; line = line()) {
                text.append(line).append('\n');
            }
            process.waitFor();
        } catch (IOException gone) {
            throw failure("its input is closed");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failure("interrupted");
        }
        if (outOfTime) {
            throw failure("no end after " + limit.toSeconds() + " s");
        }
        if (process.exitValue() != 0) {
            throw failure("exit status " + process.exitValue());
        }
        return text.toString();
    }

    /** Seconds of processor time that all processes have used so far. */
    public double processorSeconds() {
        return processes().mapToLong(ProcessorTime::nanoseconds).sum() / 1e9;
    }

    /** Memory that all processes hold; a file's page counts once, however often it is mapped. */
    public double residentMiB() {
        return ResidentMemory.kibibytes(processes().toList()) / 1024.0;
    }

    /** Numbers of its processes, those that it has started included. */
    public List<Long> processNumbers() {
        return processes().map(ProcessHandle::pid).toList();
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    void kill() {
        Commands.end(processes().toList());
    }

    private TrialException failure(String what) {
        String told = told();
        return new TrialException(what + (told.isEmpty() ? "" : ": " + told) + " (" + String.join(" ", words) + ")");
    }

    /** The line of standard error that most likely says why: the first that speaks of an error, otherwise the last. */
    private String told() {
        try {
            List<String> lines = Files.readAllLines(errors, StandardCharsets.ISO_8859_1).stream()
                    .map(String::strip).filter(line -> line.matches(".*[A-Za-z].*")).toList();
            return lines.stream().filter(line -> line.contains("error:")).findFirst().orElse(lines.isEmpty() ? "" : lines.getLast());
        } catch (IOException unreadable) {
            return "";
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        commands.ended(this);
    }
}
