package flotilla.mpi.core;

import java.io.Serializable;

/** An attribute key (MPI-3.1 section 6.7.2). Function addresses are the guest's; 0 stands for the null functions. */
public final class Keyval implements Serializable {
    public enum Target { COMM, DATATYPE, WINDOW }

    public final Target target;
    public final long copyFunction;
    public final long deleteFunction;
    public final long extraState;
    /** See {@link Language}. */
    public int language;
    /** For {@link Language#CXX}: the guest functions that call {@link #copyFunction} and {@link #deleteFunction}. */
    public long copyProxy;
    public long deleteProxy;
    public int handle;
    /** Attributes that have the key. */
    public int references;
    /** The user has freed the key: no attribute gets it any more, and it goes with the last one that has it. */
    public boolean freed;

    public Keyval(Target target, long copyFunction, long deleteFunction, long extraState, int language) {
        this.target = target;
        this.copyFunction = copyFunction;
        this.deleteFunction = deleteFunction;
        this.extraState = extraState;
        this.language = language;
    }
}
