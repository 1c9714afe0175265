package flotilla.node;

/**
 * The job does not start, as all of its nodes know. The message is one line for the user, or null where another node tells it.
 */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message);
    }
}
