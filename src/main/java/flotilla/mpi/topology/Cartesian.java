package flotilla.mpi.topology;

import flotilla.abi.StandardAbi;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.Arrays;

/** A Cartesian grid (MPI-3.1 section 7.5.1). Ranks run through the last dimension first (row-major). */
public final class Cartesian implements Topology {
    private final int[] dims;
    private final boolean[] periods;
    private final int[] coordinates;
    private int[] neighbours;

    /** @param rank this member's, 0 to the product of {@code dims} - 1; the arrays are kept */
    public Cartesian(int[] dims, boolean[] periods, int rank) {
        this.dims = dims;
        this.periods = periods;
        this.coordinates = coordinates(dims, rank);
    }

    /**
     * Number of ranks in a grid.
     *
     * @throws MpiException MPI_ERR_DIMS for a dimension that is not positive, MPI_ERR_ARG for a product above
     *     {@link Integer#MAX_VALUE}
     */
    public static int size(int[] dims) {
        long size = 1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] <= 0) {
                throw new MpiException(ErrorClass.DIMS, "dims[" + i + "] = " + dims[i] + " is not positive");
            }
            size *= dims[i];
            if (size > Integer.MAX_VALUE) {
                throw new MpiException(ErrorClass.ARG, "dims = " + Arrays.toString(dims) + " is a grid of more ranks than there can be");
            }
        }
        return (int) size;
    }

    /** Coordinates of a rank of a grid. */
    public static int[] coordinates(int[] dims, int rank) {
        var coordinates = new int[dims.length];
        int rest = rank;
        for (int i = dims.length - 1; i >= 0; i--) {
            coordinates[i] = rest % dims[i];
            rest /= dims[i];
        }
        return coordinates;
    }

    @Override
    public int kind() {
        return StandardAbi.CART;
    }

    public int dimensions() {
        return dims.length;
    }

    /** Ranks per dimension; read only. */
    public int[] dims() {
        return dims;
    }

    /** Read only. */
    public boolean[] periods() {
        return periods;
    }

    /** This member's; read only. */
    public int[] coordinates() {
        return coordinates;
    }

    public int[] coordinates(int rank) {
        return coordinates(dims, rank);
    }

    /**
     * The rank at these coordinates, which wrap around in periodic dimensions.
     *
     * @throws MpiException MPI_ERR_ARG for a coordinate outside a dimension that is not periodic
     */
    public int rank(int[] at) {
        int rank = 0;
        for (int i = 0; i < dims.length; i++) {
            int coordinate = at[i];
            if (periods[i]) {
                coordinate = Math.floorMod(coordinate, dims[i]);
            } else if (coordinate < 0 || coordinate >= dims[i]) {
                throw new MpiException(ErrorClass.ARG, "coords[" + i + "] = " + coordinate + " is outside 0 to " + (dims[i] - 1)
                        + " of a dimension that is not periodic");
            }
            rank = rank * dims[i] + coordinate;
        }
        return rank;
    }

    /** The rank {@code displacement} steps away along a dimension, or MPI_PROC_NULL beyond the edge. */
    public int shifted(int direction, long displacement) {
        long coordinate = coordinates[direction] + displacement;
        if (periods[direction]) {
            coordinate = Math.floorMod(coordinate, (long) dims[direction]);
        } else if (coordinate < 0 || coordinate >= dims[direction]) {
            return StandardAbi.PROC_NULL;
        }
        int[] at = coordinates.clone();
        at[direction] = (int) coordinate;
        return rank(at);
    }

    /** Dimension by dimension, first the neighbour in negative, then in positive direction (MPI-3.1 section 7.6). */
    private int[] neighbours() {
        if (neighbours == null) {
            var ranks = new int[2 * dims.length];
            for (int i = 0; i < dims.length; i++) {
                ranks[2 * i] = shifted(i, -1);
                ranks[2 * i + 1] = shifted(i, 1);
            }
            neighbours = ranks;
        }
        return neighbours;
    }

    @Override
    public int[] sources() {
        return neighbours();
    }

    @Override
    public int[] destinations() {
        return neighbours();
    }
}
