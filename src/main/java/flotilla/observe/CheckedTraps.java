package flotilla.observe;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.mpi.dispatch.FunctionNames;
import flotilla.mpi.face.HandleKind;
import flotilla.trap.SystemServices;

/** The border of a job whose ranks' variables are compared: tells the check when a rank comes to a barrier. */
public final class CheckedTraps extends TracedTraps {
    private final GlobalsCheck check;
    private final int barrier = Operation.MPI_FIRST + FunctionNames.index("MPI_Barrier");

    /** @param trace of some ranks, or of none */
    public CheckedTraps(SystemServices services, CallTrace trace, GlobalsCheck check) {
        super(services, trace);
        this.check = check;
    }

    @Override
    protected int handle(Rank rank, int operation) {
        if (operation == barrier && rank.environment == Rank.Environment.INITIALIZED
                && rank.face.handle(HandleKind.COMM, Memory.getLong(rank.control + ControlBlock.ARGUMENTS)) == StandardAbi.COMM_WORLD) {
            check.atBarrier();
        }
        return super.handle(rank, operation);
    }
}
