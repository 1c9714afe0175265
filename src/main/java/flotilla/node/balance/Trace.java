package flotilla.node.balance;

import flotilla.balance.BalanceException;
import flotilla.balance.trace.TraceStep;
import flotilla.balance.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The file of --balance-trace. A step is written when it is known how long its moves took: at the next one, or at the end. For one thread. */
final class Trace implements AutoCloseable {
    private final Path file;
    private final Consumer<String> trouble;
    /** Null when there was trouble. */
    private TraceWriter writer;
    private TraceStep last;

    /**
     * @param trouble is told, in a line, when the file can't be written any more
     * @throws BalanceException when it can't be from the start
     */
    Trace(Path file, Consumer<String> trouble) {
        this.file = file;
        this.trouble = trouble;
        try {
            writer = new TraceWriter(Files.newOutputStream(file));
        } catch (IOException reason) {
            throw new BalanceException("--balance-trace " + file + ": cannot be written: " + reason.getMessage());
        }
    }

    /** What the moves since the last step took, in ns. */
    void moved(long nanos) {
        write(nanos);
    }

    void decided(TraceStep step) {
        last = step;
    }

    private void write(long nanos) {
        if (writer == null || last == null) {
            return;
        }
        try {
            writer.write(new TraceStep(last.load(), last.strategy(), last.decided(), last.decisionNanos(), nanos));
        } catch (IOException reason) {
            fail(reason);
        }
        last = null;
    }

    private void fail(IOException reason) {
        writer = null;
        trouble.accept("the trace in " + file + " is not complete: " + reason.getMessage());
    }

    @Override
    public void close() {
        write(0);
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException reason) {
                fail(reason);
            }
            writer = null;
        }
    }
}
