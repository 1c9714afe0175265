package flotilla.node;

import flotilla.memory.Memory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * The job's standard output or error. What ranks write is passed on in whole lines, so that no rank cuts another's in the
 * middle; an unfinished line waits for its end, for the end of its rank, or for {@link #flush}. A single rank's output
 * passes unchanged.
 */
final class Output {
    /** An unfinished line longer than this is passed on as it is. */
    private static final int LONGEST_LINE = 1 << 20;

    private static final int EIO = 5;
    private static final int ENOSPC = 28;
    private static final int EPIPE = 32;

    private final FileOutputStream stream;
    private final boolean label;
    private final boolean unbuffered;
    private final Line[] lines;
    /** Why nothing can be written any more: an errno, or 0. */
    private volatile int error;

    private static final class Line {
        byte[] bytes = new byte[256];
        int length;
    }

    Output(FileDescriptor descriptor, int ranks, boolean label) {
        this.stream = new FileOutputStream(descriptor);
        this.label = label;
        this.unbuffered = ranks == 1 && !label;
        this.lines = new Line[ranks];
    }

    /** Takes what a rank wrote; answers the bytes taken, or -errno when it cannot be written. */
    long write(int rank, long address, long bytes) {
        return write(rank, Memory.get(address, (int) Math.min(bytes, 1 << 24)));
    }

    long write(int rank, byte[] data) {
        int count = data.length;
        if (unbuffered) {
            pass(data, 0, count);
            return error != 0 ? -error : count;
        }
        Line line = lines[rank];
        if (line == null) {
            line = new Line();
            lines[rank] = line;
        }
        int end = count;
        while (end > 0 && data[end - 1] != '\n') {
            end--;
        }
        append(line, data, 0, end > 0 ? end : count);
        if (end > 0 || line.length > LONGEST_LINE) {
            passLines(rank, line);
            append(line, data, end, count - end);
        }
        return error != 0 ? -error : count;
    }

    private static void append(Line line, byte[] data, int from, int count) {
        if (line.length + count > line.bytes.length) {
            line.bytes = Arrays.copyOf(line.bytes, Math.max(2 * line.bytes.length, line.length + count));
        }
        System.arraycopy(data, from, line.bytes, line.length, count);
        line.length += count;
    }

    private void passLines(int rank, Line line) {
        if (!label) {
            pass(line.bytes, 0, line.length);
        } else {
            byte[] prefix = ("[" + rank + "] ").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            var labelled = new Line();
            int start = 0;
            for (int i = 0; i < line.length; i++) {
                if (line.bytes[i] == '\n' || i == line.length - 1) {
                    append(labelled, prefix, 0, prefix.length);
                    append(labelled, line.bytes, start, i + 1 - start);
                    start = i + 1;
                }
            }
            pass(labelled.bytes, 0, labelled.length);
        }
        line.length = 0;
    }

    private synchronized void pass(byte[] bytes, int from, int count) {
        try {
            stream.write(bytes, from, count);
        } catch (IOException e) {
            error = errno(e.getMessage());
        }
    }

    /** A line of the runtime's own, between those of the ranks. */
    void line(String text) {
        byte[] bytes = (text + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        pass(bytes, 0, bytes.length);
    }

    private static int errno(String message) {
        return message == null ? EIO : message.contains("Broken pipe") ? EPIPE : message.contains("No space left") ? ENOSPC : EIO;
    }

    /** The rank goes to another node: what it has written of a line that has no end yet is not for this one to pass on. */
    byte[] takeUnfinished(int rank) {
        Line line = lines[rank];
        if (line == null) {
            return new byte[0];
        }
        lines[rank] = null;
        return Arrays.copyOf(line.bytes, line.length);
    }

    /** The rank goes on here with a line that it has begun elsewhere. */
    void goOnWith(int rank, byte[] unfinished) {
        if (unfinished.length > 0) {
            lines[rank] = new Line();
            append(lines[rank], unfinished, 0, unfinished.length);
        }
    }

    /** Passes on a rank's unfinished line. */
    void flush(int rank) {
        Line line = lines[rank];
        if (line != null && line.length > 0) {
            passLines(rank, line);
        }
    }

    /** Passes on all unfinished lines, each on a line of its own. */
    void flushAll() {
        for (int rank = 0; rank < lines.length; rank++) {
            Line line = lines[rank];
            if (line != null && line.length > 0) {
                if (lines.length > 1) {
                    append(line, new byte[] {'\n'}, 0, 1);
                }
                passLines(rank, line);
            }
        }
    }
}
