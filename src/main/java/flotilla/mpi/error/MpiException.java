package flotilla.mpi.error;

/**
 * An MPI call failed with an error class. The detail names the offending argument and its value, in words a user
 * understands without the source ("dest = 7 is not a rank of a group of 4").
 */
public final class MpiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errorClass;

    /** @param errorClass a constant of {@link ErrorClass}, or a code from MPI_Add_error_code */
    public MpiException(int errorClass, String detail) {
        super(detail, null, false, false);
        this.errorClass = errorClass;
    }

    public int errorClass() {
        return errorClass;
    }
}
