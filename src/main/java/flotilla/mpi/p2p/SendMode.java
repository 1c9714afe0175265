package flotilla.mpi.p2p;

/** The communication modes of MPI-3.1 section 3.4. */
public enum SendMode { STANDARD, BUFFERED, SYNCHRONOUS, READY }
