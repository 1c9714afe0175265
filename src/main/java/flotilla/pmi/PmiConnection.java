package flotilla.pmi;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Messages of PMI in both directions, of either version. A thread of its own reads, so that the end of the connection is
 * noticed also while nobody waits for an answer, and what comes unasked is heard.
 *
 * @param <M> a message
 */
final class PmiConnection<M> implements AutoCloseable {
    /** Reads one message; answers null at the end of the stream. */
    interface Reader<M> {
        M read(InputStream input) throws IOException;
    }

    private final InputStream input;
    private final OutputStream output;
    private final AutoCloseable connection;
    private final Reader<M> reader;
    /** Answers whether the message came unasked; it has been dealt with then. */
    private final Function<M, Boolean> unasked;
    private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
    /** Why there will be no more messages; set once. */
    private PmiException end;
    private Runnable whenLost;
    private boolean closed;

    /** In {@link #answers}: there will be no more. */
    private static final Object END = new Object();

    PmiConnection(InputStream input, OutputStream output, AutoCloseable connection, Reader<M> reader, Function<M, Boolean> unasked) {
        this.input = new BufferedInputStream(input);
        this.output = output;
        this.connection = connection;
        this.reader = reader;
        this.unasked = unasked;
        Thread.ofPlatform().daemon().name("process manager").start(this::run);
    }

    private void run() {
        PmiException reason;
        try {
            for (M message = reader.read(input); message != null; message = reader.read(input)) {
                if (!unasked.apply(message)) {
                    answers.add(message);
                }
            }
            reason = new PmiException("the process manager has gone");
        } catch (IOException e) {
            reason = new PmiException("the connection to the process manager is gone: " + e.getMessage(), e);
        } catch (PmiException e) {
            reason = e;
        }
        Runnable lost;
        synchronized (this) {
            end = reason;
            lost = closed ? null : whenLost;
        }
        answers.add(END);
        if (lost != null) {
            lost.run();
        }
    }

    /** @param action for the end of the connection before {@link #close}; run at once when that has come */
    void whenLost(Runnable action) {
        synchronized (this) {
            whenLost = action;
            if (end == null || closed) {
                return;
            }
        }
        action.run();
    }

    synchronized void send(byte[] message) {
        try {
            output.write(message);
            output.flush();
        } catch (IOException e) {
            throw end != null ? end : new PmiException("the connection to the process manager is gone: " + e.getMessage(), e);
        }
    }

    /**
     * The next answer.
     *
     * @param patience how long to wait for it, or null for as long as the connection lasts
     */
    M receive(Duration patience) {
        try {
            Object answer = patience == null ? answers.take() : answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (answer == null) {
                throw new PmiException("the process manager has not answered for " + patience.toSeconds() + " s");
            }
            if (answer == END) {
                answers.add(END);
                synchronized (this) {
                    throw new PmiException(end.getMessage(), end);
                }
            }
            @SuppressWarnings("unchecked") // only messages and END are put in
            M message = (M) answer;
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PmiException("interrupted while waiting for the process manager");
        }
    }

    /** The end of the connection is no loss any more. */
    synchronized void leave() {
        closed = true;
    }

    @Override
    public void close() {
        leave();
        try {
            connection.close();
        } catch (Exception e) {
            // It is gone anyhow.
        }
    }
}
