package flotilla.refactor;

/** The sources can't be refactored. The message is one line: what, where, remedy. */
public final class RefactorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RefactorException(String message) {
        super(message, null, false, false);
    }
}
