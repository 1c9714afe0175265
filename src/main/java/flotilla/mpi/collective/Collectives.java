package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.comm.Agreement;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.World;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/** The three ways to make a collective call whose arguments are in a {@link Contribution}. */
public final class Collectives {
    /** Branch of the contexts of persistent operations: no communicator is made in the same call. */
    private static final long PERSISTENT = 0;

    /** A blocking call. Answers as {@link flotilla.mpi.core.Wait#poll}. */
    public static int call(Contribution member) {
        member.seek(member.comm);
        member.prepare();
        int answer = member.join();
        return answer == Rank.CALLING ? answer : member.rank.waitFor(member);
    }

    /** Starts a nonblocking operation and stores its request's handle. Answers 0, or {@link Rank#CALLING}. */
    public static int start(Contribution member, long request) {
        member.seek(member.comm);
        member.prepare();
        member.rank.publish(new CollectiveRequest(member), request);
        return member.join();
    }

    /** Makes a persistent operation and stores its request's handle. */
    public static int init(Contribution member, long request) {
        Op op = member.op;
        if (op != null && !op.isPredefined()) {
            throw new MpiException(ErrorClass.UNSUPPORTED_OPERATION,
                    "persistent reductions take predefined operations only; use the nonblocking call for a user-defined one");
        }
        Comm comm = member.comm;
        World world = member.rank.world;
        Comm.Shared shared = Agreement.next(member.rank, comm, member.kind.function + "_init").agree(() -> new Comm.Shared(
                world.isDistributed() ? world.newContext(comm, PERSISTENT) : comm.context));
        var chain = new Comm(shared, comm.group, comm.remoteGroup, comm.rank, comm.side);
        member.rank.publish(new CollectiveRequest(member, chain), request);
        return 0;
    }

    /**
     * Calls a user's operation in its rank.
     *
     * @param rawType the datatype's handle as the guest holds it
     * @return {@link Rank#CALLING}
     */
    public static int callOperation(Rank rank, Op op, long in, long inout, long count, long rawType, GuestReturn goOn) {
        if (op.proxy != 0) {
            return rank.callGuest(op.proxy, goOn, in, inout, count, rawType, op.function);
        }
        // Both as 8 bytes: little-endian, so that a reader of 4 finds its value too.
        Memory.putLong(rank.callScratch(0), count);
        Memory.putLong(rank.callScratch(1), rawType);
        return rank.callGuest(op.function, goOn, in, inout, rank.callScratch(0), rank.callScratch(1));
    }

    private Collectives() {}
}
