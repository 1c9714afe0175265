package flotilla.mpi.core;

/** The language from which a callback was registered; it decides how the guest function is called. */
public final class Language {
    public static final int C = 0;
    public static final int FORTRAN = 1;
    /** Fortran with the INTEGER attribute values of MPI-1. */
    public static final int FORTRAN_MPI1 = 2;

    /** C++ of the MPI-2 bindings: functions are called through a proxy that the binding registers. */
    public static final int CXX = 3;

    private Language() {}
}
