package flotilla.mpi.p2p;

import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free messages of one PE, in two sizes. Messages are made on one PE and end on another, so a pool that has too many
 * hands the surplus to a common reserve, where others look before they make new ones.
 */
final class MessagePool {
    /** Bytes of data that a small message carries. */
    static final int SMALL = 256;
    /** Bytes of data up to which a message is eager. */
    static final int EAGER = 8192;

    /** Messages of the large size in the whole process beyond which sends wait for their receivers instead. */
    private static final int MOST_LARGE = 16384;

    private static final Reserve SMALL_RESERVE = new Reserve(SMALL, Integer.MAX_VALUE);
    private static final Reserve LARGE_RESERVE = new Reserve(EAGER, MOST_LARGE);

    private final FreeList small = new FreeList(SMALL_RESERVE);
    private final FreeList large = new FreeList(LARGE_RESERVE);

    static MessagePool of(Rank rank) {
        return of(rank.pe);
    }

    static MessagePool of(PeLocal pe) {
        Object pool = pe.messages;
        if (pool == null) {
            pool = new MessagePool();
            pe.messages = pool;
        }
        return (MessagePool) pool;
    }

    /** A message that can carry {@code bytes}, or null when there are too many on their way already. */
    Message take(long bytes) {
        return (bytes <= SMALL ? small : large).take();
    }

    /** A new message that can carry {@code bytes}. Any thread. */
    static Message make(long bytes) {
        if (bytes <= EAGER) {
            return (bytes <= SMALL ? SMALL_RESERVE : LARGE_RESERVE).make();
        }
        return new Message(Arena.global().allocate(bytes, 16).address(), EAGER);
    }

    /** A message that can carry {@code bytes}, however many there are: for one that has come from another node. */
    Message takeAnyway(long bytes) {
        Message message = take(bytes);
        return message != null ? message : LARGE_RESERVE.make();
    }

    void release(Message message) {
        message.sender = null;
        message.type = null;
        (message.capacity == SMALL ? small : large).add(message);
    }

    /** All PEs' surplus of one size. Any thread. */
    private static final class Reserve {
        private final int capacity;
        private final int most;
        private final AtomicInteger made = new AtomicInteger();
        private final ConcurrentLinkedQueue<Message> surplus = new ConcurrentLinkedQueue<>();

        Reserve(int capacity, int most) {
            this.capacity = capacity;
            this.most = most;
        }

        /** One that is left over, or a new one; null when {@code most} have been made. */
        Message take() {
            Message message = surplus.poll();
            if (message != null || made.get() >= most) {
                return message;
            }
            return make();
        }

        Message make() {
            made.incrementAndGet();
            return new Message(Arena.global().allocate(capacity, 16).address(), capacity);
        }
    }

    /** One PE's free messages of one size. */
    private static final class FreeList {
        private static final int KEEP = 2048;

        private final Reserve reserve;
        private Message first;
        private int count;

        FreeList(Reserve reserve) {
            this.reserve = reserve;
        }

        Message take() {
            Message message = first;
            if (message == null) {
                return reserve.take();
            }
            first = message.nextFree;
            count--;
            return message;
        }

        void add(Message message) {
            if (count < KEEP) {
                message.nextFree = first;
                first = message;
                count++;
            } else {
                reserve.surplus.add(message);
            }
        }
    }
}
