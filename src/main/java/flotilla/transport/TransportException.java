package flotilla.transport;

/** A transport can't be had, or has failed. The message is one line for the user: which node, what, and what to do about it. */
public final class TransportException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TransportException(String message) {
        super(message);
    }

    public TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
