package flotilla.bench;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one call of {@code flotilla bench} has found out, as it is stored.
 *
 * @param versions of Flotilla and of everything it was compared with
 * @param remarks what could not be measured, and why
 */
public record BenchRun(int format, String date, Machine machine, Map<String, String> versions, boolean quick,
        List<Measurement> measurements, List<String> remarks) {
    public static final int FORMAT = 1;

    public BenchRun {
        if (date == null || machine == null || versions == null || measurements == null || remarks == null
                || Stream.concat(measurements.stream(), remarks.stream()).anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("a part of the run is missing");
        }
        measurements = List.copyOf(measurements);
        remarks = List.copyOf(remarks);
    }

    /** When, where and what, before the tables. */
    public String heading() {
        String parts = versions.entrySet().stream().map(part -> part.getKey() + " " + part.getValue()).collect(Collectors.joining(", "));
        return "Measured " + date + (quick ? " with --quick" : "") + " on " + machine.describe() + ".\n" + parts + ".\n";
    }

    public Optional<Measurement> find(String group, String series, long x, String system) {
        return measurements.stream().filter(one -> one.isOf(group, series, x, system)).findFirst();
    }

    /** The measurement of another run's subject in this one. */
    public Optional<Measurement> same(Measurement other) {
        return measurements.stream().filter(other::isOf).findFirst();
    }

    public List<Measurement> of(String group) {
        return measurements.stream().filter(one -> one.group().equals(group)).toList();
    }
}
