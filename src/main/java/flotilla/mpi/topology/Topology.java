package flotilla.mpi.topology;

import java.io.Serializable;

/** The topology of a communicator, seen from one of its members; stands in {@link flotilla.mpi.core.Comm#topology}. */
public sealed interface Topology extends Serializable permits Cartesian, Graph, DistributedGraph {
    /**
     * Ranks that this member receives from in a neighbourhood collective, in the order of its receive buffer; may hold
     * MPI_PROC_NULL (Cartesian) and repetitions. The caller does not change the array.
     */
    int[] sources();

    /** Ranks that this member sends to in a neighbourhood collective, in the order of its send buffer. */
    int[] destinations();

    /** MPI_CART, MPI_GRAPH or MPI_DIST_GRAPH, canonical. */
    int kind();
}
