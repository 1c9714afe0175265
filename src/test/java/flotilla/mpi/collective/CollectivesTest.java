package flotilla.mpi.collective;

import flotilla.mpi.RankHarness;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random sequences of collective calls on intracommunicators. */
class CollectivesTest {
    /** One rank at a time, in random order: a failure can be repeated from its seed. */
    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void anyOrderOfArrival(@ForAll @IntRange(min = 1, max = 33) int size, @ForAll long seed) {
        try (var harness = RankHarness.ordered(size, seed)) {
            new Scenario(harness, harness.duplicate(), seed, 12).run();
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void allAtTheSameTime(@ForAll @IntRange(min = 2, max = 33) int size, @ForAll long seed) {
        try (var harness = RankHarness.concurrent(size)) {
            new Scenario(harness, harness.duplicate(), seed, 25).run();
        }
    }

    /** Long sequences: members run far ahead of each other. */
    @RepeatedTest(3)
    void longSequences(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        try (var harness = RankHarness.concurrent(4)) {
            new Scenario(harness, harness.duplicate(), seed, 250).run();
        }
    }
}
