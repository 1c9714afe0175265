package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
    @Test
    void medianOfOddAndEvenCounts() {
        assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
        assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5);
        assertThat(Statistics.median(List.of(9.0, 1.0, 5.0, 3.0))).isEqualTo(4);
    }

    @Test
    void quartilesLieBetweenNeighbours() {
        List<Double> samples = List.of(40.0, 10.0, 30.0, 20.0);
        assertThat(Statistics.quantile(samples, 0.25)).isEqualTo(17.5);
        assertThat(Statistics.quantile(samples, 0.75)).isEqualTo(32.5);
    }

    @Test
    void nothingHasNoMedian() {
        assertThatThrownBy(() -> Statistics.median(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void halfOfTheSamplesLieOnEachSideOfTheMedian(@ForAll @NotEmpty List<@DoubleRange(max = 1e9) Double> samples) {
        double median = Statistics.median(samples);
        assertThat(samples.stream().filter(one -> one <= median).count()).isGreaterThanOrEqualTo((samples.size() + 1) / 2);
        assertThat(samples.stream().filter(one -> one >= median).count()).isGreaterThanOrEqualTo((samples.size() + 1) / 2);
        assertThat(Statistics.quantile(samples, 0)).isEqualTo(Collections.min(samples));
        assertThat(Statistics.quantile(samples, 1)).isEqualTo(Collections.max(samples));
    }
}
