package flotilla.mpi.core;

import java.io.Serializable;

/** An error handler (MPI-3.1 section 8.3): one of the predefined ones, or a guest function. */
public final class Errhandler implements Serializable {
    public enum Kind { ERRORS_ARE_FATAL, ERRORS_RETURN, ERRORS_ABORT, FUNCTION }

    public static final Errhandler ERRORS_ARE_FATAL = new Errhandler(Kind.ERRORS_ARE_FATAL, 0, 0);
    public static final Errhandler ERRORS_RETURN = new Errhandler(Kind.ERRORS_RETURN, 0, 0);
    public static final Errhandler ERRORS_ABORT = new Errhandler(Kind.ERRORS_ABORT, 0, 0);
    /** MPI::ERRORS_THROW_EXCEPTIONS: the call returns, and the C++ binding asks for the handler and throws. */
    public static final Errhandler ERRORS_THROW_EXCEPTIONS = new Errhandler(Kind.ERRORS_RETURN, 0, 0);

    private static final Errhandler[] PREDEFINED = {ERRORS_ARE_FATAL, ERRORS_RETURN, ERRORS_ABORT, ERRORS_THROW_EXCEPTIONS};

    public final Kind kind;
    /** Address of the guest function, for {@link Kind#FUNCTION}. */
    public final long function;
    /** Language it was given in: see {@link Language}. */
    public int language;
    public int handle;
    /** Handles that the user holds and has not freed; the table forgets the object with the last of them. */
    public int references;
    /** For {@link Language#CXX}: the guest function that calls {@link #function}. */
    public long proxy;

    private Object readResolve() {
        for (Errhandler one : PREDEFINED) {
            if (kind != Kind.FUNCTION && one.handle == handle) {
                return one;
            }
        }
        return this;
    }

    public Errhandler(Kind kind, long function, int language) {
        this.kind = kind;
        this.function = function;
        this.language = language;
    }
}
