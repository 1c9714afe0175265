package flotilla.migrate;

import flotilla.memory.NativeFunction;

/** Descriptors of this process, by functions of libc. */
final class Descriptors {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final NativeFunction FCNTL = NativeFunction.ofLibc("fcntl");
    private static final NativeFunction LSEEK = NativeFunction.ofLibc("lseek");
    private static final NativeFunction CLOSE = NativeFunction.ofLibc("close");

    /** Moves a descriptor so that its number is {@code least} or more. */
    static int raise(int descriptor, int least) {
        if (descriptor >= least) {
            return descriptor;
        }
        int raised = duplicate(descriptor, least);
        close(descriptor);
        return raised;
    }

    /** Another descriptor for the same, whose number is {@code least} or more. */
    static int duplicate(int descriptor, int least) {
        int copy = (int) FCNTL.call(descriptor, F_DUPFD_CLOEXEC, least);
        if (copy < 0) {
            throw new MoveException("this process has no more descriptors for the rank's files; raise ulimit -n");
        }
        return copy;
    }

    /** Where a file stands; negative for what has no such place. */
    static long position(int descriptor) {
        return LSEEK.call(descriptor, 0, SEEK_CUR);
    }

    static void seek(int descriptor, long offset) {
        LSEEK.call(descriptor, offset, SEEK_SET);
    }

    static void close(int descriptor) {
        CLOSE.call(descriptor);
    }

    private Descriptors() {}
}
