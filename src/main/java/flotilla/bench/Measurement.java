package flotilla.bench;

import java.util.List;
import java.util.Objects;

/**
 * All samples of one thing. The median is a component so that it stands in the stored run; it is always that of the samples.
 *
 * @param x what varies (ranks, bytes), 0 where nothing does
 * @param system what ran the program, as {@link MpiSystem#label}
 */
public record Measurement(String group, String series, long x, String system, String unit, double median, List<Double> samples) {
    public Measurement {
        if (group == null || series == null || system == null || unit == null || samples == null || samples.isEmpty()
                || samples.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a measurement lacks a name, its unit or its samples");
        }
        samples = List.copyOf(samples);
        median = Statistics.median(samples);
    }

    public static Measurement of(String group, String series, long x, String system, String unit, List<Double> samples) {
        return new Measurement(group, series, x, system, unit, 0, samples);
    }

    /** Whether more is better: of rates, as opposed to times and memory. */
    boolean isRate() {
        return unit.endsWith("/s");
    }

    /** Half of the distance between the quartiles, as a share of the median. */
    public double spread() {
        return median == 0 ? 0 : (Statistics.quantile(samples, 0.75) - Statistics.quantile(samples, 0.25)) / 2 / median;
    }

    /** Whether both measure the same thing, perhaps in different runs. */
    public boolean isOf(Measurement other) {
        return isOf(other.group, other.series, other.x, other.system) && unit.equals(other.unit);
    }

    public boolean isOf(String group, String series, long x, String system) {
        return this.group.equals(group) && this.series.equals(series) && this.x == x && this.system.equals(system);
    }
}
