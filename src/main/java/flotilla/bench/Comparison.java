package flotilla.bench;

import java.util.List;
import java.util.Optional;

/** Two runs side by side. What is measured is the better the smaller it is, but for rates. */
public final class Comparison {
    /** Less than this is called noise whatever the samples say: two builds of one source differ by as much. */
    private static final double LEAST_CHANGE = 0.05;

    /** How a measurement has changed. */
    public enum Verdict { WORSE, BETTER, SAME }

    /**
     * @param ratio its median by the earlier one's
     */
    public record Change(Measurement now, Measurement before, double ratio, Verdict verdict) {
        static Change of(Measurement now, Measurement before) {
            double ratio = before.median() == 0 ? (now.median() == 0 ? 1 : Double.POSITIVE_INFINITY) : now.median() / before.median();
            return new Change(now, before, ratio, now.isRate() ? opposite(verdict(now, before, ratio)) : verdict(now, before, ratio));
        }

        private static Verdict opposite(Verdict verdict) {
            return switch (verdict) {
                case WORSE -> Verdict.BETTER;
                case BETTER -> Verdict.WORSE;
                case SAME -> Verdict.SAME;
            };
        }

        /** Beyond noise is a change of which most samples of both runs tell: their middle halves have nothing in common. */
        private static Verdict verdict(Measurement now, Measurement before, double ratio) {
            if (ratio > 1 + LEAST_CHANGE && Statistics.quantile(now.samples(), 0.25) > Statistics.quantile(before.samples(), 0.75)) {
                return Verdict.WORSE;
            }
            if (ratio < 1 / (1 + LEAST_CHANGE) && Statistics.quantile(now.samples(), 0.75) < Statistics.quantile(before.samples(), 0.25)) {
                return Verdict.BETTER;
            }
            return Verdict.SAME;
        }
    }

    private final BenchRun now;
    private final BenchRun before;

    public Comparison(BenchRun now, BenchRun before) {
        this.now = now;
        this.before = before;
    }

    Optional<Change> change(Measurement measurement) {
        return before.same(measurement).map(earlier -> Change.of(measurement, earlier));
    }

    List<Change> changes() {
        return now.measurements().stream().flatMap(measurement -> change(measurement).stream()).toList();
    }

    /** What got worse and better, by name, for the end of the output. */
    public String summary() {
        var text = new StringBuilder("Compared with the run of ").append(before.date()).append(":\n\n");
        if (!now.machine().equals(before.machine())) {
            text.append("- That was another machine: ").append(before.machine().describe()).append(".\n");
        }
        List<Change> own = changes().stream().filter(change -> change.now().system().equals(MpiSystem.FLOTILLA.label())).toList();
        List<Double> others = changes().stream().filter(change -> !own.contains(change) && !change.now().isRate()).map(Change::ratio).toList();
        list(text, own, Verdict.WORSE, "worse");
        list(text, own, Verdict.BETTER, "better");
        long same = own.stream().filter(change -> change.verdict() == Verdict.SAME).count();
        text.append("- the same within noise: ").append(same).append(" of ").append(own.size()).append("\n");
        if (!others.isEmpty()) {
            text.append("- all others, which should not have changed: %s times as long in the median\n"
                    .formatted(Numbers.text(Statistics.median(others))));
        }
        return text.toString();
    }

    private static void list(StringBuilder text, List<Change> changes, Verdict verdict, String word) {
        changes.stream().filter(change -> change.verdict() == verdict).forEach(change -> text.append("- %s: %s, %s%s: %s %s, was %s (%s times)\n"
                .formatted(word, change.now().group(), change.now().series(),
                        change.now().x() == 0 ? "" : ", " + change.now().x(), Numbers.text(change.now().median()), change.now().unit(),
                        Numbers.text(change.before().median()), Numbers.text(change.ratio()))));
    }
}
