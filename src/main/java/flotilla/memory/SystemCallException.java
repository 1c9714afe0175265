package flotilla.memory;

/** A system call failed. The message names the call, what it was for, and the text and number of errno. */
public final class SystemCallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    public SystemCallException(String call, String subject, int errno, String text) {
        super(call + " of " + subject + " failed: " + text + " (errno " + errno + ")");
        this.errno = errno;
    }

    /** The value of errno, as in {@code <errno.h>}. */
    public int errno() {
        return errno;
    }
}
