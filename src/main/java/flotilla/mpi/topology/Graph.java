package flotilla.mpi.topology;

import flotilla.abi.StandardAbi;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.Arrays;

/** A general graph that every member knows whole (MPI-3.1 section 7.5.3). The two arrays are shared by the members. */
public final class Graph implements Topology {
    private final int[] index;
    private final int[] edges;
    private final int rank;
    private int[] neighbours;

    /**
     * @param index index[i] is the number of edges of nodes 0 to i; kept
     * @param edges neighbours of node 0, of node 1, ...; kept
     */
    public Graph(int[] index, int[] edges, int rank) {
        this.index = index;
        this.edges = edges;
        this.rank = rank;
    }

    /**
     * Checks the arguments of MPI_Graph_create.
     *
     * @throws MpiException MPI_ERR_ARG when {@code index} decreases, MPI_ERR_RANK for an edge to nowhere
     */
    public static void check(int[] index, int[] edges) {
        int before = 0;
        for (int i = 0; i < index.length; i++) {
            if (index[i] < before) {
                throw new MpiException(ErrorClass.ARG, "index[" + i + "] = " + index[i] + " is less than "
                        + (i == 0 ? "0" : "the element before it"));
            }
            before = index[i];
        }
        for (int i = 0; i < edges.length; i++) {
            if (edges[i] < 0 || edges[i] >= index.length) {
                throw new MpiException(ErrorClass.ARG, "edges[" + i + "] = " + edges[i] + " is not a node: there are nodes 0 to "
                        + (index.length - 1));
            }
        }
    }

    @Override
    public int kind() {
        return StandardAbi.GRAPH;
    }

    /** Read only. */
    public int[] index() {
        return index;
    }

    /** Read only. */
    public int[] edges() {
        return edges;
    }

    public int degree(int node) {
        return index[node] - start(node);
    }

    public int[] neighbours(int node) {
        return Arrays.copyOfRange(edges, start(node), index[node]);
    }

    private int start(int node) {
        return node == 0 ? 0 : index[node - 1];
    }

    private int[] neighbours() {
        if (neighbours == null) {
            neighbours = neighbours(rank);
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
