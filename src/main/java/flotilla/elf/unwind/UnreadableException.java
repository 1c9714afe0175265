package flotilla.elf.unwind;

/** Memory that is needed to go on cannot be read. */
public final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableException(long address) {
        super("memory at 0x" + Long.toHexString(address) + " cannot be read", null, false, false);
    }
}
