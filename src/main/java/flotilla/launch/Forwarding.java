package flotilla.launch;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Passes on what a node writes to one stream, in whole lines, so that no node cuts another's. Nodes write whole lines
 * themselves, but for a prompt: what node 0 has begun on standard output, and does not go on with, is passed on as it is.
 */
final class Forwarding {
    /** Where everything of a kind goes. */
    static final class Target {
        private final FileOutputStream stream;
        private final Runnable closed;
        private volatile boolean isClosed;

        /** @param closed run once when nobody reads it any more */
        Target(FileDescriptor descriptor, Runnable closed) {
            this.stream = new FileOutputStream(descriptor);
            this.closed = closed;
        }

        private void pass(byte[] bytes, int count) {
            boolean failed = false;
            synchronized (this) {
                if (isClosed) {
                    return;
                }
                try {
                    stream.write(bytes, 0, count);
                } catch (IOException e) {
                    isClosed = true;
                    failed = true;
                }
            }
            if (failed) {
                closed.run();
            }
        }
    }

    private static final long PROMPT_MILLIS = 100;
    /** Longer than a node keeps an unfinished line. */
    private static final int LONGEST_LINE = 1 << 22;

    private final InputStream input;
    private final Target target;
    private final boolean hasPrompts;
    private final CountDownLatch ended = new CountDownLatch(1);
    private byte[] bytes = new byte[1 << 16];
    private int length;
    /** Grows with each piece read. */
    private volatile long pieces;

    /** @param hasPrompts whether an unfinished line may be meant to be seen */
    Forwarding(InputStream input, Target target, boolean hasPrompts) {
        this.input = input;
        this.target = target;
        this.hasPrompts = hasPrompts;
        Thread.ofPlatform().daemon().name("output").start(this::run);
        if (hasPrompts) {
            Thread.ofPlatform().daemon().name("prompts").start(this::prompt);
        }
    }

    private void run() {
        byte[] read = new byte[1 << 16];
        try {
            for (int count = input.read(read); count >= 0; count = input.read(read)) {
                add(read, count);
            }
        } catch (IOException e) {
            // The node is gone.
        }
        synchronized (this) {
            pass(length);
        }
        ended.countDown();
    }

    private synchronized void add(byte[] read, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
        }
        System.arraycopy(read, 0, bytes, length, count);
        length += count;
        pieces++;
        int end = length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        pass(length > LONGEST_LINE ? length : end);
    }

    private void pass(int count) {
        if (count > 0) {
            target.pass(bytes, count);
            System.arraycopy(bytes, count, bytes, 0, length - count);
            length -= count;
        }
    }

    private void prompt() {
        long before = -1;
        try {
            while (!ended.await(PROMPT_MILLIS, TimeUnit.MILLISECONDS)) {
                synchronized (this) {
                    if (pieces == before) {
                        pass(length);
                    }
                    before = pieces;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until the node's end of the stream is closed, or nothing has come for so long: what a rank has started may keep it
     * open.
     */
    void awaitEnd(long quietMillis) throws InterruptedException {
        long before = -1;
        while (pieces != before) {
            before = pieces;
            if (ended.await(quietMillis, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }
}
