package flotilla.balance;

/** Balancing that can't be done as asked. The message is one line: what, where, remedy. */
public final class BalanceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BalanceException(String message) {
        super(message, null, false, false);
    }
}
