package flotilla.mpi.p2p;

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

    private static final int KEEP = 2048;
    /** Messages of the large size in the whole process beyond which sends wait for their receivers instead. */
    private static final int MOST_LARGE = 16384;

    private static final ConcurrentLinkedQueue<Message> RESERVE_SMALL = new ConcurrentLinkedQueue<>();
    private static final ConcurrentLinkedQueue<Message> RESERVE_LARGE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger LARGE_MADE = new AtomicInteger();

    private Message small;
    private int smallCount;
    private Message large;
    private int largeCount;

    static MessagePool of(Rank rank) {
        Object pool = rank.pe.messages;
        if (pool == null) {
            pool = new MessagePool();
            rank.pe.messages = pool;
        }
        return (MessagePool) pool;
    }

    /** A message that can carry {@code bytes}, or null when there are too many on their way already. */
    Message take(long bytes) {
        if (bytes <= SMALL) {
            Message message = small;
            if (message != null) {
                small = message.nextFree;
                smallCount--;
                return message;
            }
            message = RESERVE_SMALL.poll();
            return message != null ? message : make(SMALL);
        }
        Message message = large;
        if (message != null) {
            large = message.nextFree;
            largeCount--;
            return message;
        }
        message = RESERVE_LARGE.poll();
        if (message != null) {
            return message;
        }
        if (LARGE_MADE.get() >= MOST_LARGE) {
            return null;
        }
        LARGE_MADE.incrementAndGet();
        return make(EAGER);
    }

    void release(Message message) {
        message.sender = null;
        message.type = null;
        if (message.capacity == SMALL) {
            if (smallCount < KEEP) {
                message.nextFree = small;
                small = message;
                smallCount++;
            } else {
                RESERVE_SMALL.add(message);
            }
        } else if (message.capacity == EAGER) {
            if (largeCount < KEEP) {
                message.nextFree = large;
                large = message;
                largeCount++;
            } else {
                RESERVE_LARGE.add(message);
            }
        }
    }

    private static Message make(int capacity) {
        return new Message(Arena.global().allocate(capacity, 16).address(), capacity);
    }
}
