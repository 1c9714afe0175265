package flotilla.transport;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.nio.ByteBuffer;

/**
 * A ring of bytes that wait to be written to a connection. One thread at a time appends, one at a time takes, and they may be
 * two. All pieces are multiples of {@link TcpHeader#BYTES}, so that no header is split where the ring ends.
 */
final class FrameQueue {
    /** Enough that the cost of a system call does not matter when frames are many. The kernel's own buffer is larger. */
    private static final int CAPACITY = 256 << 10;

    private final long memory = Mapping.map(0, CAPACITY, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    private final ByteBuffer view = Memory.segment(memory, CAPACITY).asByteBuffer();
    private final TcpHeader headers;
    private volatile long head;
    private volatile long tail;

    FrameQueue(TcpHeader headers) {
        this.headers = headers;
    }

    /** Appends a header and what follows it; false when there is no room. */
    boolean append(int kind, long first, int firstBytes, long second, int secondBytes) {
        int length = firstBytes + secondBytes;
        long at = tail;
        long end = at + TcpHeader.BYTES + TcpHeader.padded(length);
        if (end - head > CAPACITY) {
            return false;
        }
        headers.write(memory + offset(at), kind, length);
        copy(at + TcpHeader.BYTES, first, firstBytes);
        copy(at + TcpHeader.BYTES + firstBytes, second, secondBytes);
        tail = end;
        return true;
    }

    private void copy(long at, long from, int bytes) {
        int offset = offset(at);
        int whole = Math.min(bytes, CAPACITY - offset);
        if (whole > 0) {
            Memory.copy(from, memory + offset, whole);
        }
        if (bytes > whole) {
            Memory.copy(from + whole, memory, bytes - whole);
        }
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** What can be written next in one piece. {@link #took} says how much was. */
    ByteBuffer next() {
        int from = offset(head);
        int bytes = (int) Math.min(tail - head, CAPACITY - from);
        return view.limit(from + bytes).position(from);
    }

    /** Called by who takes. */
    void took(int bytes) {
        head += bytes;
    }

    /** Called by who takes, when it takes no more. */
    void clear() {
        head = tail;
    }

    /** When nobody else is in it or will be. */
    void free() {
        Mapping.unmap(memory, CAPACITY);
    }

    private static int offset(long position) {
        return (int) position & CAPACITY - 1;
    }
}
