package flotilla.mpi.datatype;

/** A wrong argument of a datatype function: which one, and why. Carries no stack trace, for it reports a program's error. */
public final class DatatypeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The MPI error class the caller raises. */
    public enum Reason {
        /** MPI_ERR_COUNT. */
        COUNT,
        /** MPI_ERR_ARG. */
        ARG,
        /** MPI_ERR_TYPE. */
        TYPE,
        /** MPI_ERR_CONVERSION: a value has no external32 representation. */
        CONVERSION
    }

    private final Reason reason;
    private final String argument;
    private final int index;

    DatatypeException(Reason reason, String argument, int index, String message) {
        super((index < 0 ? argument : argument + "[" + index + "]") + " " + message, null, false, false);
        this.reason = reason;
        this.argument = argument;
        this.index = index;
    }

    static DatatypeException count(String argument, long value) {
        return new DatatypeException(Reason.COUNT, argument, -1, "is negative: " + value);
    }

    static DatatypeException count(String argument, int index, long value) {
        return new DatatypeException(Reason.COUNT, argument, index, "is negative: " + value);
    }

    static DatatypeException argument(String argument, String message) {
        return new DatatypeException(Reason.ARG, argument, -1, message);
    }

    static DatatypeException argument(String argument, int index, String message) {
        return new DatatypeException(Reason.ARG, argument, index, message);
    }

    public Reason reason() {
        return reason;
    }

    /** Name of the wrong argument as in the MPI standard's binding. */
    public String argument() {
        return argument;
    }

    /** The element of an array argument that is wrong, or -1. */
    public int index() {
        return index;
    }
}
