package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.StandInNodes;
import flotilla.mpi.calls.CollectiveCalls;
import flotilla.mpi.calls.CommunicatorCalls;
import flotilla.mpi.core.Op;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Collective calls by messages, between made-up nodes. */
class MessagesTest {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);
    private static final Datatype DOUBLE = PredefinedDatatypes.get(BasicType.DOUBLE);

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void anyOrderOfArrival(@ForAll @IntRange(min = 1, max = 33) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.ordered(size, seed, nodes)) {
            new Scenario(harness, harness.duplicate(), seed, 12).run();
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void ranksOfANodeAnywhereInTheGroup(@ForAll @IntRange(min = 1, max = 33) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.on(StandInNodes.scattered(size, nodes, seed), seed)) {
            new Scenario(harness, harness.duplicate(), seed, 12).run();
        }
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void allAtTheSameTime(@ForAll @IntRange(min = 2, max = 33) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.concurrent(size, nodes)) {
            new Scenario(harness, harness.duplicate(), seed, 25).run();
        }
    }

    /** Messages between four nodes of 16 ranks each while all make a call. */
    private static int crossings(Consumer<Guest> call) {
        try (var harness = RankHarness.ordered(64, 7, 4)) {
            harness.run(call::accept);
            return harness.crossings();
        }
    }

    /** Of small data: what goes up costs one message for each node but the root's, and so does what goes down. */
    @Test
    void fewMessagesPassBetweenNodes() {
        assertThat(crossings(guest -> guest.succeed(() -> CollectiveCalls.barrier(guest.rank, guest.world())))).isEqualTo(6);
        assertThat(crossings(guest -> {
            long buffer = guest.allocate(800);
            guest.succeed(() -> CollectiveCalls.bcast(guest.rank, buffer, 100, DOUBLE, 37, guest.world()));
        })).isEqualTo(3);
        assertThat(crossings(guest -> {
            long in = guest.allocate(800);
            long out = guest.allocate(800);
            Op sum = guest.rank.ops.get(StandardAbi.SUM);
            guest.succeed(() -> CollectiveCalls.reduce(guest.rank, in, out, 100, DOUBLE, sum, 20, guest.world()));
        })).isEqualTo(3);
        assertThat(crossings(guest -> {
            long in = guest.allocate(800);
            long out = guest.allocate(800);
            Op sum = guest.rank.ops.get(StandardAbi.SUM);
            guest.succeed(() -> CollectiveCalls.allreduce(guest.rank, in, out, 100, DOUBLE, sum, guest.world()));
        })).isEqualTo(6);
        assertThat(crossings(guest -> {
            long in = guest.allocate(8);
            long out = guest.allocate(8 * 64);
            guest.succeed(() -> CollectiveCalls.allgather(guest.rank, in, 1, DOUBLE, out, 1, DOUBLE, guest.world()));
        })).isEqualTo(6);
        // Each of the four to the three others.
        assertThat(crossings(guest -> {
            long in = guest.allocate(8 * 64);
            long out = guest.allocate(8 * 64);
            guest.succeed(() -> CollectiveCalls.alltoall(guest.rank, in, 1, DOUBLE, out, 1, DOUBLE, guest.world()));
        })).isEqualTo(12);
        // What is said goes up; then an offer and an answer, which is here that somebody in the process knows already.
        assertThat(crossings(guest -> {
            long result = guest.allocate(8);
            guest.succeed(() -> CommunicatorCalls.commSplit(guest.rank, guest.world(), guest.index() % 3, 0, result));
        })).isEqualTo(3 * 3);
    }

    /** The sum of numbers that rounding makes depend on the order is the same whoever comes first. */
    @Property(tries = 10, edgeCases = EdgeCasesMode.NONE)
    void sumsAreTheSameBitByBit(@ForAll @IntRange(min = 1, max = 40) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        long[] expected = sums(size, nodes, seed, 1);
        assertThat(sums(size, nodes, seed, 2)).isEqualTo(expected);
        assertThat(sums(size, nodes, seed, 3)).isEqualTo(expected);
    }

    /** What each rank gets, in any order of arrival. */
    private static long[] sums(int size, int nodes, long seed, long order) {
        var sums = new long[size];
        try (var harness = RankHarness.ordered(size, order, nodes)) {
            harness.run(guest -> {
                long in = guest.allocate(8);
                long out = guest.allocate(8);
                var random = new Random(seed + guest.index());
                Memory.putDouble(in, random.nextGaussian() * Math.pow(10, random.nextInt(20)));
                Op sum = guest.rank.ops.get(StandardAbi.SUM);
                guest.succeed(() -> CollectiveCalls.allreduce(guest.rank, in, out, 1, DOUBLE, sum, guest.world()));
                sums[guest.index()] = Memory.getLong(out);
            });
        }
        return sums;
    }

    /** Vectors of several segments, of types with gaps, of operations that do not commute; nobody knows more than its own part. */
    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
    void longVectors(@ForAll @IntRange(min = 1, max = 9) int size, @ForAll @IntRange(min = 1, max = 4) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.on(StandInNodes.scattered(size, nodes, seed), seed)) {
            int count = 150_000 + new Random(seed).nextInt(3) * 65_536;
            int root = new Random(seed).nextInt(size);
            long difference = harness.function((guest, arguments) -> {
                for (int i = 0; i < Memory.getInt(arguments[2]); i++) {
                    // Keeps the first rank of the left operand and the last of the right one.
                    Memory.putInt(arguments[1] + 4L * i, Memory.getInt(arguments[0] + 4L * i) & 0xFFFF0000 | Memory.getInt(arguments[1] + 4L * i) & 0xFFFF);
                }
                return 0;
            });
            harness.run(guest -> {
                var rank = guest.rank;
                long in = guest.allocate(4L * count);
                long out = guest.allocate(4L * count);
                for (int i = 0; i < count; i++) {
                    Memory.putInt(in + 4L * i, guest.index() + i);
                }
                Op sum = rank.ops.get(StandardAbi.SUM);
                guest.succeed(() -> CollectiveCalls.reduce(rank, in, out, count, INT, sum, root, guest.world()));
                check(guest.index() == root, out, count, i -> size * i + size * (size - 1) / 2);
                guest.succeed(() -> CollectiveCalls.scan(rank, in, out, count, INT, sum, guest.world()));
                check(true, out, count, i -> (guest.index() + 1) * i + guest.index() * (guest.index() + 1) / 2);
                guest.succeed(() -> CollectiveCalls.allreduce(rank, in, out, count, INT, sum, guest.world()));
                check(true, out, count, i -> size * i + size * (size - 1) / 2);
                for (int i = 0; i < count; i++) {
                    Memory.putInt(out + 4L * i, guest.index() << 16 | guest.index());
                }
                guest.argument(3, rank.face.raw(HandleKind.DATATYPE, INT.number()));
                guest.succeed(() -> CollectiveCalls.allreduce(rank, Face.IN_PLACE, out, count, INT, Op.user(false, difference, 0), guest.world()));
                check(true, out, count, i -> size - 1);
                guest.succeed(() -> CollectiveCalls.bcast(rank, guest.index() == root ? in : out, count, INT, root, guest.world()));
                check(guest.index() != root, out, count, i -> root + i);
            });
        }
    }

    private static void check(boolean receives, long buffer, int count, IntUnaryOperator expected) {
        for (int i = 0; receives && i < count; i++) {
            if (Memory.getInt(buffer + 4L * i) != expected.applyAsInt(i)) {
                assertThat(Memory.getInt(buffer + 4L * i)).as("element " + i).isEqualTo(expected.applyAsInt(i));
            }
        }
    }
}
