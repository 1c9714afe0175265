package flotilla.mpi.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Many producers, one consumer, intrusive. Producers push onto a stack with one compare-and-set; the consumer takes the
 * whole stack with one exchange and reverses it, which restores the order in which each producer pushed (MPI's
 * non-overtaking rule, MPI-3.1 section 3.5).
 */
final class Inbox {
    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(Inbox.class, "top", Delivery.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through TOP
    private Delivery top;

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
