package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.CollectiveCalls;
import flotilla.mpi.calls.RequestCalls;
import flotilla.mpi.core.Comm;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.topology.Cartesian;
import flotilla.mpi.topology.DistributedGraph;
import flotilla.mpi.topology.Topology;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Neighbourhood collectives on grids and graphs, with repeated edges, loops and edges of the world. */
class NeighborTest {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);

    /** A directed edge: the sender's destination number {@code out} is the receiver's source number {@code in}. */
    private record Edge(int from, int out, int to, int in) {}

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void grids(@ForAll long seed) {
        Random random = new Random(seed);
        int[] dims = new int[1 + random.nextInt(3)];
        boolean[] periods = new boolean[dims.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = 1 + random.nextInt(4);
            periods[i] = random.nextInt(3) != 0;
        }
        int size = Cartesian.size(dims);
        var topologies = new Topology[size];
        for (int i = 0; i < size; i++) {
            topologies[i] = new Cartesian(dims, periods, i);
        }
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int[] neighbors = topologies[i].destinations();
            for (int k = 0; k < neighbors.length; k++) {
                if (neighbors[k] != StandardAbi.PROC_NULL) {
                    // What goes down comes from above.
                    edges.add(new Edge(i, k, neighbors[k], k ^ 1));
                }
            }
        }
        check(topologies, edges, seed);
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void graphs(@ForAll @IntRange(min = 1, max = 20) int size, @ForAll long seed) {
        Random random = new Random(seed);
        List<List<Integer>> sources = lists(size);
        List<List<Integer>> destinations = lists(size);
        List<Edge> edges = new ArrayList<>();
        int count = random.nextInt(4 * size);
        for (int i = 0; i < count; i++) {
            int from = random.nextInt(size);
            int to = random.nextInt(3) == 0 ? from : random.nextInt(size);
            // Both list the edges between two ranks in the same order, as edges are added to both at once.
            edges.add(new Edge(from, destinations.get(from).size(), to, sources.get(to).size()));
            destinations.get(from).add(to);
            sources.get(to).add(from);
        }
        var topologies = new Topology[size];
        for (int i = 0; i < size; i++) {
            topologies[i] = graph(sources.get(i), destinations.get(i));
        }
        check(topologies, edges, seed);
    }

    private static List<List<Integer>> lists(int size) {
        List<List<Integer>> lists = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    private static Topology graph(List<Integer> sources, List<Integer> destinations) {
        return new DistributedGraph(ints(sources), null, ints(destinations), null);
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void check(Topology[] topologies, List<Edge> edges, long seed) {
        int size = topologies.length;
        int nodes = new Random(seed).nextInt(4);
        for (boolean concurrent : new boolean[] {false, true}) {
            try (var harness = concurrent ? RankHarness.concurrent(size, nodes) : RankHarness.ordered(size, seed, nodes)) {
                Comm[] comms = harness.duplicate();
                for (int i = 0; i < size; i++) {
                    comms[i].topology = topologies[i];
                }
                harness.run(guest -> exchange(guest, comms[guest.index()], topologies[guest.index()], edges, seed));
            }
        }
    }

    private static int value(int step, int from, int out, int item) {
        return ((step * 101 + from) * 103 + out) * 1009 + item;
    }

    private static void exchange(Guest guest, Comm comm, Topology topology, List<Edge> edges, long seed) {
        Random common = new Random(seed);
        int outs = topology.destinations().length;
        int ins = topology.sources().length;
        long request = guest.allocate(8);
        long sendtypes = guest.allocate(8L * outs);
        long recvtypes = guest.allocate(8L * ins);
        fill(guest, sendtypes, outs);
        fill(guest, recvtypes, ins);
        for (int step = 0; step < 8; step++) {
            int variant = common.nextInt(5);
            boolean nonblocking = common.nextBoolean();
            int count = common.nextInt(4) == 0 ? 2000 : common.nextInt(10);
            boolean gather = variant < 2;
            long buffer = guest.allocate(4L * count * Math.max(outs, 1));
            long result = guest.allocate(4L * count * Math.max(ins, 1));
            for (int k = 0; k < (gather ? 1 : outs); k++) {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(buffer + 4L * (k * count + i), value(step, comm.rank, k, i));
                }
            }
            long sendcounts = guest.ints(repeat(count, outs));
            long recvcounts = guest.ints(repeat(count, ins));
            long sdispls = guest.ints(steps(count, outs));
            long rdispls = guest.ints(steps(count, ins));
            long sbytes = guest.longs(bytes(count, outs));
            long rbytes = guest.longs(bytes(count, ins));
            guest.succeed(() -> switch (variant) {
                case 0 -> nonblocking
                        ? CollectiveCalls.ineighborAllgather(guest.rank, buffer, count, INT, result, count, INT, comm, request)
                        : CollectiveCalls.neighborAllgather(guest.rank, buffer, count, INT, result, count, INT, comm);
                case 1 -> nonblocking
                        ? CollectiveCalls.ineighborAllgatherv(guest.rank, buffer, count, INT, result, recvcounts, rdispls, INT, comm, request)
                        : CollectiveCalls.neighborAllgatherv(guest.rank, buffer, count, INT, result, recvcounts, rdispls, INT, comm);
                case 2 -> nonblocking
                        ? CollectiveCalls.ineighborAlltoall(guest.rank, buffer, count, INT, result, count, INT, comm, request)
                        : CollectiveCalls.neighborAlltoall(guest.rank, buffer, count, INT, result, count, INT, comm);
                case 3 -> nonblocking
                        ? CollectiveCalls.ineighborAlltoallv(guest.rank, buffer, sendcounts, sdispls, INT, result, recvcounts, rdispls, INT, comm, request)
                        : CollectiveCalls.neighborAlltoallv(guest.rank, buffer, sendcounts, sdispls, INT, result, recvcounts, rdispls, INT, comm);
                default -> nonblocking
                        ? CollectiveCalls.ineighborAlltoallw(guest.rank, buffer, sendcounts, sbytes, sendtypes, result, recvcounts, rbytes, recvtypes, comm, request)
                        : CollectiveCalls.neighborAlltoallw(guest.rank, buffer, sendcounts, sbytes, sendtypes, result, recvcounts, rbytes, recvtypes, comm);
            });
            if (nonblocking) {
                guest.succeed(() -> RequestCalls.wait(guest.rank, request, 0));
            }
            for (Edge edge : edges) {
                for (int i = 0; edge.to() == comm.rank && i < count; i++) {
                    assertThat(Memory.getInt(result + 4L * (edge.in() * count + i)))
                            .isEqualTo(value(step, edge.from(), gather ? 0 : edge.out(), i));
                }
            }
        }
    }

    private static void fill(Guest guest, long types, int count) {
        for (int i = 0; i < count; i++) {
            guest.rank.face.putHandleAt(HandleKind.DATATYPE, types, i, INT.number());
        }
    }

    private static int[] repeat(int value, int times) {
        var values = new int[times];
        Arrays.fill(values, value);
        return values;
    }

    private static int[] steps(int step, int times) {
        var values = new int[times];
        Arrays.setAll(values, i -> i * step);
        return values;
    }

    private static long[] bytes(int step, int times) {
        var values = new long[times];
        Arrays.setAll(values, i -> 4L * i * step);
        return values;
    }

    @Test
    void withoutTopologyThereAreNoNeighbors() {
        try (var harness = RankHarness.ordered(1, 0)) {
            harness.run(guest -> assertThatThrownBy(() -> CollectiveCalls.neighborAllgather(guest.rank, guest.allocate(4), 1, INT,
                    guest.allocate(4), 1, INT, guest.world()))
                    .isInstanceOfSatisfying(MpiException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.TOPOLOGY)));
        }
    }
}
