package flotilla.launch;

/** The nodes can't be started. The message is one line for the user. */
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LaunchException(String message) {
        super(message);
    }
}
