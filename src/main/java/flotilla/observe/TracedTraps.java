package flotilla.observe;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.trap.GuestTraps;
import flotilla.trap.SystemServices;

/** The border of a job that is traced: tells the trace when a call of MPI begins, and when it has its result. */
public class TracedTraps extends GuestTraps {
    private final CallTrace trace;

    public TracedTraps(SystemServices services, CallTrace trace) {
        super(services);
        this.trace = trace;
    }

    @Override
    protected int handle(Rank rank, int operation) {
        CallTrace.Calls calls = trace.of(rank);
        if (calls == null) {
            return super.handle(rank, operation);
        }
        boolean isMpi = operation >= Operation.MPI_FIRST;
        if (isMpi) {
            calls.begin(operation - Operation.MPI_FIRST);
        } else if (operation == Operation.CALL_RETURNED) {
            calls.guestReturned();
        }
        int answer = super.handle(rank, operation);
        if (answer == ENDED) {
            calls.abandonAll();
        } else if (answer == THREAD_ENDED) {
            calls.abandon();
        } else if (isMpi || operation == Operation.CALL_RETURNED) {
            note(rank, calls, answer);
        }
        return answer;
    }

    @Override
    protected int look(Rank rank) {
        CallTrace.Calls calls = trace.of(rank);
        boolean waited = rank.wait != null;
        int answer = super.look(rank);
        if (calls != null && waited) {
            note(rank, calls, answer);
        }
        return answer;
    }

    private static void note(Rank rank, CallTrace.Calls calls, int answer) {
        if (answer == BLOCKED) {
            return;
        }
        if (Memory.getLong(rank.control + ControlBlock.COMMAND) == ControlBlock.COMMAND_CALL) {
            calls.guestCalled();
        } else {
            calls.end(Memory.getLong(rank.control + ControlBlock.RESULT));
        }
    }
}
