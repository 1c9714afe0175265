package flotilla.mpi.core;

/**
 * Contexts that members of a communicator can compute each for itself. Two communicators of a job get the same one with a
 * probability of n^2 / 2^65 for n communicators: 3 in 10^8 for a million.
 */
public final class Contexts {
    /** Smaller numbers are those of the predefined communicators. */
    private static final long FIRST = 16;

    /**
     * @param parent context of a communicator that all members know
     * @param call what distinguishes this use of it from others, in order
     * @param branch what distinguishes contexts of the same use
     */
    public static long derive(long parent, long call, long branch) {
        long hash = mix(mix(mix(parent) + call) + branch);
        return Long.compareUnsigned(hash, FIRST) < 0 ? hash + FIRST : hash;
    }

    /** A bijection in which every bit of the result depends on every bit of the argument (the finalizer of MurmurHash3). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 33) * 0xFF51AFD7ED558CCDL;
        z = (z ^ z >>> 33) * 0xC4CEB9FE1A85EC53L;
        return z ^ z >>> 33;
    }

    private Contexts() {}
}
