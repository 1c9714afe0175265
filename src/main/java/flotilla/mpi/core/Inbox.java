package flotilla.mpi.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Many producers, one consumer, intrusive. Producers push onto a stack with one compare-and-set; the consumer takes the
 * whole stack with one exchange and reverses it, which restores the order in which each producer pushed (MPI's
 * non-overtaking rule, MPI-3.1 section 3.5).
 */
final class Inbox extends InboxTop {
    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(InboxTop.class, "top", Delivery.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The objects behind are the rank's own, too. */
    @SuppressWarnings("unused")
    private long a, b, c, d, e, f, g;

    /** Any thread. Release: what the producer wrote before is seen by the consumer. */
    void push(Delivery delivery) {
        Delivery seen = (Delivery) TOP.getOpaque(this);
        while (true) {
            delivery.next = seen;
            Delivery witness = (Delivery) TOP.compareAndExchangeRelease(this, seen, delivery);
            if (witness == seen) {
                return;
            }
            seen = witness;
        }
    }

    boolean isEmpty() {
        return TOP.getAcquire(this) == null;
    }

    /** The consumer: everything inside, oldest first, linked by {@code next}; or null. */
    Delivery takeAll() {
        if (TOP.getOpaque(this) == null) {
            return null;
        }
        Delivery newest = (Delivery) TOP.getAndSetAcquire(this, null);
        Delivery oldest = null;
        while (newest != null) {
            Delivery older = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = older;
        }
        return oldest;
    }
}

/** The objects before an inbox in memory are written by its rank at every call: producers must not take away their cache line. */
abstract class BeforeInbox {
    @SuppressWarnings("unused")
    private long a, b, c, d, e, f, g;
}

abstract class InboxTop extends BeforeInbox {
    @SuppressWarnings("unused") // through Inbox.TOP
    Delivery top;
}
