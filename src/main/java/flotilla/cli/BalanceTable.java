package flotilla.cli;

import flotilla.balance.simulate.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What strategies make of a trace, side by side. */
final class BalanceTable {
    private static final List<String> HEAD = List.of("strategy", "max/avg", "speed-up", "moves", "bytes moved",
            "bytes between nodes", "first decision", "later ones");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    /** @param outcomes the first is what the others are compared with */
    static String of(List<Outcome> outcomes) {
        Outcome none = outcomes.getFirst();
        var lines = new ArrayList<List<String>>();
        lines.add(HEAD);
        for (Outcome one : outcomes) {
            lines.add(List.of(one.strategy(), number(one.imbalance()), number(one.speedUpAgainst(none)),
                    "%,d".formatted(one.moves()), bytes(one.movedBytes()), bytes(one.bytesBetweenNodes()),
                    millis(one.firstDecision()), millis(one.laterDecision())));
        }
        double best = none.ideal() > 0 ? none.time() / none.ideal() : 1;
        lines.add(List.of("ideal", number(none.time() > 0 ? none.imbalance() / best : 1), number(best), "", "", "", "", ""));
        return text(lines);
    }

    private static String text(List<List<String>> lines) {
        var text = new StringBuilder();
        for (List<String> line : lines) {
            var cells = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int width = 2 + width(lines, column);
                cells.append(column == 0 ? "%-" + (width - 2) + "s" : "%" + width + "s");
            }
            text.append(cells.toString().formatted(line.toArray()).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
    }

    private static String bytes(double bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit + 1 < UNITS.length) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    private BalanceTable() {}
}
