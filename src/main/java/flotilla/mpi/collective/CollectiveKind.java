package flotilla.mpi.collective;

/** The collective operations. Members of one call agree in it; the v- and w-variants differ only in how buffers are described. */
public enum CollectiveKind {
    BARRIER("MPI_Barrier"),
    BCAST("MPI_Bcast"),
    GATHER("MPI_Gather"),
    SCATTER("MPI_Scatter"),
    ALLGATHER("MPI_Allgather"),
    ALLTOALL("MPI_Alltoall"),
    REDUCE("MPI_Reduce"),
    ALLREDUCE("MPI_Allreduce"),
    REDUCE_SCATTER("MPI_Reduce_scatter"),
    SCAN("MPI_Scan"),
    EXSCAN("MPI_Exscan"),
    NEIGHBOR_ALLGATHER("MPI_Neighbor_allgather"),
    NEIGHBOR_ALLTOALL("MPI_Neighbor_alltoall");

    /** The C name of the simplest variant, for messages. */
    public final String function;

    CollectiveKind(String function) {
        this.function = function;
    }
}
