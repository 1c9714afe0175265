package flotilla.mpi.core;

/** Goes on with an MPI call after a guest function that it needed has returned. */
@FunctionalInterface
public interface GuestReturn {
    /** @return as {@link Wait#poll} */
    int returned(Rank rank, long value);
}
