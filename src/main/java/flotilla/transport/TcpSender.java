package flotilla.transport;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The sending side of a connection. Frames go through a queue; whoever has put one there writes the queue out, or leaves that
 * to who is writing just now. Bulks are written from where they lie, a chunk at a time, so that frames get between.
 */
final class TcpSender {
    /** Chunks of bulks that are written in one go, at most: 4 MiB. */
    private static final int CHUNKS_AT_ONCE = 64;
    /** Bytes that a buffer can be a view of. */
    private static final long MOST_VIEWED = 1 << 30;

    private final SocketChannel channel;
    private final TcpHeader headers;
    private final FrameQueue queue;
    private final SpinLock appending = new SpinLock();
    private final SpinLock writing = new SpinLock();
    private final ConcurrentLinkedQueue<Bulk> bulks = new ConcurrentLinkedQueue<>();
    /** Guarded by appending. */
    final Traffic sent = new Traffic();

    /** Why nothing can be sent any more, or null. */
    private volatile String broken;
    private volatile boolean closed;

    // Of the bulk that is being sent; guarded by writing.
    private final long chunkHead = Mapping.map(0, Mapping.PAGE_SIZE, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    /** Header and bytes of the chunk that is being written; all written when there is none. */
    private final ByteBuffer[] chunk = {view(chunkHead, TcpHeader.BYTES + TcpHeader.BULK_HEAD), view(0, 0)};
    private Bulk current;
    private long viewStart;
    private Bulk finished;
    private long written;

    TcpSender(SocketChannel channel, long key) {
        this.channel = channel;
        this.headers = new TcpHeader(key);
        this.queue = new FrameQueue(headers);
        chunk[0].limit(0);
    }

    /** False when there is no room for the frame; otherwise it is on its way, or dropped. */
    boolean send(long header, int headerBytes, long payload, int payloadBytes) {
        if (!appending.tryLockSpinning()) {
            return false;
        }
        try {
            if (closed || broken != null) {
                return true;
            }
            if (!queue.append(TcpHeader.FRAME, header, headerBytes, payload, payloadBytes)) {
                return false;
            }
            sent.frame(headerBytes + payloadBytes);
        } finally {
            appending.unlock();
        }
        flush(false);
        return true;
    }

    void sendBulk(Bulk bulk) {
        appending.lock();
        boolean taken = !closed && broken == null;
        if (taken) {
            sent.bulk(bulk.bytes);
            bulks.add(bulk);
        }
        appending.unlock();
        if (taken) {
            flush(true);
        } else {
            bulk.done.run();
        }
    }

    /** Whether something waits to be written. */
    boolean hasBacklog() {
        return !queue.isEmpty() || !bulks.isEmpty();
    }

    /** Why the connection can't be written to, or null. */
    String broken() {
        return broken;
    }

    /** From now on everything is dropped, and what waits with the next {@link #flush}. */
    void breakOff(String reason) {
        if (broken == null) {
            broken = reason;
        }
    }

    /**
     * Writes what the kernel takes.
     *
     * @param all false for who may not take long: bulks wait for who may
     * @return whether anything was done
     */
    boolean flush(boolean all) {
        boolean progress = false;
        boolean again = true;
        while (again && writing.tryLock()) {
            boolean more;
            Bulk done;
            try {
                long before = written;
                more = write(all);
                progress |= written != before;
                done = finished;
                finished = null;
            } finally {
                writing.unlock();
            }
            // Who has found it locked relies on this thread to look once more, after unlocking.
            VarHandle.fullFence();
            if (done != null) {
                progress = true;
                done.done.run();
            }
            again = more && (!queue.isEmpty() || all && !bulks.isEmpty());
        }
        return progress;
    }

    /** Writes until nothing is left, a bulk is finished, or it can't go on: false then. */
    private boolean write(boolean all) {
        try {
            for (int chunks = 0; broken == null; chunks++) {
                if (chunk[0].hasRemaining() || chunk[1].hasRemaining()) {
                    if (!all || !writeChunk()) {
                        return false;
                    }
                    if (current.sent == current.bytes) {
                        finish(current);
                        return true;
                    }
                }
                while (!queue.isEmpty()) {
                    ByteBuffer piece = queue.next();
                    int bytes = channel.write(piece);
                    queue.took(bytes);
                    written += bytes;
                    if (piece.hasRemaining()) {
                        return false;
                    }
                }
                if (!all || bulks.isEmpty()) {
                    return true;
                }
                if (chunks == CHUNKS_AT_ONCE) {
                    return false;
                }
                beginChunk();
            }
        } catch (IOException e) {
            breakOff(TcpConnection.reason(e));
        }
        queue.clear();
        if (all && !bulks.isEmpty()) {
            finish(bulks.peek());
        }
        return true;
    }

    private void finish(Bulk bulk) {
        bulks.remove();
        current = null;
        finished = bulk;
    }

    private void beginChunk() {
        Bulk bulk = bulks.peek();
        int bytes = (int) Math.min(TcpHeader.CHUNK, bulk.bytes - bulk.sent);
        if (bulk != current) {
            current = bulk;
            headers.write(chunkHead, TcpHeader.BULK, TcpHeader.BULK_HEAD + bytes);
            Memory.putLong(chunkHead + TcpHeader.BYTES, bulk.key);
            Memory.putLong(chunkHead + TcpHeader.BYTES + Long.BYTES, bulk.bytes);
            chunk[0].clear();
            chunk[1] = null;
        } else {
            headers.write(chunkHead, TcpHeader.MORE, bytes);
            chunk[0].position(0).limit(TcpHeader.BYTES);
        }
        if (chunk[1] == null || bulk.sent + bytes > viewStart + MOST_VIEWED) {
            viewStart = bulk.sent;
            chunk[1] = view(bulk.address + viewStart, Math.min(MOST_VIEWED, bulk.bytes - viewStart));
        }
        int at = (int) (bulk.sent - viewStart);
        chunk[1].limit(at + bytes).position(at);
    }

    /** Whether all of the chunk has been written. */
    private boolean writeChunk() throws IOException {
        int before = chunk[1].remaining();
        written += channel.write(chunk);
        current.sent += before - chunk[1].remaining();
        return !chunk[0].hasRemaining() && !chunk[1].hasRemaining();
    }

    private static ByteBuffer view(long address, long bytes) {
        return bytes == 0 ? ByteBuffer.allocate(0) : Memory.segment(address, bytes).asByteBuffer();
    }

    /** Says goodbye, after everything else; nothing is taken from now on. */
    void close() {
        appending.lock();
        if (!closed && broken == null && bulks.isEmpty()) {
            queue.append(TcpHeader.GOODBYE, 0, 0, 0, 0);
        }
        closed = true;
        appending.unlock();
        flush(true);
    }

    /** Frees all memory. After {@link #close}. */
    void free() {
        // Never unlocked: who comes late finds it locked and goes away.
        writing.lock();
        queue.free();
        Mapping.unmap(chunkHead, Mapping.PAGE_SIZE);
    }
}
