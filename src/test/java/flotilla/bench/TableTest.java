package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
    private static final BenchRun RUN = Runs.run(
            Runs.of("hop", 8, MpiSystem.FLOTILLA, 290, 300, 310), Runs.of("hop", 2, MpiSystem.FLOTILLA, 90, 90, 90),
            Runs.of("hop", 2, MpiSystem.MPICH, 160), Runs.of("step", 2, MpiSystem.MPICH, 1234567));

    @Test
    void targetsAreNumbersOrMultiples() {
        assertThat(new Table(Runs.GROUP, RUN, null).text()).isEqualTo("""
                ### made-up

                What is made up.

                |      | ranks | unit | Flotilla |   ± |     MPICH | target | of target |
                | ---- | ----: | ---- | -------: | --: | --------: | -----: | --------: |
                | hop  |     2 | ns   |     90.0 |  0% |       160 |    100 |     0.900 |
                | hop  |     8 | ns   |      300 |  2% |           |    240 |  **1.25** |
                | step |     2 | ns   |          |     | 1,234,567 |        |           |
                """);
    }

    @Test
    void earlierRunStandsBeside() {
        BenchRun before = Runs.run(Runs.of("hop", 8, MpiSystem.FLOTILLA, 150, 150, 150));
        assertThat(new Table(Runs.GROUP, RUN, new Comparison(RUN, before)).text().lines())
                .anyMatch(line -> line.startsWith("| hop ") && line.contains("|    150 | 2.00 worse |"));
    }

    @Test
    void multipleOfWhatIsNotThereIsNoTarget() {
        BenchRun alone = Runs.run(Runs.of("hop", 8, MpiSystem.FLOTILLA, 300));
        assertThat(new Table(Runs.GROUP, alone, null).text().lines().toList().getLast())
                .isEqualTo("| hop |     8 | ns   |      300 |  0% |        |           |");
    }

    @Test
    void speedUpStandsBesideTheShareOfTheIdeal() {
        BenchRun run = Runs.run(Runs.of("not balanced", 4, MpiSystem.FLOTILLA, 300), Runs.of("ideal", 4, MpiSystem.FLOTILLA, 150),
                Runs.of("balanced well", 4, MpiSystem.FLOTILLA, 200), Runs.of("balanced well", 8, MpiSystem.FLOTILLA, 200));
        assertThat(new Table(Runs.GROUP, run, null).text().lines().skip(4)).containsExactly(
                "|               | ranks | unit | Flotilla |   ± | speed-up | of ideal | target | of target |",
                "| ------------- | ----: | ---- | -------: | --: | -------: | -------: | -----: | --------: |",
                "| not balanced  |     4 | ns   |      300 |  0% |          |          |        |           |",
                "| ideal         |     4 | ns   |      150 |  0% |          |          |        |           |",
                "| balanced well |     4 | ns   |      200 |  0% |     1.50 |    0.750 |        |           |",
                "| balanced well |     8 | ns   |      200 |  0% |          |          |        |           |");
    }

    @Test
    void aTargetMayBeSomewhatMoreThanAnother() {
        BenchRun run = Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 100));
        assertThat(Target.more("step", 2, 12, "hop", 2, MpiSystem.FLOTILLA).in(run, Runs.GROUP.name())).hasValue(112);
        assertThat(Target.more("step", 2, 12, "hop", 8, MpiSystem.FLOTILLA).in(run, Runs.GROUP.name())).isEmpty();
    }

    @Test
    void summaryCountsTargetsAndNamesTheMissed() {
        assertThat(new TargetSummary(List.of(Runs.GROUP), RUN).text()).isEqualTo("""
                Targets met: 1 of 2. Missed:

                - made-up, hop, 8: 300 ns, 1.25 times the target of 240
                """);
        assertThat(new TargetSummary(List.of(Runs.GROUP), Runs.run(Runs.of("hop", 2, MpiSystem.FLOTILLA, 100))).text())
                .isEqualTo("Targets met: 1 of 1.\n");
        assertThat(new TargetSummary(List.of(Runs.GROUP), Runs.run()).text()).isEmpty();
    }

    @Test
    void nothingMeasuredIsSaid() {
        assertThat(new Table(Runs.GROUP, Runs.run(), null).text()).contains("Nothing could be measured.");
    }
}
