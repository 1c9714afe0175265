package flotilla.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What node 0 decides and when, with nodes that are made up: two of one PE, and eight ranks of which the first four cost four times as much. */
final class DirectorTest {
    private static final long HOUR = 3_600_000_000_000L;
    private static final int[] START = {0, 0, 0, 0, 1, 1, 1, 1};
    private static final long HEAVY = 40_000_000;
    private static final long LIGHT = 10_000_000;

    private final List<String> told = new ArrayList<>();
    private final int[] places = START.clone();
    private final long[] measured = new long[START.length];
    private int steps;
    /** Strategy and moves of each step. */
    private final List<String> decided = new ArrayList<>();

    private final Director.Nodes nodes = new Director.Nodes() {
        @Override
        public void measure(int step) {
            steps = step;
            told.add("measure");
        }

        @Override
        public void move(int node, int[] ranks, int[] to) {
            told.add("move " + node + ": " + Arrays.toString(ranks) + " to " + Arrays.toString(to));
        }

        @Override
        public void done() {
            told.add("done");
        }
    };

    private Director director(String strategy) {
        return new Director(new BalanceOptions(strategy, HOUR, null), new int[] {1, 1}, START, nodes, null, null,
                (name, moves, nanos) -> decided.add(name + " " + moves));
    }

    /** All nodes answer. */
    private void answer(Director director) {
        for (int rank = 0; rank < places.length; rank++) {
            measured[rank] += rank < 4 ? HEAVY : LIGHT;
        }
        for (int node = 0; node < 2; node++) {
            int here = node;
            int[] ranks = java.util.stream.IntStream.range(0, places.length).filter(rank -> places[rank] == here).toArray();
            var movable = new boolean[ranks.length];
            Arrays.fill(movable, true);
            var set = new long[ranks.length];
            Arrays.fill(set, -1);
            director.sampled(node, steps, new NodeSample(200_000_000, 1, new long[1], ranks, Arrays.stream(ranks).mapToLong(rank -> measured[rank]).toArray(),
                    set, new int[ranks.length], new long[ranks.length], movable, new int[0], new int[0], new long[0], new long[0], 0, 0, 0));
        }
    }

    private static long now() {
        return System.nanoTime();
    }

    @Test
    void aStepMovesWhatIsTooMuch() {
        Director director = director("greedy-refine");
        director.advance(now());
        assertThat(told).isEmpty();
        director.request();
        assertThat(director.patience(now())).isZero();
        director.advance(now());
        answer(director);
        // 160 ms and 40: two light ones for one heavy, or one and a half heavy ones less.
        assertThat(told).hasSizeGreaterThan(1).first().isEqualTo("measure");
        assertThat(decided).hasSize(1).first().asString().startsWith("greedy-refine ").isNotEqualTo("greedy-refine 0");
        assertThat(told.get(1)).startsWith("move 0: ");
    }

    @Test
    void whoHasBeenRefusedIsNotAskedAgainSoon() {
        Director director = director("rotate");
        director.request();
        director.advance(now());
        answer(director);
        assertThat(told).containsExactly("measure", "move 0: [0, 1, 2, 3] to [1, 1, 1, 1]", "move 1: [4, 5, 6, 7] to [0, 0, 0, 0]");
        told.clear();
        for (int rank = 0; rank < 8; rank++) {
            if (rank == 2) {
                director.stayed(rank, "it has threads");
            } else {
                director.moved(rank);
                places[rank] = 1 - places[rank];
            }
        }
        // What was measured while ranks moved counts for nothing.
        director.request();
        director.advance(now());
        answer(director);
        assertThat(told).containsExactly("measure");
        director.request();
        director.advance(now());
        answer(director);
        assertThat(told).containsExactly("measure", "measure", "move 0: [4, 5, 6, 7] to [1, 1, 1, 1]", "move 1: [0, 1, 3] to [0, 0, 0]");
    }

    @Test
    void allWaitForAStepThatAllHaveAskedFor() {
        Director director = director("rotate");
        assertThat(director.arrived(5, now())).isFalse();
        director.advance(now());
        assertThat(told).isEmpty();
        assertThat(director.arrived(3, now())).isTrue();
        director.advance(now());
        assertThat(told).containsExactly("measure");
        answer(director);
        director.advance(now());
        assertThat(told).doesNotContain("done");
        for (int rank = 0; rank < 8; rank++) {
            director.moved(rank);
        }
        director.advance(now());
        assertThat(told).contains("done");
        assertThat(told.stream().filter("done"::equals)).hasSize(1);
    }

    @Test
    void withoutBalancingNobodyIsMeasuredButNobodyWaitsInVain() {
        var director = new Director(BalanceOptions.NONE, new int[] {1, 1}, START, nodes, null, null,
                (name, moves, nanos) -> decided.add(name + " " + moves));
        director.request();
        director.advance(now());
        assertThat(director.arrived(8, now())).isTrue();
        director.advance(now());
        assertThat(told).containsExactly("done");
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotWaitedForForEver() {
        Director director = director("rotate");
        assertThat(director.arrived(8, now())).isTrue();
        director.advance(now());
        director.advance(now() + HOUR / 2);
        assertThat(told).containsExactly("measure", "done");
        // Its answer comes too late, and does no harm.
        answer(director);
        assertThat(told).containsExactly("measure", "done");
    }
}
