package flotilla.mpi.datatype;

/** Which constructor made a datatype (MPI-3.1 section 4.1.13), numbered as in the standard ABI of MPI 5.0. */
public enum Combiner {
    NAMED(101), DUP(102), CONTIGUOUS(103), VECTOR(104), HVECTOR(105), INDEXED(106), HINDEXED(107), INDEXED_BLOCK(108),
    HINDEXED_BLOCK(109), STRUCT(110), SUBARRAY(111), DARRAY(112), F90_REAL(113), F90_COMPLEX(114), F90_INTEGER(115),
    RESIZED(116);

    private final int number;

    Combiner(int number) {
        this.number = number;
    }

    /** The MPI_COMBINER_* constant. */
    public int number() {
        return number;
    }
}
