package flotilla.mpi.topology;

import flotilla.abi.StandardAbi;

/** A graph of which each member knows its own edges (MPI-3.1 section 7.5.4). */
public final class DistributedGraph implements Topology {
    private final int[] sources;
    private final int[] destinations;
    private final int[] sourceWeights;
    private final int[] destinationWeights;

    /** The arrays are kept; both weights are null for an unweighted graph. */
    public DistributedGraph(int[] sources, int[] sourceWeights, int[] destinations, int[] destinationWeights) {
        this.sources = sources;
        this.sourceWeights = sourceWeights;
        this.destinations = destinations;
        this.destinationWeights = destinationWeights;
    }

    @Override
    public int kind() {
        return StandardAbi.DIST_GRAPH;
    }

    @Override
    public int[] sources() {
        return sources;
    }

    @Override
    public int[] destinations() {
        return destinations;
    }

    public boolean isWeighted() {
        return sourceWeights != null;
    }

    /** By position in {@link #sources}; null for an unweighted graph. */
    public int[] sourceWeights() {
        return sourceWeights;
    }

    /** By position in {@link #destinations}; null for an unweighted graph. */
    public int[] destinationWeights() {
        return destinationWeights;
    }
}
