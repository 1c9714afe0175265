package flotilla.bench;

/** One trial has no result: its program failed or took too long. The others go on. */
public final class TrialException extends Exception {
    private static final long serialVersionUID = 1;

    public TrialException(String message) {
        super(message, null, false, false);
    }
}
