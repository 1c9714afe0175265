package flotilla.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A group's medians as a table: Markdown, with columns of even width, for terminals and pages alike. */
public final class Table {
    private record Row(String series, long x, String unit) {}

    private final Group group;
    private final BenchRun run;
    private final Comparison comparison;
    private final List<Measurement> measurements;

    /** @param comparison null when there is nothing to compare with */
    public Table(Group group, BenchRun run, Comparison comparison) {
        this.group = group;
        this.run = run;
        this.comparison = comparison;
        this.measurements = run.of(group.name());
    }

    /** The heading and the table; a heading alone when nothing was measured. */
    public String text() {
        var text = new StringBuilder("### ").append(group.name()).append("\n\n").append(group.title()).append("\n\n");
        if (measurements.isEmpty()) {
            return text.append("Nothing could be measured.\n").toString();
        }
        append(text, cells());
        return text.toString();
    }

    private List<String> systems() {
        return Stream.of(MpiSystem.values()).map(MpiSystem::label)
                .filter(system -> measurements.stream().anyMatch(one -> one.system().equals(system))).toList();
    }

    private List<Row> rows() {
        var series = new LinkedHashSet<String>();
        measurements.forEach(one -> series.add(one.series()));
        List<String> order = List.copyOf(series);
        return measurements.stream().map(one -> new Row(one.series(), one.x(), one.unit())).distinct()
                .sorted(Comparator.comparingInt((Row row) -> order.indexOf(row.series)).thenComparingLong(Row::x)).toList();
    }

    private List<List<String>> cells() {
        boolean varies = !group.parameter().isEmpty();
        boolean aimed = !group.targets().isEmpty();
        List<String> systems = systems();
        var lines = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of(""));
        if (varies) {
            head.add(group.parameter());
        }
        head.add("unit");
        for (String system : systems) {
            head.add(system);
            if (system.equals(MpiSystem.FLOTILLA.label())) {
                head.add("±");
                if (comparison != null) {
                    head.addAll(List.of("before", "ratio"));
                }
            }
        }
        boolean balanced = rows().stream().anyMatch(row -> group.speedUp(row.series) != null);
        if (balanced) {
            head.addAll(List.of("speed-up", "of ideal"));
        }
        if (aimed) {
            head.addAll(List.of("target", "of target"));
        }
        lines.add(head);
        for (Row row : rows()) {
            var line = new ArrayList<>(List.of(row.series));
            if (varies) {
                line.add(group.parameterText(row.x));
            }
            line.add(row.unit);
            for (String system : systems) {
                Optional<Measurement> one = run.find(group.name(), row.series, row.x, system);
                line.add(one.map(Measurement::median).map(Numbers::text).orElse(""));
                if (system.equals(MpiSystem.FLOTILLA.label())) {
                    line.add(one.map(it -> Math.round(it.spread() * 100) + "%").orElse(""));
                    if (comparison != null) {
                        var change = one.flatMap(comparison::change);
                        line.add(change.map(it -> Numbers.text(it.before().median())).orElse(""));
                        line.add(change.map(Table::ratio).orElse(""));
                    }
                }
            }
            if (balanced) {
                line.addAll(speedUp(row));
            }
            if (aimed) {
                line.addAll(target(row));
            }
            lines.add(line);
        }
        return lines;
    }

    private static String ratio(Comparison.Change change) {
        return Numbers.text(change.ratio()) + switch (change.verdict()) {
            case WORSE -> " worse";
            case BETTER -> " better";
            case SAME -> "";
        };
    }

    /** How many times faster Flotilla is than without balancing, and which share of perfect balance that is. */
    private List<String> speedUp(Row row) {
        SpeedUp than = group.speedUp(row.series);
        if (than == null) {
            return List.of("", "");
        }
        return List.of(times(than.unbalanced(), row), times(than.ideal(), row));
    }

    private String times(String series, Row row) {
        return run.find(group.name(), series, row.x, MpiSystem.FLOTILLA.label())
                .flatMap(than -> run.find(group.name(), row.series, row.x, MpiSystem.FLOTILLA.label()).map(one -> Numbers.text(than.median() / one.median())))
                .orElse("");
    }

    /** The target, and Flotilla's share of it: in bold where it is missed. */
    private List<String> target(Row row) {
        OptionalDouble target = group.targets().stream().filter(it -> it.series().equals(row.series) && it.x() == row.x)
                .map(it -> it.in(run, group.name())).findFirst().orElse(OptionalDouble.empty());
        if (target.isEmpty()) {
            return List.of("", "");
        }
        String share = run.find(group.name(), row.series, row.x, MpiSystem.FLOTILLA.label())
                .map(one -> one.median() / target.getAsDouble())
                .map(it -> it > 1 ? "**" + Numbers.text(it) + "**" : Numbers.text(it)).orElse("");
        return List.of(Numbers.text(target.getAsDouble()), share);
    }

    private static void append(StringBuilder text, List<List<String>> lines) {
        int columns = lines.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.max(3, line.get(i).length()));
            }
        }
        for (int l = 0; l < lines.size(); l++) {
            for (int i = 0; i < columns; i++) {
                // Names to the left, numbers to the right.
                boolean name = i == 0 || lines.getFirst().get(i).equals("unit");
                text.append("| ").append(String.format(name ? "%-" + widths[i] + "s" : "%" + widths[i] + "s", lines.get(l).get(i))).append(' ');
            }
            text.append("|\n");
            if (l == 0) {
                for (int i = 0; i < columns; i++) {
                    boolean name = i == 0 || lines.getFirst().get(i).equals("unit");
                    text.append("| ").append("-".repeat(widths[i] - (name ? 0 : 1))).append(name ? " " : ": ");
                }
                text.append("|\n");
            }
        }
    }
}
