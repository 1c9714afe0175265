package flotilla.mpi.topology;

import flotilla.mpi.comm.CommMeeting;
import flotilla.mpi.comm.NewComm;
import flotilla.mpi.comm.Said;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * MPI_Dist_graph_create (MPI-3.1 section 7.5.4): every member names edges between any ranks; each ends up with those that
 * begin or end at itself, in the order of the members that named them.
 */
public final class GraphExchange extends CommMeeting {
    /**
     * Edges one member names: {@code degrees[i]} edges from {@code sources[i]}, whose ends stand one after the other in
     * {@code destinations}.
     *
     * @param weights by edge, or null for MPI_UNWEIGHTED
     */
    public record Edges(int[] sources, int[] degrees, int[] destinations, int[] weights) implements Serializable {
        /** Number of sources, number of edges, whether there are weights, sources, degrees, destinations, weights. */
        private byte[] said() {
            int[] head = {sources.length, destinations.length, weights == null ? 0 : 1};
            return Said.ints(Stream.of(head, sources, degrees, destinations, weights == null ? new int[0] : weights)
                    .flatMapToInt(IntStream::of).toArray());
        }

        private static Edges of(byte[] said) {
            int[] values = Said.ints(said);
            int degrees = 3 + values[0];
            int destinations = degrees + values[0];
            int weights = destinations + values[1];
            return new Edges(Arrays.copyOfRange(values, 3, degrees), Arrays.copyOfRange(values, degrees, destinations),
                    Arrays.copyOfRange(values, destinations, weights),
                    values[2] == 0 ? null : Arrays.copyOfRange(values, weights, values.length));
        }
    }

    private static final String CALL = "MPI_Dist_graph_create";

    private Edges[] edges;
    private NewComm made;
    private DistributedGraph[] graphs;

    private GraphExchange(Rank rank, Comm comm) {
        super(rank, CALL, comm, comm.size());
        if (!rank.world.isDistributed()) {
            edges = new Edges[members()];
        }
    }

    /** @param result address of the new communicator's handle */
    public static int call(Rank rank, Comm comm, Edges edges, long result) {
        if (rank.world.isDistributed()) {
            comm.countCollective();
            return new GraphExchange(rank, comm).tell(rank, edges.said(), result);
        }
        GraphExchange meeting = comm.nextMeeting(GraphExchange.class, () -> new GraphExchange(rank, comm));
        meeting.edges[comm.rank] = edges;
        return meeting.attend(rank, comm.rank, comm, result);
    }

    @Override
    protected void hear(byte[][] said) {
        edges = new Edges[said.length];
        for (int i = 0; i < said.length; i++) {
            edges[i] = Edges.of(said[i]);
        }
    }

    @Override
    protected int conclude(Rank last) {
        graphs = distribute(edges);
        made = NewComm.intra(last.world, comm(), 0, comm().group);
        return 0;
    }

    /** What each of {@code named.length} members gets. */
    static DistributedGraph[] distribute(Edges[] named) {
        int members = named.length;
        int decider = firstWithEdges(named);
        boolean weighted = named[decider].weights() != null;
        var indegrees = new int[members];
        var outdegrees = new int[members];
        for (int i = 0; i < members; i++) {
            Edges mine = named[i];
            if (mine.destinations().length > 0 && (mine.weights() != null) != weighted) {
                throw new MpiException(ErrorClass.ARG, "weights is MPI_UNWEIGHTED at rank " + (weighted ? i : decider)
                        + " and not at rank " + (weighted ? decider : i));
            }
            int edge = 0;
            for (int s = 0; s < mine.sources().length; s++) {
                outdegrees[mine.sources()[s]] += mine.degrees()[s];
                for (int d = 0; d < mine.degrees()[s]; d++) {
                    indegrees[mine.destinations()[edge++]]++;
                }
            }
        }
        var in = new int[members][];
        var out = new int[members][];
        var inWeights = new int[members][];
        var outWeights = new int[members][];
        for (int i = 0; i < members; i++) {
            in[i] = new int[indegrees[i]];
            out[i] = new int[outdegrees[i]];
            inWeights[i] = weighted ? new int[indegrees[i]] : null;
            outWeights[i] = weighted ? new int[outdegrees[i]] : null;
        }
        var inFilled = new int[members];
        var outFilled = new int[members];
        for (Edges mine : named) {
            int edge = 0;
            for (int s = 0; s < mine.sources().length; s++) {
                int source = mine.sources()[s];
                for (int d = 0; d < mine.degrees()[s]; d++, edge++) {
                    int destination = mine.destinations()[edge];
                    if (weighted) {
                        outWeights[source][outFilled[source]] = mine.weights()[edge];
                        inWeights[destination][inFilled[destination]] = mine.weights()[edge];
                    }
                    out[source][outFilled[source]++] = destination;
                    in[destination][inFilled[destination]++] = source;
                }
            }
        }
        var graphs = new DistributedGraph[members];
        for (int i = 0; i < members; i++) {
            graphs[i] = new DistributedGraph(in[i], inWeights[i], out[i], outWeights[i]);
        }
        return graphs;
    }

    /** A member that names no edge has no say in whether edges have weights. */
    private static int firstWithEdges(Edges[] named) {
        for (int i = 0; i < named.length; i++) {
            if (named[i].destinations().length > 0) {
                return i;
            }
        }
        return 0;
    }

    @Override
    protected NewComm made(Rank rank, int position) {
        return made;
    }

    @Override
    protected void joined(Comm comm, int position) {
        comm.topology = graphs[position];
    }
}
