package flotilla.mpi.comm;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;

/** The request of MPI_Comm_idup, complete from the start: a member needs nothing of the others to use the duplicate. */
public final class IdupRequest extends Request {
    public IdupRequest(Comm comm) {
        this.comm = comm;
        this.active = true;
        this.source = StandardAbi.ANY_SOURCE;
        this.tag = StandardAbi.ANY_TAG;
    }

    @Override
    public boolean isComplete() {
        return true;
    }

    @Override
    public String describe(Rank rank) {
        return "MPI_Comm_idup of " + comm.describe();
    }
}
