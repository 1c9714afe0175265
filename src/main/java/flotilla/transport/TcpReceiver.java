package flotilla.transport;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The receiving side of a connection. What arrives is read into a buffer, and frames are handed out there; the bytes of a bulk
 * are read straight into its target. One thread at a time.
 */
final class TcpReceiver {
    /** Some of the largest frames. What of a bulk is read into it must be copied from there. */
    private static final int CAPACITY = 64 << 10;
    /** Bytes that are read in one go, about. */
    private static final long MOST_AT_ONCE = 4 << 20;
    private static final long MOST_VIEWED = 1 << 30;

    private final int node;
    private final SocketChannel channel;
    private final TcpHeader headers;
    private final int maxFrame;
    final Traffic received = new Traffic();

    private final long memory = Mapping.map(0, CAPACITY, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    private final ByteBuffer buffer = Memory.segment(memory, CAPACITY).asByteBuffer();
    /** What has been read and not handed out: [start, end) of the buffer. */
    private int start;
    private int end;
    private boolean goodbye;

    // The bulk that has begun: its key and size, where its next byte belongs (0: it is dropped), and what is left of it and
    // the chunk.
    private boolean inBulk;
    private long key;
    private long size;
    private long target;
    private long bulkLeft;
    private int chunkLeft;
    /** The target, from viewStart, and the buffer after it. */
    private final ByteBuffer[] targetAndBuffer = new ByteBuffer[2];
    private long viewStart;
    private long viewEnd;

    TcpReceiver(int node, SocketChannel channel, long key, int maxFrame) {
        this.node = node;
        this.channel = channel;
        this.headers = new TcpHeader(key);
        this.maxFrame = maxFrame;
        targetAndBuffer[1] = buffer;
    }

    /** Whether the other node has said that it will send nothing more. */
    boolean goodbye() {
        return goodbye;
    }

    /**
     * Reads and hands out what there is.
     *
     * @return whether there was anything
     * @throws IOException when the connection has ended or what came can't be from a node; the message says which
     */
    boolean receive(Receiver receiver) throws IOException {
        long total = 0;
        while (total < MOST_AT_ONCE && !goodbye) {
            long bytes = chunkLeft > 0 && target != 0 ? readToTarget() : readToBuffer();
            if (bytes < 0) {
                throw new EOFException("it has closed the connection");
            }
            if (bytes == 0) {
                break;
            }
            total += bytes;
            handOut(receiver);
            if (chunkLeft == 0 && end == 0) {
                break; // most likely the kernel had no more just now
            }
        }
        return total > 0;
    }

    private long readToBuffer() throws IOException {
        int bytes = channel.read(buffer.clear().position(end));
        end += Math.max(bytes, 0);
        return bytes;
    }

    /** The buffer is empty. */
    private long readToTarget() throws IOException {
        if (target < viewStart || target + chunkLeft > viewEnd) {
            long bytes = Math.min(MOST_VIEWED, bulkLeft);
            targetAndBuffer[0] = Memory.segment(target, bytes).asByteBuffer();
            viewStart = target;
            viewEnd = target + bytes;
        }
        int at = (int) (target - viewStart);
        targetAndBuffer[0].limit(at + chunkLeft).position(at);
        buffer.clear();
        long bytes = channel.read(targetAndBuffer);
        if (bytes > 0) {
            consume(chunkLeft - targetAndBuffer[0].remaining());
            end = buffer.position();
        }
        return bytes;
    }

    /** From now on nothing is written to the target of a bulk that has begun. */
    void dropBulk() {
        target = 0;
    }

    private void consume(int bytes) {
        chunkLeft -= bytes;
        bulkLeft -= bytes;
        if (target != 0) {
            target += bytes;
        }
    }

    private void handOut(Receiver receiver) throws IOException {
        endBulk(receiver);
        while (end > start && !goodbye) {
            if (chunkLeft > 0) {
                int bytes = Math.min(chunkLeft, end - start);
                if (target != 0) {
                    Memory.copy(memory + start, target, bytes);
                }
                start += bytes;
                consume(bytes);
                endBulk(receiver);
            } else if (!handOutNext(receiver)) {
                break;
            }
        }
        if (start > 0) {
            // A header is only looked at when all that belongs to it is there, so little is moved.
            if (end > start) {
                Memory.copy(memory + start, memory, end - start);
            }
            end -= start;
            start = 0;
        }
    }

    /** Whether the next frame, or beginning of a chunk, is all there. */
    private boolean handOutNext(Receiver receiver) throws IOException {
        if (end - start < TcpHeader.BYTES) {
            return false;
        }
        long header = memory + start;
        int kind = Memory.getByte(header);
        int length = TcpHeader.length(header);
        int needed = switch (kind) {
            case TcpHeader.FRAME -> length >= 0 && length <= maxFrame ? TcpHeader.padded(length) : 0;
            case TcpHeader.BULK -> TcpHeader.BULK_HEAD;
            default -> 0;
        };
        if (end - start < TcpHeader.BYTES + needed) {
            return false;
        }
        if (headers.read(header) != kind) {
            throw new IOException("it has sent what is no frame");
        }
        start += TcpHeader.BYTES + needed;
        long content = header + TcpHeader.BYTES;
        switch (kind) {
            case TcpHeader.FRAME -> {
                checkLength(length >= 0 && length <= maxFrame, length);
                receiver.frame(node, content, length);
                received.frame(length);
            }
            case TcpHeader.BULK -> beginBulk(receiver, Memory.getLong(content), Memory.getLong(content + Long.BYTES),
                    length - TcpHeader.BULK_HEAD);
            case TcpHeader.MORE -> beginChunk(length);
            case TcpHeader.GOODBYE -> goodbye = true;
            default -> throw new IOException("it has sent a frame of the unknown kind " + kind);
        }
        return true;
    }

    private void beginBulk(Receiver receiver, long bulkKey, long bytes, int first) throws IOException {
        checkLength(!inBulk && bytes >= 0, bytes);
        inBulk = true;
        key = bulkKey;
        size = bytes;
        bulkLeft = bytes;
        viewStart = 0;
        viewEnd = 0;
        beginChunk(first);
        target = receiver.bulkTarget(node, key, bytes);
        endBulk(receiver);
    }

    private void beginChunk(int bytes) throws IOException {
        checkLength(inBulk && bytes >= 0 && bytes <= TcpHeader.CHUNK && bytes <= bulkLeft && (bytes > 0 || bulkLeft == 0), bytes);
        chunkLeft = bytes;
    }

    private static void checkLength(boolean right, long length) throws IOException {
        if (!right) {
            throw new IOException("it has sent a frame of an impossible length, " + length);
        }
    }

    private void endBulk(Receiver receiver) {
        if (inBulk && bulkLeft == 0) {
            inBulk = false;
            targetAndBuffer[0] = null;
            if (target != 0) {
                receiver.bulkArrived(node, key, size);
            }
            received.bulk(size);
        }
    }

    void free() {
        Mapping.unmap(memory, CAPACITY);
    }
}
