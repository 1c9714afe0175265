package flotilla.mpi.datatype;

/** The groups of basic types for which predefined operations are defined (MPI-3.1 section 5.9.2). */
public enum ReductionGroup {
    C_INTEGER, FORTRAN_INTEGER, FLOATING, LOGICAL, COMPLEX, BYTE, MULTI_LANGUAGE,
    /** Value and index, for MPI_MINLOC and MPI_MAXLOC (section 5.9.4). */
    PAIR,
    /** Characters and MPI_PACKED: no predefined operation takes them. */
    NONE
}
