package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.comm.Agreement;
import flotilla.mpi.comm.NewComm;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.Face;
import flotilla.mpi.group.GroupAlgebra;
import flotilla.mpi.topology.BalancedDims;
import flotilla.mpi.topology.Cartesian;
import flotilla.mpi.topology.DistributedGraph;
import flotilla.mpi.topology.Graph;
import flotilla.mpi.topology.GraphExchange;
import flotilla.mpi.topology.Topology;
import java.util.Arrays;

/** MPI-3.1 section 7.5. A parameter that is a {@code long} is an address of guest memory. Ranks are never reordered. */
public final class TopologyCalls {
    // Cartesian.

    public static int cartCreate(Rank rank, Comm commOld, int ndims, long dims, long periods, int reorder, long commCart) {
        Arguments.checkPointer(commCart, "comm_cart");
        CommunicatorCalls.checkIntra(commOld, "comm_old");
        int[] grid = GuestArrays.ints(dims, ndims, "ndims", "dims");
        boolean[] periodic = GuestArrays.logicals(periods, ndims, "periods");
        int nodes = gridSize(commOld, grid);
        Comm comm = firstRanks(rank, "MPI_Cart_create", commOld, nodes);
        if (comm != null) {
            comm.topology = new Cartesian(grid, periodic, comm.rank);
        }
        return CommunicatorCalls.put(rank, commCart, comm);
    }

    private static int gridSize(Comm comm, int[] dims) {
        int nodes = Cartesian.size(dims);
        if (nodes > comm.size()) {
            throw new MpiException(ErrorClass.ARG, "dims = " + Arrays.toString(dims) + " is a grid of " + nodes
                    + " ranks, but the communicator has " + comm.size());
        }
        return nodes;
    }

    /** A communicator of the first {@code count} ranks of {@code comm}, or null for the others. */
    private static Comm firstRanks(Rank rank, String call, Comm comm, int count) {
        NewComm made = Agreement.next(rank, comm, call).agree(() -> {
            Group group = comm.group;
            if (count < group.size()) {
                group = Group.of(Arrays.copyOf(GroupAlgebra.worldRanks(group), count));
            }
            return NewComm.intra(rank.world, comm, 0, group);
        });
        return comm.rank < count ? made.join(rank, comm) : null;
    }

    public static int cartdimGet(Rank rank, Comm comm, long ndims) {
        Arguments.checkPointer(ndims, "ndims");
        Memory.putInt(ndims, cartesian(comm).dimensions());
        return 0;
    }

    public static int cartGet(Rank rank, Comm comm, int maxdims, long dims, long periods, long coords) {
        Cartesian grid = cartesian(comm);
        checkRoom(maxdims, grid.dimensions(), "maxdims");
        GuestArrays.put(grid.dims(), grid.dimensions(), dims, "dims");
        GuestArrays.putLogicals(grid.periods(), periods, "periods");
        GuestArrays.put(grid.coordinates(), grid.dimensions(), coords, "coords");
        return 0;
    }

    public static int cartRank(Rank rank, Comm comm, long coords, long result) {
        Arguments.checkPointer(result, "rank");
        Cartesian grid = cartesian(comm);
        Memory.putInt(result, grid.rank(GuestArrays.ints(coords, grid.dimensions(), "coords")));
        return 0;
    }

    public static int cartCoords(Rank rank, Comm comm, int of, int maxdims, long coords) {
        Cartesian grid = cartesian(comm);
        checkNode(comm, of);
        checkRoom(maxdims, grid.dimensions(), "maxdims");
        GuestArrays.put(grid.coordinates(of), grid.dimensions(), coords, "coords");
        return 0;
    }

    public static int cartShift(Rank rank, Comm comm, int direction, int disp, long rankSource, long rankDest) {
        Arguments.checkPointer(rankSource, "rank_source");
        Arguments.checkPointer(rankDest, "rank_dest");
        Cartesian grid = cartesian(comm);
        if (direction < 0 || direction >= grid.dimensions()) {
            throw new MpiException(ErrorClass.ARG, "direction = " + direction + " is not a dimension: there are " + grid.dimensions());
        }
        Memory.putInt(rankSource, rank.face.rawRank(grid.shifted(direction, -(long) disp)));
        Memory.putInt(rankDest, rank.face.rawRank(grid.shifted(direction, disp)));
        return 0;
    }

    public static int cartSub(Rank rank, Comm comm, long remainDims, long newcomm) {
        Arguments.checkPointer(newcomm, "newcomm");
        Cartesian grid = cartesian(comm);
        boolean[] remain = GuestArrays.logicals(remainDims, grid.dimensions(), "remain_dims");
        // The members of a subgrid are those with the same coordinates in the dimensions that do not remain: its first
        // member's rank names it, and everybody can tell the others.
        int kept = 0;
        int[] first = grid.coordinates().clone();
        for (int i = 0; i < remain.length; i++) {
            if (remain[i]) {
                first[i] = 0;
                kept++;
            }
        }
        var dims = new int[kept];
        var periods = new boolean[kept];
        var dimensions = new int[kept];
        for (int i = 0, k = 0; i < remain.length; i++) {
            if (remain[i]) {
                dimensions[k] = i;
                dims[k] = grid.dims()[i];
                periods[k++] = grid.periods()[i];
            }
        }
        NewComm made = Agreement.next(rank, comm, "MPI_Cart_sub").agree(grid.rank(first), () -> {
            var members = new int[Cartesian.size(dims)];
            int[] at = first.clone();
            for (int i = 0; i < members.length; i++) {
                int[] inside = Cartesian.coordinates(dims, i);
                for (int k = 0; k < inside.length; k++) {
                    at[dimensions[k]] = inside[k];
                }
                members[i] = comm.group.worldRank(grid.rank(at));
            }
            return NewComm.intra(rank.world, comm, grid.rank(first), Group.of(members));
        });
        Comm sub = made.join(rank, comm);
        sub.topology = new Cartesian(dims, periods, sub.rank);
        return CommunicatorCalls.put(rank, newcomm, sub);
    }

    public static int cartMap(Rank rank, Comm comm, int ndims, long dims, long periods, long newrank) {
        Arguments.checkPointer(newrank, "newrank");
        CommunicatorCalls.checkIntra(comm, "comm");
        int nodes = gridSize(comm, GuestArrays.ints(dims, ndims, "ndims", "dims"));
        Memory.putInt(newrank, comm.rank < nodes ? comm.rank : StandardAbi.UNDEFINED);
        return 0;
    }

    public static int dimsCreate(Rank rank, int nnodes, int ndims, long dims) {
        int[] filled = GuestArrays.ints(dims, ndims, "ndims", "dims");
        BalancedDims.create(nnodes, filled);
        GuestArrays.put(filled, ndims, dims, "dims");
        return 0;
    }

    // Graphs known to all.

    /** What the members of a graph communicator share. */
    private record SharedGraph(NewComm comm, int[] index, int[] edges) {}

    public static int graphCreate(Rank rank, Comm commOld, int nnodes, long index, long edges, int reorder, long commGraph) {
        Arguments.checkPointer(commGraph, "comm_graph");
        CommunicatorCalls.checkIntra(commOld, "comm_old");
        checkNodes(commOld, nnodes);
        if (nnodes == 0) {
            Agreement.next(rank, commOld, "MPI_Graph_create");
            return CommunicatorCalls.put(rank, commGraph, null);
        }
        // All members pass the same graph: one copy of it serves all.
        SharedGraph made = Agreement.next(rank, commOld, "MPI_Graph_create").agree(() -> {
            int[] ends = readIndex(index, nnodes);
            int[] neighbours = GuestArrays.ints(edges, ends[nnodes - 1], "edges");
            Graph.check(ends, neighbours);
            Group group = nnodes == commOld.size() ? commOld.group
                    : Group.of(Arrays.copyOf(GroupAlgebra.worldRanks(commOld.group), nnodes));
            return new SharedGraph(NewComm.intra(rank.world, commOld, 0, group), ends, neighbours);
        });
        Comm comm = null;
        if (commOld.rank < nnodes) {
            comm = made.comm().join(rank, commOld);
            comm.topology = new Graph(made.index(), made.edges(), comm.rank);
        }
        return CommunicatorCalls.put(rank, commGraph, comm);
    }

    private static int[] readIndex(long index, int nnodes) {
        int[] ends = GuestArrays.ints(index, nnodes, "index");
        if (ends[nnodes - 1] < 0) {
            throw new MpiException(ErrorClass.ARG, "index[" + (nnodes - 1) + "] = " + ends[nnodes - 1] + " is negative");
        }
        return ends;
    }

    private static void checkNodes(Comm comm, int nnodes) {
        Arguments.checkNotNegative(nnodes, "nnodes");
        if (nnodes > comm.size()) {
            throw new MpiException(ErrorClass.ARG, "nnodes = " + nnodes + ", but the communicator has " + comm.size() + " ranks");
        }
    }

    public static int graphdimsGet(Rank rank, Comm comm, long nnodes, long nedges) {
        Arguments.checkPointer(nnodes, "nnodes");
        Arguments.checkPointer(nedges, "nedges");
        Graph graph = graph(comm);
        Memory.putInt(nnodes, graph.index().length);
        Memory.putInt(nedges, graph.edges().length);
        return 0;
    }

    public static int graphGet(Rank rank, Comm comm, int maxindex, int maxedges, long index, long edges) {
        Graph graph = graph(comm);
        checkRoom(maxindex, graph.index().length, "maxindex");
        checkRoom(maxedges, graph.edges().length, "maxedges");
        GuestArrays.put(graph.index(), graph.index().length, index, "index");
        GuestArrays.put(graph.edges(), graph.edges().length, edges, "edges");
        return 0;
    }

    public static int graphNeighborsCount(Rank rank, Comm comm, int of, long nneighbors) {
        Arguments.checkPointer(nneighbors, "nneighbors");
        Graph graph = graph(comm);
        checkNode(comm, of);
        Memory.putInt(nneighbors, graph.degree(of));
        return 0;
    }

    public static int graphNeighbors(Rank rank, Comm comm, int of, int maxneighbors, long neighbors) {
        Graph graph = graph(comm);
        checkNode(comm, of);
        checkRoom(maxneighbors, graph.degree(of), "maxneighbors");
        GuestArrays.put(graph.neighbours(of), graph.degree(of), neighbors, "neighbors");
        return 0;
    }

    public static int graphMap(Rank rank, Comm comm, int nnodes, long index, long edges, long newrank) {
        Arguments.checkPointer(newrank, "newrank");
        CommunicatorCalls.checkIntra(comm, "comm");
        if (nnodes < 1) {
            throw new MpiException(ErrorClass.ARG, "nnodes = " + nnodes + " is not positive");
        }
        checkNodes(comm, nnodes);
        Memory.putInt(newrank, comm.rank < nnodes ? comm.rank : StandardAbi.UNDEFINED);
        return 0;
    }

    // Distributed graphs.

    public static int distGraphCreateAdjacent(Rank rank, Comm commOld, int indegree, long sources, long sourceweights, int outdegree,
            long destinations, long destweights, Info info, int reorder, long commDistGraph) {
        Arguments.checkPointer(commDistGraph, "comm_dist_graph");
        CommunicatorCalls.checkIntra(commOld, "comm_old");
        Arguments.checkNotNegative(indegree, "indegree");
        Arguments.checkNotNegative(outdegree, "outdegree");
        int[] from = nodes(rank, commOld, sources, indegree, "sources");
        int[] to = nodes(rank, commOld, destinations, outdegree, "destinations");
        int[] fromWeights = weights(sourceweights, indegree, "sourceweights");
        int[] toWeights = weights(destweights, outdegree, "destweights");
        // An empty side has no say in whether edges have weights.
        if (indegree == 0) {
            fromWeights = toWeights == null ? null : new int[0];
        } else if (outdegree == 0) {
            toWeights = fromWeights == null ? null : new int[0];
        }
        if ((fromWeights == null) != (toWeights == null)) {
            throw new MpiException(ErrorClass.ARG, "one of sourceweights and destweights is MPI_UNWEIGHTED and the other is not");
        }
        NewComm made = Agreement.next(rank, commOld, "MPI_Dist_graph_create_adjacent").agree(() -> NewComm.intra(rank.world, commOld, 0, commOld.group));
        Comm comm = made.join(rank, commOld);
        comm.topology = new DistributedGraph(from, fromWeights, to, toWeights);
        return CommunicatorCalls.put(rank, commDistGraph, comm);
    }

    public static int distGraphCreate(Rank rank, Comm commOld, int n, long sources, long degrees, long destinations, long weights,
            Info info, int reorder, long commDistGraph) {
        Arguments.checkPointer(commDistGraph, "comm_dist_graph");
        CommunicatorCalls.checkIntra(commOld, "comm_old");
        Arguments.checkNotNegative(n, "n");
        int[] from = nodes(rank, commOld, sources, n, "sources");
        int[] counts = GuestArrays.ints(degrees, n, "degrees");
        long edges = 0;
        for (int i = 0; i < n; i++) {
            Arguments.checkNotNegative(counts[i], "degrees[" + i + "]");
            edges += counts[i];
        }
        int[] to = nodes(rank, commOld, destinations, Math.toIntExact(edges), "destinations");
        int[] edgeWeights = weights(weights, (int) edges, "weights");
        return GraphExchange.call(rank, commOld, new GraphExchange.Edges(from, counts, to, edgeWeights), commDistGraph);
    }

    private static int[] nodes(Rank rank, Comm comm, long address, int count, String name) {
        int[] nodes = GuestArrays.ranks(rank, address, count, name);
        for (int i = 0; i < count; i++) {
            if (nodes[i] < 0 || nodes[i] >= comm.size()) {
                throw new MpiException(ErrorClass.RANK, name + "[" + i + "] = " + nodes[i] + " is not a rank of the communicator: it has ranks 0 to "
                        + (comm.size() - 1));
            }
        }
        return nodes;
    }

    /** Null for MPI_UNWEIGHTED. */
    private static int[] weights(long address, int count, String name) {
        if (address == Face.UNWEIGHTED) {
            return null;
        }
        if (address == Face.WEIGHTS_EMPTY) {
            if (count > 0) {
                throw new MpiException(ErrorClass.ARG, name + " is MPI_WEIGHTS_EMPTY, but there are " + count + " edges");
            }
            return new int[0];
        }
        int[] weights = GuestArrays.ints(address, count, name);
        for (int i = 0; i < count; i++) {
            Arguments.checkNotNegative(weights[i], name + "[" + i + "]");
        }
        return weights;
    }

    public static int distGraphNeighborsCount(Rank rank, Comm comm, long indegree, long outdegree, long weighted) {
        Arguments.checkPointer(indegree, "indegree");
        Arguments.checkPointer(outdegree, "outdegree");
        Arguments.checkPointer(weighted, "weighted");
        DistributedGraph graph = distributedGraph(comm);
        Memory.putInt(indegree, graph.sources().length);
        Memory.putInt(outdegree, graph.destinations().length);
        Memory.putInt(weighted, graph.isWeighted() ? 1 : 0);
        return 0;
    }

    /** Gives as many neighbours as there is room for (MPI-3.1 section 7.5.5). */
    public static int distGraphNeighbors(Rank rank, Comm comm, int maxindegree, long sources, long sourceweights, int maxoutdegree,
            long destinations, long destweights) {
        DistributedGraph graph = distributedGraph(comm);
        Arguments.checkNotNegative(maxindegree, "maxindegree");
        Arguments.checkNotNegative(maxoutdegree, "maxoutdegree");
        int in = Math.min(maxindegree, graph.sources().length);
        int out = Math.min(maxoutdegree, graph.destinations().length);
        GuestArrays.putRanks(rank, graph.sources(), in, sources, "sources");
        GuestArrays.putRanks(rank, graph.destinations(), out, destinations, "destinations");
        if (graph.isWeighted()) {
            putWeights(graph.sourceWeights(), in, sourceweights, "sourceweights");
            putWeights(graph.destinationWeights(), out, destweights, "destweights");
        }
        return 0;
    }

    private static void putWeights(int[] weights, int count, long address, String name) {
        if (address != Face.UNWEIGHTED && address != Face.WEIGHTS_EMPTY) {
            GuestArrays.put(weights, count, address, name);
        }
    }

    public static int topoTest(Rank rank, Comm comm, long status) {
        Arguments.checkPointer(status, "status");
        int kind = comm.topology == null ? StandardAbi.UNDEFINED : ((Topology) comm.topology).kind();
        Memory.putInt(status, comm.topology == null ? kind : rank.face.rawTopology(kind));
        return 0;
    }

    // Shared.

    private static Cartesian cartesian(Comm comm) {
        if (comm.topology instanceof Cartesian grid) {
            return grid;
        }
        throw wrong(comm, "Cartesian");
    }

    private static Graph graph(Comm comm) {
        if (comm.topology instanceof Graph graph) {
            return graph;
        }
        throw wrong(comm, "graph");
    }

    private static DistributedGraph distributedGraph(Comm comm) {
        if (comm.topology instanceof DistributedGraph graph) {
            return graph;
        }
        throw wrong(comm, "distributed graph");
    }

    private static MpiException wrong(Comm comm, String wanted) {
        return new MpiException(ErrorClass.TOPOLOGY, comm.describe() + " has no " + wanted + " topology");
    }

    private static void checkNode(Comm comm, int node) {
        if (node < 0 || node >= comm.size()) {
            throw new MpiException(ErrorClass.RANK, "rank = " + node + " is not a rank of the communicator: it has ranks 0 to " + (comm.size() - 1));
        }
    }

    private static void checkRoom(int room, int needed, String name) {
        if (room < needed) {
            throw new MpiException(ErrorClass.ARG, name + " = " + room + " is too small: there are " + needed);
        }
    }

    private TopologyCalls() {}
}
