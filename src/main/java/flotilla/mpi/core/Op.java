package flotilla.mpi.core;

import java.io.Serializable;

/** A reduction operation: predefined (by its canonical handle) or a guest function (MPI-3.1 section 5.9). */
public final class Op implements Serializable {
    /** Canonical handle of a predefined operation, e.g. MPI_SUM's number in the standard ABI; 0 for a user's. */
    public final int predefined;
    public final boolean commutative;
    public final long function;
    public final int language;
    /** MPICH's C++ binding: the guest function through which {@link #function} is called; 0 without. */
    public long proxy;
    public int handle;

    private Op(int predefined, boolean commutative, long function, int language) {
        this.predefined = predefined;
        this.commutative = commutative;
        this.function = function;
        this.language = language;
    }

    public static Op predefined(int handle, boolean commutative) {
        var op = new Op(handle, commutative, 0, 0);
        op.handle = handle;
        return op;
    }

    public static Op user(boolean commutative, long function, int language) {
        return new Op(0, commutative, function, language);
    }

    public boolean isPredefined() {
        return predefined != 0;
    }
}
