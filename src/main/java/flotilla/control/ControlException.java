package flotilla.control;

/** A request that cannot be answered; the message is one line for the user. */
public final class ControlException extends Exception {
    public ControlException(String message) {
        super(message);
    }
}
