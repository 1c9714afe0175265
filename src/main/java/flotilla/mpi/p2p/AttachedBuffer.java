package flotilla.mpi.p2p;

import flotilla.mpi.core.Rank;
import java.io.Serializable;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;

/**
 * The buffer of MPI_Buffer_attach (MPI-3.1 section 3.6). Messages keep their data in memory of their own, so that the
 * buffer is an account of how much of it is in use: a program sees the same limits as with a real one.
 */
public final class AttachedBuffer implements Serializable {
    public long address;
    public long size;
    public boolean isAttached;
    private long used;
    private transient ArrayDeque<BufferedMessage> outstanding = new ArrayDeque<>(0);

    /** A buffered message on its way; freed by its receiver, noticed by its sender. */
    private static final class BufferedMessage {
        final Arena arena;
        final Message message;
        final long charge;

        BufferedMessage(long bytes, long charge) {
            arena = Arena.ofShared();
            message = new Message(arena.allocate(Math.max(bytes, 1), 16).address(), Integer.MAX_VALUE);
            this.charge = charge;
        }
    }

    /** Only with nothing outstanding. */
    private Object readResolve() {
        outstanding = new ArrayDeque<>(0);
        return this;
    }

    /** A message that holds {@code bytes}, charged to the attached buffer. */
    Message reserve(Rank rank, long bytes) {
        reclaim();
        long charge = bytes + rank.face.bsendOverhead();
        if (used + charge > size) {
            throw Endpoint.noSpace(charge, size - used);
        }
        used += charge;
        var buffered = new BufferedMessage(bytes, charge);
        buffered.message.lender = rank;
        buffered.message.offer();
        outstanding.add(buffered);
        return buffered.message;
    }

    /** Takes back what receivers have read. Answers whether everything has been. */
    public boolean reclaim() {
        while (!outstanding.isEmpty() && outstanding.peek().message.isReturned()) {
            BufferedMessage done = outstanding.poll();
            used -= done.charge;
            done.arena.close();
        }
        return outstanding.isEmpty();
    }
}
