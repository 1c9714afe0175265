package flotilla.memory;

/** The address space cannot hold what was asked for. The message is one complete line: what, the limit, the remedy. */
public final class AddressSpaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public AddressSpaceException(String message) {
        super(message);
    }
}
