package flotilla.mpi.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.topology.GraphExchange.Edges;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

class TopologyTest {
    private static final int NONE = StandardAbi.PROC_NULL;

    @Example
    void ranksRunThroughTheLastDimensionFirst() {
        var grid = new Cartesian(new int[] {2, 3}, new boolean[] {false, true}, 4);
        assertThat(grid.coordinates()).containsExactly(1, 1);
        assertThat(grid.rank(new int[] {1, 2})).isEqualTo(5);
        assertThat(grid.rank(new int[] {0, -1})).isEqualTo(2);
        assertThat(grid.rank(new int[] {0, 7})).isEqualTo(1);
        assertThatThrownBy(() -> grid.rank(new int[] {2, 0})).isInstanceOf(MpiException.class).hasMessageContaining("coords[0] = 2");
    }

    @Example
    void neighboursGoDimensionByDimension() {
        var grid = new Cartesian(new int[] {2, 3}, new boolean[] {false, true}, 0);
        assertThat(grid.sources()).containsExactly(NONE, 3, 2, 1);
        assertThat(grid.destinations()).containsExactly(NONE, 3, 2, 1);
    }

    @Example
    void shiftsWrapOrEnd() {
        var grid = new Cartesian(new int[] {4, 5}, new boolean[] {false, true}, 6);
        assertThat(grid.shifted(0, 2)).isEqualTo(16);
        assertThat(grid.shifted(0, -2)).isEqualTo(NONE);
        assertThat(grid.shifted(1, -7)).isEqualTo(9);
        assertThat(grid.shifted(1, Integer.MAX_VALUE)).isEqualTo(5 + (int) ((1L + Integer.MAX_VALUE) % 5));
        assertThat(grid.shifted(0, 0)).isEqualTo(6);
    }

    @Example
    void aGridMayHaveNoDimension() {
        var grid = new Cartesian(new int[0], new boolean[0], 0);
        assertThat(Cartesian.size(new int[0])).isOne();
        assertThat(grid.rank(new int[0])).isZero();
        assertThat(grid.sources()).isEmpty();
    }

    @Provide
    Arbitrary<int[]> dims() {
        return Arbitraries.integers().between(1, 5).array(int[].class).ofMinSize(1).ofMaxSize(4);
    }

    @Property(tries = 200)
    void coordinatesAndRanksAreInverse(@ForAll("dims") int[] dims) {
        var grid = new Cartesian(dims, new boolean[dims.length], 0);
        for (int rank = 0; rank < Cartesian.size(dims); rank++) {
            assertThat(grid.rank(grid.coordinates(rank))).isEqualTo(rank);
        }
    }

    @Property(tries = 200)
    void whoeverIsMyUpperNeighbourHasMeAsLower(@ForAll("dims") int[] dims, @ForAll boolean periodic) {
        var periods = new boolean[dims.length];
        java.util.Arrays.fill(periods, periodic);
        int size = Cartesian.size(dims);
        for (int rank = 0; rank < size; rank++) {
            int[] mine = new Cartesian(dims, periods, rank).destinations();
            for (int i = 0; i < dims.length; i++) {
                if (mine[2 * i + 1] != NONE) {
                    assertThat(new Cartesian(dims, periods, mine[2 * i + 1]).sources()[2 * i]).isEqualTo(rank);
                }
            }
        }
    }

    @Example
    void graphsGiveEachNodeItsEdges() {
        // The example of MPI-3.1 section 7.5.3: nodes with neighbours {1, 3}, {0}, {3}, {0, 2}.
        int[] index = {2, 3, 4, 6};
        int[] edges = {1, 3, 0, 3, 0, 2};
        Graph.check(index, edges);
        assertThat(new Graph(index, edges, 0).sources()).containsExactly(1, 3);
        assertThat(new Graph(index, edges, 3).destinations()).containsExactly(0, 2);
        assertThat(new Graph(index, edges, 1).degree(2)).isEqualTo(1);
        assertThatThrownBy(() -> Graph.check(new int[] {2, 1}, new int[] {0, 0})).hasMessageContaining("index[1] = 1");
        assertThatThrownBy(() -> Graph.check(new int[] {1}, new int[] {3})).hasMessageContaining("edges[0] = 3");
    }

    /** Edges as (source, destination, weight), each named by some member. */
    @Provide
    Arbitrary<List<int[]>> edges() {
        return Arbitraries.integers().between(0, 5).array(int[].class).ofSize(4).list().ofMaxSize(30);
    }

    @Property(tries = 300)
    void everyEdgeArrivesAtBothEnds(@ForAll("edges") List<int[]> edges, @ForAll boolean weighted) {
        int members = 6;
        var named = new Edges[members];
        for (int m = 0; m < members; m++) {
            int member = m;
            List<int[]> mine = edges.stream().filter(e -> e[3] == member).toList();
            int[] ones = mine.stream().mapToInt(e -> 1).toArray();
            named[m] = new Edges(mine.stream().mapToInt(e -> e[0]).toArray(), ones, mine.stream().mapToInt(e -> e[1]).toArray(),
                    weighted ? mine.stream().mapToInt(e -> e[2]).toArray() : null);
        }
        DistributedGraph[] graphs = GraphExchange.distribute(named);
        for (int node = 0; node < members; node++) {
            assertThat(pairs(graphs[node].sources(), graphs[node].sourceWeights())).containsExactlyInAnyOrderElementsOf(expected(edges, node, 1, weighted));
            assertThat(pairs(graphs[node].destinations(), graphs[node].destinationWeights())).containsExactlyInAnyOrderElementsOf(expected(edges, node, 0, weighted));
            assertThat(graphs[node].isWeighted()).isEqualTo(weighted);
        }
    }

    private static List<String> pairs(int[] ends, int[] weights) {
        var pairs = new ArrayList<String>();
        for (int i = 0; i < ends.length; i++) {
            pairs.add(ends[i] + ":" + (weights == null ? "-" : weights[i]));
        }
        return pairs;
    }

    private static List<String> expected(List<int[]> edges, int node, int end, boolean weighted) {
        return edges.stream().filter(e -> e[end] == node).map(e -> e[1 - end] + ":" + (weighted ? String.valueOf(e[2]) : "-")).toList();
    }
}
