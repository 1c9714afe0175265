package flotilla.migrate;

/** A rank cannot move. The message is one line with the reason. */
public final class MoveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MoveException(String message) {
        super(message);
    }

    MoveException(String message, Throwable cause) {
        super(message, cause);
    }
}
