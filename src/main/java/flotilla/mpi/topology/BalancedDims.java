package flotilla.mpi.topology;

import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.Arrays;

/**
 * MPI_Dims_create (MPI-3.1 section 7.5.2): a grid as close to a cube as the divisors allow. Among all factorizations it
 * takes those with the least difference between largest and smallest dimension, and among these the one whose smallest
 * dimension is largest, then the second smallest, and so on; programs see the grids they know from MPICH.
 */
public final class BalancedDims {
    /**
     * Fills the zeros of {@code dims} so that the product is {@code nodes}; what is filled in does not increase. Without
     * zeros {@code nodes} must still be a multiple of the product.
     *
     * @throws MpiException MPI_ERR_ARG or MPI_ERR_DIMS
     */
    public static void create(int nodes, int[] dims) {
        if (nodes <= 0) {
            throw new MpiException(ErrorClass.ARG, "nnodes = " + nodes + " is not positive");
        }
        long given = 1;
        int free = 0;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] < 0) {
                throw new MpiException(ErrorClass.DIMS, "dims[" + i + "] = " + dims[i] + " is negative");
            } else if (dims[i] == 0) {
                free++;
            } else {
                given *= dims[i];
                if (given > nodes) {
                    break;
                }
            }
        }
        if (given > nodes || nodes % given != 0) {
            throw new MpiException(ErrorClass.DIMS, "dims = " + Arrays.toString(dims) + " fixes " + given
                    + " ranks, of which " + nodes + " is no multiple");
        }
        int[] balanced = balanced((int) (nodes / given), free);
        int next = 0;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 0) {
                dims[i] = balanced[next++];
            }
        }
    }

    /** The most balanced {@code count} factors of {@code product}, largest first. */
    static int[] balanced(int product, int count) {
        if (count == 0) {
            return new int[0];
        }
        var search = new BalancedDims(product, count);
        search.place(count, product, 1);
        return search.best;
    }

    private final int[] divisors;
    /** One of the factors is at least this. */
    private final int largestPrime;
    private final int[] candidate;
    private int[] best;
    private int bestSpread = Integer.MAX_VALUE;

    private BalancedDims(int product, int count) {
        divisors = divisors(product);
        largestPrime = largestPrime(product);
        candidate = new int[count];
        best = new int[count];
        Arrays.fill(best, 1);
        best[0] = product;
    }

    /**
     * Chooses the smallest of {@code open} factors with product {@code rest}, none below {@code least}. Large ones are
     * tried first, so the first factorization found with a spread is the one to keep.
     */
    private void place(int open, int rest, int least) {
        int smallest = candidate[candidate.length - 1];
        if (open == 1) {
            candidate[0] = rest;
            int spread = rest - (candidate.length == 1 ? rest : smallest);
            if (spread < bestSpread) {
                bestSpread = spread;
                best = candidate.clone();
            }
            return;
        }
        int limit = floorRoot(rest, open);
        int position = Arrays.binarySearch(divisors, limit);
        for (int i = position >= 0 ? position : -position - 2; i >= 0 && divisors[i] >= least; i--) {
            int factor = divisors[i];
            if (rest % factor != 0) {
                continue;
            }
            int low = open == candidate.length ? factor : smallest;
            // The largest factor will be no less than the mean of what is left, nor than the largest prime.
            int high = Math.max(floorRoot(rest / factor, open - 1), largestPrime);
            if (high - low < bestSpread) {
                candidate[open - 1] = factor;
                place(open - 1, rest / factor, factor);
            }
        }
    }

    /** The largest integer whose {@code degree}-th power is at most {@code value}. */
    private static int floorRoot(int value, int degree) {
        int root = (int) Math.pow(value, 1.0 / degree);
        while (!powerExceeds(root + 1L, degree, value)) {
            root++;
        }
        while (root > 1 && powerExceeds(root, degree, value)) {
            root--;
        }
        return Math.max(root, 1);
    }

    private static boolean powerExceeds(long base, int degree, int value) {
        long power = 1;
        for (int i = 0; i < degree; i++) {
            power *= base;
            if (power > value) {
                return true;
            }
        }
        return false;
    }

    /** In ascending order. */
    private static int[] divisors(int value) {
        var found = new int[64];
        int count = 0;
        for (int i = 1; (long) i * i <= value; i++) {
            if (value % i == 0) {
                if (count + 2 > found.length) {
                    found = Arrays.copyOf(found, 2 * found.length);
                }
                found[count++] = i;
                if (i != value / i) {
                    found[count++] = value / i;
                }
            }
        }
        int[] divisors = Arrays.copyOf(found, count);
        Arrays.sort(divisors);
        return divisors;
    }

    private static int largestPrime(int value) {
        int rest = value;
        int largest = 1;
        for (int prime = 2; (long) prime * prime <= rest; prime++) {
            while (rest % prime == 0) {
                largest = prime;
                rest /= prime;
            }
        }
        return Math.max(rest, largest);
    }
}
