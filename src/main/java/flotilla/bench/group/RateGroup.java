package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many messages at once, and how receives are found among many. */
final class RateGroup implements Group {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How a window is received. */
    private enum Matching {
        IN_ORDER("in order", "same", "64", "0"),
        OUT_OF_ORDER("out of order", "mixed", "64", "0"),
        OTHERS_POSTED("in order, 1,000 others posted", "same", "64", "1000"),
        WIDE("out of order, windows of 1,000", "mixed", "1000", "0");

        private final String text;
        private final List<String> arguments;

        Matching(String text, String... arguments) {
            this.text = text;
            this.arguments = List.of(arguments);
        }

        String series(int pes) {
            return text + (pes == 1 ? ", one PE" : ", two PEs");
        }
    }

    @Override
    public String name() {
        return "rate";
    }

    @Override
    public String title() {
        return "Message rate: windows of 64 nonblocking messages of 8 bytes between two ranks, receives posted in the order of the sends or "
                + "in another, with 1,000 more receives outstanding, and in windows of 1,000: time per message.";
    }

    @Override
    public String parameter() {
        return "";
    }

    @Override
    public List<Target> targets() {
        return List.of();
    }

    @Override
    public List<ChartPlan> charts() {
        var series = new ArrayList<String>();
        for (Matching matching : Matching.values()) {
            series.addAll(List.of(matching.series(1), matching.series(2)));
        }
        return List.of(new ChartPlan("rate", "Nonblocking messages of 8 bytes in windows", series, "", "ns per message", ChartPlan.Shape.BARS));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (Matching matching : Matching.values()) {
            for (int pes = 1; pes <= 2; pes++) {
                for (MpiSystem system : bench.systems()) {
                    String series = matching.series(pes);
                    var arguments = new ArrayList<>(matching.arguments);
                    // On one core a window of other implementations takes a turn of the kernel.
                    arguments.add(!system.isReference() ? "1000000" : pes == 1 ? "1000" : "200000");
                    arguments.add(system.isReference() && pes == 1 ? "1" : "3");
                    trials.add(bench.printed(series, system, 2, pes, LIMIT, "bench/guests/rate.c", arguments,
                            reading -> new Reading(series, 0, reading.value(), reading.unit())));
                }
            }
        }
        bench.sample(this, trials);
    }
}
