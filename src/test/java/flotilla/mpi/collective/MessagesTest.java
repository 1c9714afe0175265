package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.mpi.RankHarness;
import flotilla.mpi.StandInNodes;
import flotilla.mpi.calls.CollectiveCalls;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Collective calls by messages, between made-up nodes. */
class MessagesTest {
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void anyOrderOfArrival(@ForAll @IntRange(min = 1, max = 33) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.ordered(size, seed, nodes)) {
            new Scenario(harness, harness.duplicate(), seed, 12).run();
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void ranksOfANodeAnywhereInTheGroup(@ForAll @IntRange(min = 1, max = 33) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.on(StandInNodes.scattered(size, nodes, seed), seed)) {
            new Scenario(harness, harness.duplicate(), seed, 12).run();
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void allAtTheSameTime(@ForAll @IntRange(min = 2, max = 33) int size, @ForAll @IntRange(min = 1, max = 5) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.concurrent(size, nodes)) {
            new Scenario(harness, harness.duplicate(), seed, 25).run();
        }
    }

    @Test
    void aBarrierSendsTwoMessagesPerNodeBetweenNodes() {
        try (var harness = RankHarness.ordered(64, 7, 4)) {
            harness.run(guest -> guest.succeed(() -> CollectiveCalls.barrier(guest.rank, guest.world())));
            assertThat(harness.crossings()).isEqualTo(2 * 3);
        }
    }
}
