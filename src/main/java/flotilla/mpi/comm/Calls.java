package flotilla.mpi.comm;

import flotilla.mpi.core.Comm;

/** How meetings describe themselves. */
final class Calls {
    /** "MPI_Comm_split on MPI_COMM_WORLD", from whichever member's object is there. */
    static String describe(String call, Comm[] comms) {
        for (Comm comm : comms) {
            if (comm != null) {
                return call + " on " + comm.describe();
            }
        }
        return call;
    }

    private Calls() {}
}
