package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Trials take turns; one that fails is left out, and not passed over in silence. */
final class BenchTrialsTest {
    private final List<String> taken = new ArrayList<>();

    private static Bench bench(int samples) {
        return new Bench(Path.of(System.getProperty("flotilla.home", "")).toAbsolutePath(), true, samples, new Progress(null));
    }

    private Trial trial(String what, MpiSystem system, String failure) {
        return new Trial(what, system.label(), () -> {
            taken.add(what);
            if (failure != null) {
                throw new TrialException(failure);
            }
            return List.of(new Reading(what, 2, taken.size(), "ns"));
        });
    }

    @Test
    void trialsTakeTurns() {
        try (Bench bench = bench(3)) {
            bench.sample(Runs.GROUP, List.of(trial("a", MpiSystem.FLOTILLA, null), trial("b", MpiSystem.MPICH, null)));
            assertThat(taken).containsExactly("a", "b", "a", "b", "a", "b");
            assertThat(bench.run().find("made-up", "b", 2, "MPICH").orElseThrow().samples()).containsExactly(2.0, 4.0, 6.0);
            assertThat(bench.isComplete()).isTrue();
        }
    }

    @Test
    void failureOfAReferenceIsNoted() {
        try (Bench bench = bench(2)) {
            bench.sample(Runs.GROUP, List.of(trial("a", MpiSystem.FLOTILLA, null), trial("b", MpiSystem.MPICH, "no luck")));
            assertThat(taken).containsExactly("a", "b", "a");
            assertThat(bench.run().remarks()).contains("made-up: b with MPICH: no luck");
            assertThat(bench.isComplete()).isTrue();
        }
    }

    @Test
    void failureOfFlotillaMakesTheRunIncomplete() {
        try (Bench bench = bench(2)) {
            bench.sample(Runs.GROUP, List.of(trial("a", MpiSystem.FLOTILLA, "no luck"), trial("b", MpiSystem.MPICH, null)));
            assertThat(bench.run().remarks()).contains("made-up: a with Flotilla: no luck");
            assertThat(bench.isComplete()).isFalse();
        }
    }
}
