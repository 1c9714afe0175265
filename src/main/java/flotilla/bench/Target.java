package flotilla.bench;

import java.util.OptionalDouble;

/**
 * What Flotilla's median of a series shall not exceed: a number, or what another measurement of the same run makes it.
 *
 * @param factor what {@code of} is multiplied by
 * @param plus what is added to that, or the number itself
 * @param of null for a number
 */
public record Target(String series, long x, double factor, double plus, Base of) {
    /** What a relative target is relative to, in the same group. */
    public record Base(String series, long x, String system) {}

    public static Target atMost(String series, long x, double limit) {
        return new Target(series, x, 0, limit, null);
    }

    public static Target times(String series, long x, double factor, String ofSeries, long ofX, MpiSystem ofSystem) {
        return new Target(series, x, factor, 0, new Base(ofSeries, ofX, ofSystem.label()));
    }

    /** At most {@code plus} more than another. */
    public static Target more(String series, long x, double plus, String ofSeries, long ofX, MpiSystem ofSystem) {
        return new Target(series, x, 1, plus, new Base(ofSeries, ofX, ofSystem.label()));
    }

    /** The target in a run's numbers; empty where it depends on what was not measured. */
    OptionalDouble in(BenchRun run, String group) {
        if (of == null) {
            return OptionalDouble.of(plus);
        }
        return run.find(group, of.series, of.x, of.system)
                .map(base -> OptionalDouble.of(factor * base.median() + plus)).orElse(OptionalDouble.empty());
    }
}
