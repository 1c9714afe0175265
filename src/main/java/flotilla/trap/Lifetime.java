package flotilla.trap;

import flotilla.mpi.calls.EnvironmentCalls;
import flotilla.mpi.core.Rank;
import flotilla.mpi.dispatch.FunctionNames;
import flotilla.mpi.error.MpiException;
import java.util.List;

/** Which MPI functions may be called outside of MPI_Init and MPI_Finalize (MPI-3.1 section 8.7.1, MPI-4.1 section 11.4.1). */
final class Lifetime {
    private static final List<String> ANY_TIME = List.of("MPI_Init", "MPI_Init_thread", "MPI_Initialized", "MPI_Finalized",
            "MPI_Get_version", "MPI_Get_library_version", "MPI_Abort", "MPI_Error_class", "MPI_Error_string");
    private static final List<String> ANY_TIME_PREFIXES = List.of("MPI_Info_", "MPI_Errhandler_", "MPI_Abi_", "MPI_T_", "MPII_");
    private static final boolean[] AT_ANY_TIME = new boolean[FunctionNames.COUNT];

    static {
        for (int i = 0; i < AT_ANY_TIME.length; i++) {
            String name = FunctionNames.name(i);
            AT_ANY_TIME[i] = ANY_TIME.contains(name);
            for (String prefix : ANY_TIME_PREFIXES) {
                AT_ANY_TIME[i] |= name.startsWith(prefix);
            }
        }
    }

    static boolean isAnyTime(int function) {
        return AT_ANY_TIME[function];
    }

    /** The function needs an initialized MPI, and it is not, or no more. Answers as {@link flotilla.mpi.core.Wait#poll}. */
    static int refuse(Rank rank, int function) {
        try {
            EnvironmentCalls.checkInitialized(rank);
            throw new IllegalStateException();
        } catch (MpiException e) {
            return rank.raise(function, null, e);
        }
    }

    private Lifetime() {}
}
