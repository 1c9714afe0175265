package flotilla.bench;

/** The bench can't go on. The message is one line: what, where, remedy. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BenchException(String message) {
        super(message, null, false, false);
    }
}
