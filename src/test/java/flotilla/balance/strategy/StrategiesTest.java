package flotilla.balance.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.balance.BalanceException;
import flotilla.balance.Load;
import flotilla.balance.MoveCost;
import flotilla.balance.Pes;
import flotilla.balance.Placement;
import flotilla.balance.RandomLoad;
import flotilla.balance.Strategy;
import flotilla.balance.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/** What each strategy promises, for loads of all kinds. */
class StrategiesTest {
    /** Times are added up in other orders here and there. */
    private static final double ROUNDING = 1 + 1e-9;

    private static boolean hasMetis() {
        try {
            new Metis();
            return true;
        } catch (BalanceException absent) {
            assertThat(absent).hasMessageContaining("apt install libmetis5");
            return false;
        }
    }

    private static List<Strategy> all(long seed) {
        var strategies = new Strategies(Strategies.TOLERANCE, seed, new MoveCost());
        return Strategies.NAMES.stream().filter(name -> !name.equals("comm") || hasMetis()).map(strategies::named).toList();
    }

    private static double longest(Load load, Strategy strategy) {
        return Placement.longest(load, strategy.place(load));
    }

    private static double now(Load load) {
        return Placement.longest(load, load.places());
    }

    @Property(tries = 300)
    void everyRankHasAPeAndThoseThatMayNotMoveStay(@ForAll Random random) {
        Load load = RandomLoad.of(random);
        int[] before = load.places().clone();
        for (Strategy strategy : all(1)) {
            int[] places = strategy.place(load);
            assertThat(places).as(strategy.name()).hasSize(load.ranks()).isNotSameAs(load.places());
            for (int rank = 0; rank < places.length; rank++) {
                assertThat(places[rank]).as(strategy.name()).isBetween(0, load.pes().count() - 1);
                assertThat(load.movable()[rank] || places[rank] == before[rank]).as(strategy.name()).isTrue();
            }
            assertThat(load.places()).as(strategy.name()).isEqualTo(before);
        }
    }

    @Property(tries = 150)
    void theSameStepsHaveTheSameAnswers(@ForAll Random random) {
        Load first = RandomLoad.of(random, 40, 6);
        Load second = first.at(first.places());
        List<List<int[]>> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            // Auto looks at the clock, and is asked in its own test.
            answers.add(all(7).stream().filter(strategy -> !strategy.name().equals("auto"))
                    .flatMap(strategy -> List.of(strategy.place(first), strategy.place(second)).stream()).toList());
        }
        for (int i = 0; i < answers.getFirst().size(); i++) {
            assertThat(answers.get(1).get(i)).isEqualTo(answers.get(0).get(i));
        }
    }

    @Property(tries = 500)
    void greedyRefineIsNearlyAsEvenAsGreedyAndMovesNoMore(@ForAll Random random,
            @ForAll @DoubleRange(max = 0.5) double tolerance) {
        Load load = RandomLoad.of(random);
        int[] greedy = new Greedy().place(load);
        int[] refined = new GreedyRefine(tolerance).place(load);
        double limit = Placement.longest(load, greedy) * (1 + tolerance) * ROUNDING;
        assertThat(Placement.longest(load, refined)).isLessThanOrEqualTo(limit);
        assertThat(Placement.of(load, refined).moves()).isLessThanOrEqualTo(Placement.of(load, greedy).moves());
        if (now(load) * ROUNDING <= Placement.longest(load, greedy) * (1 + tolerance)) {
            assertThat(refined).isEqualTo(load.places());
        }
    }

    @Property(tries = 500)
    void neitherRefineNorDistributedMakesItWorse(@ForAll Random random, @ForAll @DoubleRange(max = 0.5) double tolerance) {
        Load load = RandomLoad.of(random);
        assertThat(longest(load, new Refine(tolerance))).isLessThanOrEqualTo(now(load) * ROUNDING);
        assertThat(longest(load, new Distributed(tolerance, 3))).isLessThanOrEqualTo(now(load) * ROUNDING);
    }

    @Property(tries = 300)
    void refineMovesOnlyFromPesThatTakeTooLong(@ForAll Random random) {
        Load load = RandomLoad.of(random);
        int[] places = new Refine(0.1).place(load);
        double[] times = load.times(load.places());
        for (int rank = 0; rank < places.length; rank++) {
            if (places[rank] != load.places()[rank]) {
                assertThat(times[load.places()[rank]] * ROUNDING).isGreaterThan(load.ideal() * 1.1);
            }
        }
    }

    @Property(tries = 100)
    void greedyIsWithinGrahamsBoundOnEqualPes(@ForAll Random random) {
        int count = 1 + random.nextInt(10);
        Load load = RandomLoad.of(random, random.nextInt(60), count);
        var movable = new boolean[load.ranks()];
        Arrays.fill(movable, true);
        var alike = new Load(load.interval(), load.work(), load.places(), load.bytes(), movable, load.traffic(), Pes.alike(count,
                1));
        // The last rank of the longest PE was put where the time was at most the average.
        double largest = Arrays.stream(load.work()).max().orElse(0);
        assertThat(longest(alike, new Greedy())).isLessThanOrEqualTo((alike.average() + largest) * ROUNDING);
    }

    @Property(tries = 100)
    void rotateMovesAllToTheNext(@ForAll Random random) {
        Load load = RandomLoad.of(random);
        int[] places = new Rotate().place(load);
        for (int rank = 0; rank < places.length; rank++) {
            int next = load.movable()[rank] ? (load.places()[rank] + 1) % load.pes().count() : load.places()[rank];
            assertThat(places[rank]).isEqualTo(next);
        }
    }

    @Example
    void randomGoesEverywhereAndEachSeedElsewhere() {
        Load load = block(10_000, 10);
        int[] places = new RandomPlacement(1).place(load);
        long[] counts = new long[10];
        Arrays.stream(places).forEach(pe -> counts[pe]++);
        assertThat(Arrays.stream(counts).allMatch(count -> count > 850 && count < 1150)).isTrue();
        assertThat(new RandomPlacement(2).place(load)).isNotEqualTo(places);
        var same = new RandomPlacement(1);
        assertThat(same.place(load)).isEqualTo(places);
        assertThat(same.place(load)).isNotEqualTo(places);
    }

    /** Some ranks ten times as costly as others, all of these on the first PEs; a ring of messages. */
    private static Load block(int ranks, int pes) {
        var work = new double[ranks];
        Arrays.setAll(work, rank -> rank < ranks / 5 ? 1000 : 100);
        var movable = new boolean[ranks];
        Arrays.fill(movable, true);
        var bytes = new long[ranks];
        Arrays.fill(bytes, 1000);
        int[] places = IntStream.range(0, ranks).map(rank -> (int) ((long) rank * pes / ranks)).toArray();
        var offsets = IntStream.rangeClosed(0, ranks).toArray();
        var peers = IntStream.range(0, ranks).map(rank -> (rank + 1) % ranks).toArray();
        var sent = new long[ranks];
        Arrays.fill(sent, 8192);
        return new Load(1_000_000_000, work, places, bytes, movable, new Traffic(offsets, peers, sent, sent), Pes.alike(pes,
                pes));
    }

    @Example
    void allThatBalanceDoSoWithFewMovesWhereTheyPromiseIt() {
        Load load = block(10_000, 100);
        assertThat(now(load) / load.average()).isGreaterThan(3);
        for (Strategy strategy : List.of(new Greedy(), new GreedyRefine(0.03), new Refine(0.03), new Distributed(0.03, 1))) {
            assertThat(Placement.of(load, strategy.place(load)).imbalance()).as(strategy.name()).isLessThan(1.08);
        }
        int excess = 1500;
        for (Strategy strategy : List.of(new GreedyRefine(0.03), new Refine(0.03), new Distributed(0.03, 1))) {
            assertThat(Placement.of(load, strategy.place(load)).moves()).as(strategy.name()).isLessThan(excess);
        }
    }

    @Example
    void slowPesGetLess() {
        int ranks = 1000;
        Load even = block(ranks, 4);
        var pes = new Pes(new int[] {0, 1, 2, 3}, new double[] {4, 2, 1, 1}, new long[] {0, 0, 0, 20_000}, new long[4]);
        Load load = even.on(pes, even.places());
        for (Strategy strategy : List.of(new Greedy(), new GreedyRefine(0.03), new Refine(0.03), new Distributed(0.03, 1))) {
            assertThat(Placement.of(load, strategy.place(load)).imbalance()).as(strategy.name()).isLessThan(1.06);
        }
    }

    @Example
    void partitionsKeepTogetherWhoTalks() {
        Assume.that(hasMetis());
        Load load = block(4000, 100);
        int[] scattered = IntStream.range(0, load.ranks()).map(rank -> rank * 37 % 100).toArray();
        Placement before = Placement.of(load.at(scattered), scattered);
        var comm = new Strategies(0.03, 1, new MoveCost()).named("comm");
        int[] places = comm.place(load.at(scattered));
        Placement after = Placement.of(load, places);
        assertThat(after.imbalance()).isLessThan(1.1);
        assertThat(after.bytesBetweenNodes()).isLessThan(before.bytesBetweenNodes() / 4);
        assertThat(comm.place(load.at(places))).as("once that is so, all stay").isEqualTo(places);
    }

    @Example
    void partsGoWhereTheirMemoryIs() {
        Load load = block(12, 3);
        int[] parts = {2, 2, 2, 1, 0, 0, 0, 0, 1, 1, 1, 1};
        assertThat(PartMapping.peOfParts(load, parts, new double[] {1.0 / 3, 1.0 / 3, 1.0 / 3})).containsExactly(1, 2, 0);
        // A part made for a larger share goes only where that is.
        assertThat(PartMapping.peOfParts(load, parts, new double[] {0.5, 0.25, 0.25})).containsExactly(0, 2, 1);
    }

    @Example
    void unknownNamesAreRefusedInOneLine() {
        var strategies = new Strategies(0.03, 1, new MoveCost());
        assertThatThrownBy(() -> strategies.named("frobnicate")).isInstanceOf(BalanceException.class)
                .hasMessageContaining("frobnicate").hasMessageContaining("greedy-refine");
        assertThat(Strategies.list("none, greedy,none")).containsExactly("none", "greedy");
    }
}
