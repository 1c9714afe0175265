package flotilla.mpi.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.CommunicatorCalls;
import flotilla.mpi.calls.EnvironmentCalls;
import flotilla.mpi.calls.TopologyCalls;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Errhandler;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.group.GroupAlgebra;
import flotilla.mpi.topology.Cartesian;
import flotilla.mpi.topology.DistributedGraph;
import flotilla.mpi.topology.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class CommunicatorTest {
    /** Number of made-up nodes on which the ranks are; 0 for a job in one process. */
    int nodes() {
        return 0;
    }

    /** A call that makes a communicator and stores its handle at an address. */
    interface Maker {
        int make(long result);
    }

    /** Makes a communicator; null for MPI_COMM_NULL. */
    static Comm made(Guest guest, Maker maker) {
        long result = guest.allocate(8);
        guest.succeed(() -> maker.make(result));
        int handle = guest.rank.face.handleAt(HandleKind.COMM, result, 0);
        return handle == StandardAbi.COMM_NULL ? null : guest.rank.comms.get(handle);
    }

    static List<Integer> members(Group group) {
        return Arrays.stream(GroupAlgebra.worldRanks(group)).boxed().toList();
    }

    /** What every rank made, by rank, after a run of a job. */
    private Comm[] run(int size, long seed, Function<Guest, Comm> program) {
        var comms = new Comm[size];
        try (var job = RankHarness.ordered(size, seed, nodes())) {
            job.run(guest -> comms[guest.index()] = program.apply(guest));
        }
        return comms;
    }

    @Property(tries = 60)
    void splitOrdersByKeyThenByRank(@ForAll @IntRange(min = 1, max = 12) int size, @ForAll long seed) {
        var random = new Random(seed);
        int[] colors = random.ints(size, -1, 3).map(c -> c < 0 ? StandardAbi.UNDEFINED : c).toArray();
        int[] keys = random.ints(size, -3, 3).toArray();
        Comm[] comms = run(size, seed, guest -> made(guest,
                result -> CommunicatorCalls.commSplit(guest.rank, guest.world(), colors[guest.index()], keys[guest.index()], result)));
        for (int i = 0; i < size; i++) {
            if (colors[i] == StandardAbi.UNDEFINED) {
                assertThat(comms[i]).isNull();
                continue;
            }
            int color = colors[i];
            List<Integer> expected = IntStream.range(0, size).filter(r -> colors[r] == color).boxed()
                    .sorted(Comparator.<Integer>comparingInt(r -> keys[r]).thenComparingInt(r -> r)).toList();
            assertThat(members(comms[i].group)).isEqualTo(expected);
            assertThat(comms[i].rank).isEqualTo(expected.indexOf(i));
            assertThat(comms[i].context).isEqualTo(comms[expected.get(0)].context);
        }
        long contexts = Arrays.stream(comms).filter(c -> c != null).mapToLong(c -> c.context).distinct().count();
        assertThat(contexts).isEqualTo(Arrays.stream(colors).filter(c -> c >= 0).distinct().count());
    }

    @Example
    void duplicatesKeepGroupTopologyAndHintsAndGetAContext() {
        Comm[] comms = run(3, 1, guest -> {
            Comm ring = made(guest, result -> TopologyCalls.cartCreate(guest.rank, guest.world(), 1, guest.ints(3), guest.ints(1), 0, result));
            ring.errhandler = Errhandler.ERRORS_RETURN;
            ring.name = "ring";
            ring.info = new Info();
            ring.info.entries.put("key", "value");
            Comm first = made(guest, result -> CommunicatorCalls.commDup(guest.rank, ring, result));
            Comm second = made(guest, result -> CommunicatorCalls.commDupWithInfo(guest.rank, ring, null, result));
            assertThat(first.group).isEqualTo(ring.group);
            assertThat(first.topology).isInstanceOf(Cartesian.class);
            assertThat(first.errhandler).isSameAs(Errhandler.ERRORS_RETURN);
            assertThat(first.info.entries).containsEntry("key", "value");
            assertThat(first.name).isEmpty();
            assertThat(second.info).isNull();
            assertThat(second.context).isNotEqualTo(first.context);
            assertThat(compare(guest, ring, first)).isEqualTo(StandardAbi.CONGRUENT);
            assertThat(compare(guest, first, first)).isEqualTo(StandardAbi.IDENT);
            return first;
        });
        assertThat(Arrays.stream(comms).map(c -> c.context).distinct()).hasSize(1);
    }

    private static int compare(Guest guest, Comm a, Comm b) {
        long result = guest.allocate(4);
        guest.succeed(() -> CommunicatorCalls.commCompare(guest.rank, a, b, result));
        return Memory.getInt(result);
    }

    @Example
    void aNonblockingDuplicateCanBeUsedAtOnce() {
        Comm[] comms = run(2, 5, guest -> {
            long request = guest.allocate(8);
            Comm comm = made(guest, result -> CommunicatorCalls.commIdup(guest.rank, guest.world(), result, request));
            Request made = guest.rank.requests.get(guest.rank.face.handleAt(HandleKind.REQUEST, request, 0));
            assertThat(made.isComplete()).isTrue();
            assertThat(made.active).isTrue();
            return comm;
        });
        assertThat(comms[0].context).isEqualTo(comms[1].context);
    }

    @Example
    void createTakesASubgroupAndRanksMayNameDifferentOnes() {
        Group low = Group.of(1, 0);
        Group high = Group.of(3, 2);
        Comm[] comms = run(5, 7, guest -> made(guest, result -> CommunicatorCalls.commCreate(guest.rank, guest.world(),
                guest.index() < 2 ? Group.of(1, 0) : guest.index() < 4 ? Group.of(3, 2) : Group.EMPTY, result)));
        assertThat(comms[0].group).isEqualTo(low);
        assertThat(comms[1].group).isEqualTo(low);
        assertThat(comms[0].context).isEqualTo(comms[1].context);
        assertThat(comms[2].group).isEqualTo(high);
        assertThat(comms[2].rank).isEqualTo(1);
        assertThat(comms[2].context).isNotEqualTo(comms[0].context);
        assertThat(comms[2].group).as("one object for all members").isSameAs(comms[3].group);
        assertThat(comms[4]).isNull();
    }

    @Example
    void createRefusesStrangers() {
        try (var job = RankHarness.ordered(2, 1, nodes())) {
            job.run(guest -> {
                if (guest.index() == 0) {
                    fails(ErrorClass.GROUP, "rank 1 of group",
                            () -> CommunicatorCalls.commCreate(guest.rank, guest.rank.commSelf, Group.of(0, 1), guest.allocate(8)));
                }
            });
        }
    }

    @Example
    void createGroupNeedsOnlyTheMembers() {
        Comm[] comms = run(6, 11, guest -> {
            if (guest.index() % 2 == 0) {
                return null;
            }
            Comm last = null;
            for (int tag = 0; tag < 3; tag++) {
                int same = tag / 2;
                last = made(guest, result -> CommunicatorCalls.commCreateGroup(guest.rank, guest.world(), Group.of(5, 1, 3), same, result));
            }
            return last;
        });
        assertThat(members(comms[1].group)).containsExactly(5, 1, 3);
        assertThat(comms[1].rank).isEqualTo(1);
        assertThat(List.of(comms[3].context, comms[5].context)).containsOnly(comms[1].context);
    }

    @Example
    void typeSharedIsTheWholeNode() {
        Comm[] comms = run(4, 3, guest -> made(guest, result -> CommunicatorCalls.commSplitType(guest.rank, guest.world(),
                StandardAbi.COMM_TYPE_SHARED, -guest.index(), null, result)));
        assertThat(members(comms[0].group)).containsExactly(3, 2, 1, 0);
        Comm[] none = run(2, 3, guest -> made(guest, result -> CommunicatorCalls.commSplitType(guest.rank, guest.world(),
                guest.index() == 0 ? StandardAbi.COMM_TYPE_SHARED : StandardAbi.UNDEFINED, 0, null, result)));
        assertThat(none[0].size()).isEqualTo(1);
        assertThat(none[1]).isNull();
    }

    // Intercommunicators.

    /** Ranks below the boundary on one side, the others on the other, led by {@code leader0} and {@code leader1} of their sides. */
    private static Comm inter(Guest guest, int boundary, int leader0, int leader1) {
        boolean low = guest.index() < boundary;
        Comm local = made(guest, result -> CommunicatorCalls.commSplit(guest.rank, guest.world(), low ? 0 : 1, 0, result));
        boolean leads = local.rank == (low ? leader0 : leader1);
        return made(guest, result -> CommunicatorCalls.intercommCreate(guest.rank, local, low ? leader0 : leader1,
                leads ? guest.world() : null, low ? boundary + leader1 : leader0, 12, result));
    }

    @Property(tries = 40)
    void leadersConnectTheirGroups(@ForAll @IntRange(min = 2, max = 9) int size, @ForAll long seed) {
        var random = new Random(seed);
        int boundary = 1 + random.nextInt(size - 1);
        int leader0 = random.nextInt(boundary);
        int leader1 = random.nextInt(size - boundary);
        Comm[] comms = run(size, seed, guest -> inter(guest, boundary, leader0, leader1));
        List<Integer> low = IntStream.range(0, boundary).boxed().toList();
        List<Integer> high = IntStream.range(boundary, size).boxed().toList();
        for (int i = 0; i < size; i++) {
            assertThat(comms[i].context).isEqualTo(comms[0].context);
            assertThat(members(comms[i].group)).isEqualTo(i < boundary ? low : high);
            assertThat(members(comms[i].remoteGroup)).isEqualTo(i < boundary ? high : low);
            assertThat(comms[i].position()).isEqualTo(i);
            assertThat(comms[i].rank).isEqualTo(i < boundary ? i : i - boundary);
        }
    }

    @Property(tries = 40)
    void mergePutsTheHighSideLast(@ForAll @IntRange(min = 2, max = 7) int size, @ForAll boolean high0, @ForAll boolean high1, @ForAll long seed) {
        int boundary = 1 + new Random(seed).nextInt(size - 1);
        Comm[] comms = run(size, seed, guest -> {
            Comm inter = inter(guest, boundary, 0, 0);
            return made(guest, result -> CommunicatorCalls.intercommMerge(guest.rank, inter,
                    guest.index() < boundary ? high0 ? 1 : 0 : high1 ? 1 : 0, result));
        });
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        if (high0 && !high1) {
            order = new ArrayList<>(IntStream.range(boundary, size).boxed().toList());
            order.addAll(IntStream.range(0, boundary).boxed().toList());
        }
        for (Comm comm : comms) {
            assertThat(members(comm.group)).isEqualTo(order);
            assertThat(comm.isInter()).isFalse();
        }
    }

    @Example
    void splitOfAnIntercommunicatorNeedsTheColorOnBothSides() {
        // Sides {0, 1, 2} and {3, 4}; color 1 has 2, 0 against 4; color 0 has 1 alone; 3 has none.
        int[] colors = {1, 0, 1, StandardAbi.UNDEFINED, 1};
        int[] keys = {5, 0, 1, 0, 0};
        Comm[] comms = run(5, 21, guest -> {
            Comm inter = inter(guest, 3, 0, 0);
            return made(guest, result -> CommunicatorCalls.commSplit(guest.rank, inter, colors[guest.index()], keys[guest.index()], result));
        });
        assertThat(comms[1]).isNull();
        assertThat(comms[3]).isNull();
        assertThat(members(comms[0].group)).containsExactly(2, 0);
        assertThat(members(comms[0].remoteGroup)).containsExactly(4);
        assertThat(members(comms[4].group)).containsExactly(4);
        assertThat(members(comms[4].remoteGroup)).containsExactly(2, 0);
        assertThat(comms[4].context).isEqualTo(comms[2].context);
    }

    @Example
    void createOnAnIntercommunicatorTakesAPartOfEachSide() {
        Comm[] comms = run(5, 22, guest -> {
            Comm inter = inter(guest, 3, 1, 0);
            return made(guest, result -> CommunicatorCalls.commCreate(guest.rank, inter,
                    guest.index() < 3 ? Group.of(2, 0) : Group.of(4), result));
        });
        assertThat(comms[1]).isNull();
        assertThat(comms[3]).isNull();
        assertThat(members(comms[0].remoteGroup)).containsExactly(4);
        assertThat(members(comms[4].remoteGroup)).containsExactly(2, 0);
        assertThat(comms[2].rank).isZero();
    }

    @Example
    void duplicatesOfIntercommunicatorsHaveTheSameSides() {
        Comm[] comms = run(4, 23, guest -> {
            Comm inter = inter(guest, 1, 0, 2);
            Comm dup = made(guest, result -> CommunicatorCalls.commDup(guest.rank, inter, result));
            assertThat(dup.side).isEqualTo(inter.side);
            assertThat(compare(guest, inter, dup)).isEqualTo(StandardAbi.CONGRUENT);
            assertThat(compare(guest, inter, guest.world())).isEqualTo(StandardAbi.UNEQUAL);
            return dup;
        });
        assertThat(comms[3].position()).isEqualTo(3);
    }

    @Example
    void intercommunicatorArgumentsAreChecked() {
        try (var job = RankHarness.ordered(2, 1, nodes())) {
            job.run(guest -> {
                Rank rank = guest.rank;
                long result = guest.allocate(8);
                fails(ErrorClass.RANK, "local_leader = 5", () -> CommunicatorCalls.intercommCreate(rank, rank.commWorld, 5, null, 0, 0, result));
                fails(ErrorClass.COMM, "peer_comm", () -> CommunicatorCalls.intercommCreate(rank, rank.commSelf, 0, null, 0, 0, result));
                fails(ErrorClass.RANK, "remote_leader = 9",
                        () -> CommunicatorCalls.intercommCreate(rank, rank.commSelf, 0, rank.commWorld, 9, 0, result));
                fails(ErrorClass.RANK, "itself",
                        () -> CommunicatorCalls.intercommCreate(rank, rank.commSelf, 0, rank.commWorld, rank.worldRank, 0, result));
                fails(ErrorClass.COMM, "not an intercommunicator", () -> CommunicatorCalls.intercommMerge(rank, rank.commWorld, 0, result));
                fails(ErrorClass.COMM, "not an intercommunicator", () -> CommunicatorCalls.commRemoteSize(rank, rank.commWorld, result));
            });
        }
    }

    // Topologies.

    @Property(tries = 30)
    void subgridsShareTheOtherCoordinates(@ForAll long seed) {
        var random = new Random(seed);
        int[] dims = random.ints(3, 1, 4).toArray();
        int[] remain = random.ints(3, 0, 2).toArray();
        int size = dims[0] * dims[1] * dims[2];
        var grids = new Comm[size];
        Comm[] subs = run(size + 1, seed, guest -> {
            Comm grid = made(guest, result -> TopologyCalls.cartCreate(guest.rank, guest.world(), 3, guest.ints(dims), guest.ints(0, 1, 0), 1, result));
            if (grid == null) {
                assertThat(guest.index()).isEqualTo(size);
                return null;
            }
            grids[guest.index()] = grid;
            return made(guest, result -> TopologyCalls.cartSub(guest.rank, grid, guest.ints(remain), result));
        });
        for (int i = 0; i < size; i++) {
            int[] mine = ((Cartesian) grids[i].topology).coordinates();
            List<Integer> expected = IntStream.range(0, size).filter(r -> {
                int[] other = ((Cartesian) grids[r].topology).coordinates();
                return IntStream.range(0, 3).allMatch(d -> remain[d] != 0 || mine[d] == other[d]);
            }).boxed().toList();
            assertThat(members(subs[i].group)).isEqualTo(expected);
            int[] kept = IntStream.range(0, 3).filter(d -> remain[d] != 0).map(d -> mine[d]).toArray();
            assertThat(((Cartesian) subs[i].topology).coordinates()).isEqualTo(kept);
            assertThat(subs[i].context).isEqualTo(subs[expected.get(0)].context);
        }
    }

    @Example
    void gridsThatAreTooLargeAreRefused() {
        try (var job = RankHarness.ordered(2, 1, nodes())) {
            job.run(guest -> fails(ErrorClass.ARG, "6 ranks, but the communicator has 2",
                    () -> TopologyCalls.cartCreate(guest.rank, guest.world(), 2, guest.ints(2, 3), guest.ints(0, 0), 0, guest.allocate(8))));
        }
    }

    @Example
    void graphsLeaveSuperfluousRanksOut() {
        Comm[] comms = run(4, 2, guest -> made(guest, result -> TopologyCalls.graphCreate(guest.rank, guest.world(), 3,
                guest.ints(1, 2, 4), guest.ints(2, 2, 0, 1), 0, result)));
        assertThat(comms[3]).isNull();
        assertThat(((Graph) comms[2].topology).sources()).containsExactly(0, 1);
    }

    @Example
    void distributedGraphsCollectEdgesFromAnywhere() {
        // Rank 0 names all edges of a ring of three.
        Comm[] comms = run(3, 2, guest -> made(guest, result -> {
            boolean names = guest.index() == 0;
            return TopologyCalls.distGraphCreate(guest.rank, guest.world(), names ? 3 : 0, guest.ints(0, 1, 2), guest.ints(1, 1, 1),
                    guest.ints(1, 2, 0), guest.ints(7, 8, 9), null, 0, result);
        }));
        var graph = (DistributedGraph) comms[1].topology;
        assertThat(graph.sources()).containsExactly(0);
        assertThat(graph.sourceWeights()).containsExactly(7);
        assertThat(graph.destinations()).containsExactly(2);
        assertThat(graph.destinationWeights()).containsExactly(8);
    }

    // The end.

    @Example
    void freedCommunicatorsLeaveTheTable() {
        try (var job = RankHarness.concurrent(2, nodes())) {
            job.run(guest -> {
                Rank rank = guest.rank;
                Comm dup = made(guest, result -> CommunicatorCalls.commDup(rank, rank.commWorld, result));
                long handle = guest.allocate(8);
                rank.face.putHandle(HandleKind.COMM, handle, dup.handle);
                guest.succeed(() -> CommunicatorCalls.commDisconnect(rank, handle));
                assertThat(rank.face.handleAt(HandleKind.COMM, handle, 0)).isEqualTo(StandardAbi.COMM_NULL);
                assertThat(dup.freed).isTrue();
                assertThat(rank.comms.size()).isZero();
                rank.face.putHandle(HandleKind.COMM, handle, StandardAbi.COMM_WORLD);
                fails(ErrorClass.COMM, "MPI_COMM_WORLD is predefined", () -> CommunicatorCalls.commFree(rank, handle));
            });
        }
    }

    @Example
    void namesAreCutToTheLimit() {
        try (var job = RankHarness.ordered(1, 1, nodes())) {
            job.run(guest -> {
                Rank rank = guest.rank;
                long name = guest.allocate(StandardAbi.MAX_OBJECT_NAME);
                long length = guest.allocate(4);
                guest.succeed(() -> CommunicatorCalls.commGetName(rank, rank.commWorld, name, length));
                assertThat(Memory.getString(name)).isEqualTo("MPI_COMM_WORLD");
                guest.succeed(() -> CommunicatorCalls.commSetName(rank, rank.commWorld, "x".repeat(126) + "ü"));
                guest.succeed(() -> CommunicatorCalls.commGetName(rank, rank.commWorld, name, length));
                assertThat(Memory.getString(name)).isEqualTo("x".repeat(126));
                assertThat(Memory.getInt(length)).isEqualTo(126);
            });
        }
    }

    @Example
    void differentCollectivesAreNoticed() {
        try (var job = RankHarness.ordered(2, 1, nodes())) {
            assertThatThrownBy(() -> job.run(guest -> {
                long result = guest.allocate(8);
                if (guest.index() == 0) {
                    guest.call(() -> CommunicatorCalls.commDup(guest.rank, guest.world(), result));
                } else {
                    guest.call(() -> CommunicatorCalls.commSplit(guest.rank, guest.world(), 0, 0, result));
                }
            })).isInstanceOf(MpiException.class).hasMessageContaining("MPI_Comm_dup").hasMessageContaining("MPI_Comm_split");
        }
    }

    @Example
    void nobodyFinalizesBeforeAllDo() {
        var count = new AtomicInteger();
        try (var job = RankHarness.concurrent(8, nodes())) {
            job.run(guest -> {
                count.incrementAndGet();
                guest.succeed(() -> EnvironmentCalls.finalize(guest.rank));
                assertThat(count).hasValue(8);
                assertThat(guest.rank.environment).isEqualTo(Rank.Environment.FINALIZED);
                fails(ErrorClass.OTHER, "finalized", () -> EnvironmentCalls.finalize(guest.rank));
            });
        }
    }

    static void fails(int errorClass, String detail, IntSupplier call) {
        assertThatThrownBy(call::getAsInt).isInstanceOfSatisfying(MpiException.class, e -> {
            assertThat(e).hasMessageContaining(detail);
            assertThat(e.errorClass()).isEqualTo(errorClass);
        });
    }
}
