package flotilla.balance.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.balance.Load;
import flotilla.balance.MoveCost;
import flotilla.balance.Placement;
import flotilla.balance.simulate.Synthetic;
import flotilla.balance.simulate.Synthetic.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole programs, with decisions that take a millisecond each. */
final class AutoTest {
    private static final long DECISION = 1_000_000;

    private double none;
    private double ideal;
    private double time;
    private int acted;
    private int firstAct = Integer.MAX_VALUE;

    private void run(Pattern pattern, int ranks, int nodes, int steps) {
        var program = new Synthetic(pattern, ranks, nodes, nodes, 5);
        var cost = new MoveCost();
        long[] clock = new long[1];
        var auto = new Auto(Strategies.TOLERANCE, cost, () -> clock[0] += DECISION);
        int[] places = null;
        for (int i = 0; i < steps; i++) {
            Load measured = program.next();
            places = places == null ? measured.places().clone() : places;
            Load load = measured.at(places);
            none += Placement.longest(measured, measured.places());
            ideal += load.ideal();
            time += Placement.longest(load, places) + DECISION;
            int[] decided = auto.place(load);
            if (Placement.of(load, decided).moves() > 0) {
                acted++;
                firstAct = Math.min(firstAct, i);
            }
            time += cost.of(load, decided);
            places = decided;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BALANCED", "RANDOM"})
    void whatCannotBeImprovedIsNotSlowedByMoreThanThreePerCent(Pattern pattern) {
        run(pattern, 1000, 10, 300);
        assertThat(time).isLessThan(none * 1.03);
        assertThat(pattern == Pattern.BALANCED && acted > 0).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"16, 2", "1000, 10", "10000, 100"})
    void imbalanceThatStaysIsEvenedOutOnce(int ranks, int nodes) {
        run(Pattern.IMBALANCED, ranks, nodes, 100);
        assertThat(firstAct).isLessThan(3);
        assertThat(acted).isLessThan(5);
        assertThat(time).isLessThan(ideal * 1.15);
    }

    @Test
    void aFrontIsFollowed() {
        run(Pattern.FRONT, 64, 2, 500);
        assertThat(time).isLessThan(ideal / 0.9).isLessThan(none * 0.8);
        assertThat(acted).isGreaterThan(3);
    }
}
