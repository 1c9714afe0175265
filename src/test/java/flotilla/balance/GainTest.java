package flotilla.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import flotilla.balance.Gain.Verdict;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class GainTest {
    private static final long SECOND = 1_000_000_000;
    private static final int[] TOGETHER = {0, 0};
    private static final int[] APART = {0, 1};

    private static Load two(double first, double second, int[] places, long bytes, long idle) {
        var pes = new Pes(new int[] {0, 1}, new double[] {1, 1}, new long[2], new long[] {idle, 0});
        return new Load(SECOND, new double[] {first, second}, places, new long[] {bytes, bytes}, new boolean[] {true, true},
                Traffic.none(2), pes);
    }

    private static Verdict judge(Gain gain, Load load, int[] places) {
        gain.observe(load);
        return gain.judge(load, places, 0);
    }

    /** The second of two equal intervals: the first is taken for noise. */
    private static Verdict judgeTwice(Load load, int[] places) {
        var gain = new Gain(new MoveCost());
        assertThat(judge(gain, load, places).acts()).isFalse();
        return judge(gain, load, places);
    }

    @Example
    void actsWhenMovesAreCheapAndGainsLarge() {
        assertThat(judgeTwice(two(SECOND / 2, SECOND / 2, TOGETHER, 1 << 20, 0), APART).acts()).isTrue();
        assertThat(judgeTwice(two(SECOND / 2, SECOND / 2, APART, 1 << 20, 0), TOGETHER).acts()).isFalse();
    }

    @Example
    void doesNotActForNoiseNorForWhatCostsMore() {
        assertThat(judgeTwice(two(SECOND, SECOND / 200.0, TOGETHER, 0, 0), APART).acts()).isFalse();
        // 4 TiB take longer than is won in some seconds.
        assertThat(judgeTwice(two(SECOND / 2, SECOND / 2, TOGETHER, Load.MOST_BYTES, 0), APART).acts()).isFalse();
    }

    @Example
    void whatIsGoneInTheNextIntervalIsNoise() {
        var gain = new Gain(new MoveCost());
        for (int i = 0; i < 20; i++) {
            // One node's ranks have made a step more, and then the other's.
            Load load = two(SECOND * (i % 2 == 0 ? 0.55 : 0.45), SECOND * (i % 2 == 0 ? 0.45 : 0.55), APART, 0, 0);
            assertThat(judge(gain, load, new int[] {1, 0}).acts()).isFalse();
        }
    }

    @Example
    void movesThatTookLongerThanPredictedArePaidFor() {
        var cost = new MoveCost();
        var gain = new Gain(cost);
        Load load = two(SECOND / 2, SECOND / 2, TOGETHER, 1 << 20, 0);
        judge(gain, load, APART);
        assertThat(judge(gain, load, APART).acts()).isTrue();
        cost.pay(10 * SECOND);
        var acted = new java.util.ArrayList<Integer>();
        for (int i = 1; i <= 20; i++) {
            if (judge(gain, load, APART).acts()) {
                acted.add(i);
            }
        }
        // What is right again and again is done in spite of it, but less and less often.
        assertThat(acted).containsExactly(4, 12);
    }

    @Example
    void aSlowestPeThatWaitsItselfIsNotWhatOthersWaitFor() {
        var gain = new Gain(new MoveCost());
        Verdict busy = judge(gain, two(SECOND / 10.0, SECOND / 10.0, TOGETHER, 0, 0), APART);
        Verdict idle = judge(new Gain(new MoveCost()), two(SECOND / 10.0, SECOND / 10.0, TOGETHER, 0, SECOND * 8 / 10), APART);
        assertThat(idle.gain()).isCloseTo(busy.gain() / 5, within(1.0));
    }

    @Example
    void movesWaitUntilThePredictionHasComeTrueOnce() {
        var gain = new Gain(new MoveCost());
        long bytes = 300L << 20;
        assertThat(judge(gain, two(SECOND / 2, SECOND / 2, TOGETHER, bytes, 0), APART).acts()).isFalse();
        assertThat(judge(gain, two(SECOND / 2, SECOND / 2, TOGETHER, bytes, 0), APART).acts()).isTrue();
        // Nothing has come of it yet, so there is no second loan.
        assertThat(judge(gain, two(SECOND / 2, SECOND / 2, TOGETHER, bytes, 0), APART).acts()).isFalse();
    }

    @Example
    void learnsThatLoadsChangeAndComeBack() {
        var gain = new Gain(new MoveCost());
        for (int i = 0; i < 20; i++) {
            // Together is good whenever it has just been bad.
            boolean even = i % 2 == 0;
            Load load = two(even ? SECOND : 0, SECOND, even ? TOGETHER : APART, 1 << 20, 0);
            judge(gain, load, even ? APART : TOGETHER);
        }
        assertThat(gain.persistence()).isLessThan(0.75);
        var steady = new Gain(new MoveCost());
        for (int i = 0; i < 20; i++) {
            judge(steady, two(SECOND / 2, SECOND / 2, TOGETHER, 1 << 20, 0), APART);
        }
        assertThat(steady.persistence()).isGreaterThan(0.95);
    }

    @Property(tries = 300)
    void neverActsOnWhatIsNotBetterAndIsNeverConfused(@ForAll Random random) {
        var gain = new Gain(new MoveCost());
        for (int i = 0; i < 6; i++) {
            Load load = RandomLoad.of(random);
            int[] places = RandomLoad.of(random, load.ranks(), load.pes().count()).places();
            Verdict verdict = judge(gain, load, places);
            assertThat(verdict.gain()).isFinite().isNotNegative();
            assertThat(gain.persistence()).isBetween(0.0, 1.0);
            assertThat(verdict.acts() && Placement.longest(load, places) >= Placement.longest(load, load.places())).isFalse();
        }
    }

    @Example
    void moveCostsAreLearned() {
        var cost = new MoveCost();
        double fixed = 2_000_000;
        double perMib = 5_000_000;
        for (int i = 1; i <= 60; i++) {
            int moves = 1 + i % 5;
            int mib = 3 * (i % 7);
            cost.learn(moves, (long) mib << 20, (long) (fixed * moves + perMib * mib));
        }
        assertThat(cost.of(1, 0)).isCloseTo(fixed, within(fixed / 20));
        assertThat(cost.of(0, 1 << 20)).isCloseTo(perMib, within(perMib / 20));
    }

    @Property(tries = 200)
    void moveCostsStayPositiveWhateverIsMeasured(@ForAll Random random) {
        var cost = new MoveCost();
        for (int i = 0; i < 30; i++) {
            cost.learn(random.nextInt(5), random.nextLong(1L << 40), random.nextInt(3) == 0 ? 0 : random.nextLong(1L << 40));
            assertThat(cost.of(1, 1 << 20)).isFinite().isNotNegative();
        }
    }

    @Example
    void nodesMoveAtTheSameTime() {
        Load load = two(1, 1, TOGETHER, 1 << 20, 0);
        var cost = new MoveCost();
        double one = cost.of(1, 1 << 20);
        assertThat(cost.of(load, TOGETHER)).isZero();
        assertThat(cost.of(load, APART)).isEqualTo(one);
        assertThat(cost.of(load, new int[] {1, 1})).isEqualTo(2 * one);
    }

    @Example
    void decisionsAreFewerWhenNothingComesOfThem() {
        var interval = new Interval(SECOND);
        int due = 0;
        for (int i = 0; i < 100; i++) {
            if (interval.isDue(SECOND, 1.0)) {
                due++;
                interval.decided(false, 1.0, 1000);
            }
        }
        assertThat(due).isBetween(5, 9);
        assertThat(interval.isDue(SECOND, 1.3)).as("imbalance that is new").isTrue();
        interval.decided(true, 1.0, 1000);
        assertThat(interval.isDue(SECOND, 1.0)).as("soon after a move").isTrue();
    }

    @Example
    void slowDecisionsAreRare() {
        var interval = new Interval(SECOND);
        double spent = 0;
        for (int i = 0; i < 1000; i++) {
            if (interval.isDue(SECOND, i % 2 == 0 ? 1.3 : 1)) {
                interval.decided(true, 1, SECOND / 2);
                spent += SECOND / 2.0;
            }
        }
        assertThat(spent).isBetween(5.0 * SECOND, 11.0 * SECOND);
    }

    @Example
    void aSlowDecisionDoesNotHoldUpTheNextWhereMuchCouldBeGained() {
        var interval = new Interval(SECOND);
        assertThat(interval.isDue(SECOND, 4)).isTrue();
        interval.decided(false, 4, SECOND / 2);
        assertThat(interval.isDue(SECOND, 4)).isFalse();
        assertThat(interval.isDue(SECOND, 4)).isTrue();
    }
}
