package flotilla.mpi.face;

/**
 * The kinds of opaque MPI objects. Canonical handles are unique within a kind: values below 0x1000 are the predefined
 * handles of the standard ABI (MPI-5.0 section 20.3), others are 0x1000 plus an index into the rank's table.
 */
public enum HandleKind {
    COMM(0x100),
    DATATYPE(0x200),
    OP(0x020),
    GROUP(0x108),
    REQUEST(0x180),
    INFO(0x130),
    ERRHANDLER(0x140),
    MESSAGE(0x128),
    WINDOW(0x110),
    FILE(0x118),
    SESSION(0x120),
    /** Attribute keys: ints, not handles, in every ABI; predefined ones are below 0x1000 like handles. */
    KEYVAL(0);

    /** Canonical null handle: MPI_COMM_NULL, MPI_DATATYPE_NULL, ..., MPI_KEYVAL_INVALID. */
    public final int nullHandle;

    HandleKind(int nullHandle) {
        this.nullHandle = nullHandle;
    }
}
