package flotilla.bench;

import java.util.OptionalDouble;

/**
 * What Flotilla's median of a series shall not exceed: a number, or a multiple of another measurement of the same run.
 *
 * @param factor the number itself, or what {@code of} is multiplied by
 * @param of null for a number
 */
public record Target(String series, long x, double factor, Base of) {
    /** What a relative target is relative to, in the same group. */
    public record Base(String series, long x, String system) {}

    public static Target atMost(String series, long x, double limit) {
        return new Target(series, x, limit, null);
    }

    public static Target times(String series, long x, double factor, String ofSeries, long ofX, MpiSystem ofSystem) {
        return new Target(series, x, factor, new Base(ofSeries, ofX, ofSystem.label()));
    }

    /** The target in a run's numbers; empty where it depends on what was not measured. */
    OptionalDouble in(BenchRun run, String group) {
        if (of == null) {
            return OptionalDouble.of(factor);
        }
        return run.find(group, of.series, of.x, of.system)
                .map(base -> OptionalDouble.of(factor * base.median())).orElse(OptionalDouble.empty());
    }
}
