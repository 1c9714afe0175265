package flotilla.balance.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import flotilla.balance.BalanceException;
import flotilla.balance.Load;
import flotilla.balance.Pes;
import flotilla.balance.Traffic;
import flotilla.balance.trace.TraceStep;
import flotilla.balance.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulationTest {
    @TempDir
    private Path folder;

    private Path trace(TraceStep... steps) throws IOException {
        Path file = folder.resolve("trace");
        try (var writer = new TraceWriter(Files.newOutputStream(file))) {
            for (TraceStep step : steps) {
                writer.write(step);
            }
        }
        return file;
    }

    /** Four ranks, on nodes of one PE. */
    private static TraceStep step(int[] places, int[] decided, double... work) {
        int nodes = 2;
        var traffic = new Traffic(new int[] {0, 1, 1, 1, 1}, new int[] {1}, new long[] {1}, new long[] {500});
        var load = new Load(1_000_000_000, work, places, new long[] {1, 2, 4, 8}, new boolean[] {true, true, true, true}, traffic,
                Pes.alike(nodes, nodes));
        return new TraceStep(load, "greedy", decided, 42, 0);
    }

    private static final int[] BLOCKS = {0, 0, 1, 1};

    @Test
    void decisionsMeetTheNextStepsLoad() throws IOException {
        Path file = trace(step(BLOCKS, BLOCKS, 4e9, 4e9, 1e9, 1e9), step(BLOCKS, BLOCKS, 4e9, 4e9, 0, 0), step(BLOCKS, BLOCKS,
                1e9, 1e9, 1e9, 1e9));
        List<Outcome> outcomes = Simulation.run(file, List.of("none", "greedy-refine"), 0, Shape.MEASURED);
        assertThat(outcomes).extracting(Outcome::strategy).containsExactly("none", "greedy-refine");
        Outcome none = outcomes.getFirst();
        // The first step's load is nobody's doing.
        assertThat(none.time()).isEqualTo(8e9 + 2e9);
        assertThat(none.ideal()).isEqualTo(4e9 + 2e9);
        assertThat(none.imbalance()).isCloseTo(10.0 / 6, within(1e-12));
        assertThat(none.moves()).isZero();
        assertThat(none.bytesBetweenNodes()).isZero();
        Outcome refined = outcomes.get(1);
        assertThat(refined.moves()).isPositive();
        assertThat(refined.movedBytes()).isPositive();
        assertThat(refined.bytesBetweenNodes()).isEqualTo(500);
        assertThat(refined.time()).isBetween(6e9, 6.1e9);
        assertThat(refined.speedUpAgainst(none)).isBetween(1.6, 10.0 / 6);
    }

    @Test
    void aSingleStepIsAllThereIs() throws IOException {
        List<Outcome> outcomes = Simulation.run(trace(step(BLOCKS, BLOCKS, 4e9, 4e9, 0, 0)), List.of("greedy"), 0,
                Shape.MEASURED);
        assertThat(outcomes.get(1).imbalance()).isEqualTo(1);
        assertThat(outcomes.getFirst().imbalance()).isEqualTo(2);
    }

    @Test
    void whatTheJobDecidedIsShownWhenItDidAnything() throws IOException {
        int[] apart = {0, 1, 1, 1};
        List<Outcome> outcomes = Simulation.run(trace(step(BLOCKS, apart, 4e9, 4e9, 0, 0), step(apart, apart, 4e9, 4e9, 0, 0)),
                List.of("refine"), 0, Shape.MEASURED);
        assertThat(outcomes).extracting(Outcome::strategy).containsExactly("none", "as recorded", "refine");
        assertThat(outcomes.get(1).imbalance()).isEqualTo(1);
        assertThat(outcomes.get(1).moves()).isEqualTo(1);
    }

    @Test
    void otherShapesBeginWithBlocks() throws IOException {
        Path file = trace(step(BLOCKS, BLOCKS, 4e9, 4e9, 0, 0));
        Outcome four = Simulation.run(file, List.of("none"), 0, new Shape(OptionalInt.of(4), OptionalInt.empty())).getFirst();
        assertThat(four.time()).isEqualTo(4e9);
        // Two PEs share what their node has.
        Outcome two = Simulation.run(file, List.of("none"), 0, new Shape(OptionalInt.of(4), OptionalInt.of(2))).getFirst();
        assertThat(two.time()).isEqualTo(4e9);
        Outcome one = Simulation.run(file, List.of("none"), 0, new Shape(OptionalInt.of(4), OptionalInt.of(1))).getFirst();
        assertThat(one.time()).isEqualTo(2e9);
        assertThatThrownBy(() -> Simulation.run(file, List.of("none"), 0, new Shape(OptionalInt.empty(), OptionalInt.of(3))))
                .isInstanceOf(BalanceException.class).hasMessageContaining("--nodes 3");
    }

    @Test
    void tracesThatCannotBeReplayedAreRefused() throws IOException {
        assertThatThrownBy(() -> Simulation.run(trace(), List.of("none"), 0,
                Shape.MEASURED)).isInstanceOf(BalanceException.class).hasMessageContaining("no steps");
        var small = new Load(1, new double[1], new int[1], new long[1], new boolean[1], Traffic.none(1), Pes.alike(2, 2));
        Path file = trace(step(BLOCKS, BLOCKS, 1, 1, 1, 1), new TraceStep(small, "none", new int[1], 0, 0));
        assertThatThrownBy(() -> Simulation.run(file, List.of("none"), 0,
                Shape.MEASURED)).isInstanceOf(BalanceException.class).hasMessageContaining("step 2");
    }
}
