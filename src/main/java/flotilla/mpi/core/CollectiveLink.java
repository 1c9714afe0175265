package flotilla.mpi.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;

/**
 * The collective calls on a communicator form a chain: its n-th link is the n-th call, for every member (MPI-3.1
 * section 5.1: all members call the same collectives in the same order). Each member walks the chain at its own pace;
 * links behind the slowest are garbage.
 */
public final class CollectiveLink {
    private static final VarHandle NEXT;
    private static final VarHandle MEETING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            NEXT = lookup.findVarHandle(CollectiveLink.class, "next", CollectiveLink.class);
            MEETING = lookup.findVarHandle(CollectiveLink.class, "meeting", Meeting.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile CollectiveLink next;
    private volatile Meeting meeting;

    CollectiveLink next() {
        CollectiveLink link = next;
        if (link == null) {
            var fresh = new CollectiveLink();
            link = (CollectiveLink) NEXT.compareAndExchange(this, null, fresh);
            link = link == null ? fresh : link;
        }
        return link;
    }

    /**
     * Every member is at a later link. Cuts the chain: a dead link that the garbage collector has moved to its old generation
     * would keep all that follow alive until that is collected.
     */
    public void cut() {
        next = null;
    }

    /** The meeting of this call, made by whoever comes first. */
    Meeting meeting(Supplier<? extends Meeting> create) {
        Meeting present = meeting;
        if (present == null) {
            Meeting fresh = create.get();
            present = (Meeting) MEETING.compareAndExchange(this, null, fresh);
            present = present == null ? fresh : present;
        }
        return present;
    }
}
