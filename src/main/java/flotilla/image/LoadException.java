package flotilla.image;

/** A program cannot be loaded. The message is one complete line: what, where, and the remedy. */
public final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LoadException(String message) {
        super(oneLine(message));
    }

    LoadException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names come from files and may hold anything. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
