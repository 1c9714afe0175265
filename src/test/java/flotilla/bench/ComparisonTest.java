package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.bench.Comparison.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
    private static Verdict verdict(double[] before, double[] now) {
        BenchRun earlier = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, before));
        BenchRun later = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, now));
        return new Comparison(later, earlier).change(later.measurements().getFirst()).orElseThrow().verdict();
    }

    private static double[] samples(double... values) {
        return values;
    }

    @Test
    void moreThanNoiseIsWorseOrBetter() {
        assertThat(verdict(samples(100, 101, 102), samples(120, 121, 122))).isEqualTo(Verdict.WORSE);
        assertThat(verdict(samples(120, 121, 122), samples(100, 101, 102))).isEqualTo(Verdict.BETTER);
    }

    @Test
    void moreOfARateIsBetter() {
        List<Double> less = List.of(3.0, 3.1);
        List<Double> more = List.of(5.0, 5.1);
        BenchRun slow = Runs.run(Measurement.of(Runs.GROUP.name(), "hop", 2, "Flotilla", "GB/s", less));
        BenchRun fast = Runs.run(Measurement.of(Runs.GROUP.name(), "hop", 2, "Flotilla", "GB/s", more));
        assertThat(new Comparison(fast, slow).changes().getFirst().verdict()).isEqualTo(Verdict.BETTER);
        assertThat(new Comparison(slow, fast).changes().getFirst().verdict()).isEqualTo(Verdict.WORSE);
    }

    @Test
    void samplesThatMixAreNoise() {
        assertThat(verdict(samples(100, 110, 140), samples(105, 130, 135))).isEqualTo(Verdict.SAME);
    }

    @Test
    void oneOutlierIsNoise() {
        assertThat(verdict(samples(100, 100, 100, 100, 101), samples(100, 100, 101, 101, 900))).isEqualTo(Verdict.SAME);
    }

    @Test
    void littleIsNoiseHoweverSteady() {
        assertThat(verdict(samples(100, 100, 100), samples(104, 104, 104))).isEqualTo(Verdict.SAME);
    }

    @Test
    void somethingOutOfNothingIsWorse() {
        assertThat(verdict(samples(0, 0), samples(3, 3))).isEqualTo(Verdict.WORSE);
        assertThat(verdict(samples(0, 0), samples(0, 0))).isEqualTo(Verdict.SAME);
    }

    @Test
    void onlyWhatBothRunsHaveIsCompared() {
        BenchRun before = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 1), Runs.of("hop", 8, MpiSystem.MPICH, 1),
                Measurement.of(Runs.GROUP.name(), "hop", 16, "Flotilla", "us", List.of(1.0)));
        BenchRun now = Runs.run(Runs.of("hop", 4, MpiSystem.FLOTILLA, 1), Runs.of("hop", 8, MpiSystem.FLOTILLA, 1),
                Runs.of("hop", 16, MpiSystem.FLOTILLA, 1));
        assertThat(new Comparison(now, before).changes()).isEmpty();
    }

    @Test
    void summaryNamesWhatGotWorseAndHowOthersDid() {
        BenchRun before = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 100, 100), Runs.of("hop", 8, MpiSystem.FLOTILLA, 100, 100),
                Runs.of("hop", 64, MpiSystem.FLOTILLA, 100, 100), Runs.of("hop", 2, MpiSystem.MPICH, 100, 100));
        BenchRun now = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 150, 150), Runs.of("hop", 8, MpiSystem.FLOTILLA, 50, 50),
                Runs.of("hop", 64, MpiSystem.FLOTILLA, 101, 101), Runs.of("hop", 2, MpiSystem.MPICH, 110, 110));
        assertThat(new Comparison(now, before).summary().lines()).contains(
                "- worse: made-up, hop, 2: 150 ns, was 100 (1.50 times)",
                "- better: made-up, hop, 8: 50.0 ns, was 100 (0.500 times)",
                "- the same within noise: 1 of 3",
                "- all others, which should not have changed: 1.10 times as long in the median");
        assertThat(new Comparison(now, before).summary()).doesNotContain("another machine");
    }

    @Test
    void anotherMachineIsNamed() {
        BenchRun now = Runs.run();
        var before = new BenchRun(now.format(), now.date(), new Machine("Another One", 64, 1, "5.0"), now.versions(), false, List.of(), List.of());
        assertThat(new Comparison(now, before).summary()).contains("another machine: Another One, 64 cores");
    }
}
