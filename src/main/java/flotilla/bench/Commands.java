package flotilla.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts commands, and ends all that still run, with all they have started, when the bench is interrupted. */
public final class Commands implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 2;

    /** What the commands leave in their folder for temporary files goes with it. */
    private final Path temporary;
    private final List<Running> running = new ArrayList<>();
    private final Thread atExit = new Thread(this::endAll, "end of the bench");
    private boolean ending;

    public Commands() {
        try {
            temporary = Files.createTempDirectory("flotilla-bench-");
        } catch (IOException unwritable) {
            throw new BenchException("no temporary folder can be made in " + System.getProperty("java.io.tmpdir") + "; free some space there");
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** A folder that goes with all it has when the bench ends. */
    public Path temporary() {
        return temporary;
    }

    /** @param limit after which the command and all it has started is killed */
    public Running start(List<String> words, Duration limit) throws TrialException {
        synchronized (running) {
            if (!ending) {
                try {
                    var started = new Running(this, words, temporary, limit);
                    running.add(started);
                    return started;
                } catch (IOException cannotStart) {
                    throw new TrialException(words.getFirst() + " can't be started: " + cannotStart.getMessage());
                }
            }
        }
        throw stop();
    }

    /** Runs a command to its end and answers what it has printed. */
    public String run(List<String> words, Duration limit) throws TrialException {
        try (Running command = start(words, limit)) {
            return command.finish();
        }
    }

    void ended(Running command) {
        synchronized (running) {
            if (!ending) {
                running.remove(command);
                return;
            }
        }
        throw stop();
    }

    /** The thread that measures goes no further while another ends the process. */
    private static IllegalStateException stop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return new IllegalStateException("the bench is ending");
    }

    private void endAll() {
        List<Running> left;
        synchronized (running) {
            ending = true;
            left = List.copyOf(running);
        }
        left.forEach(Running::kill);
        deleteTemporary();
    }

    /** Asks processes to end, and kills those that have not after a while. */
    static void end(List<ProcessHandle> processes) {
        processes.forEach(ProcessHandle::destroy);
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (ProcessHandle process : processes) {
            try {
                process.onExit().get(Math.max(1, patience - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (Exception notEnded) {
                process.destroyForcibly();
            }
        }
    }

    private void deleteTemporary() {
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException busy) {
            // A file that is in use or gone: there is nobody to tell who could do better.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException interrupted) {
            // The process is ending, and that thread does the same.
            return;
        }
        deleteTemporary();
    }
}
