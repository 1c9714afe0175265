package flotilla.pmi;

/** The process manager can't be reached, does not answer, or answers what is no PMI. The message is one line for the user. */
public final class PmiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PmiException(String message) {
        super(message);
    }

    PmiException(String message, Throwable cause) {
        super(message, cause);
    }
}
