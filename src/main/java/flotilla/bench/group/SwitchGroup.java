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

/** The context switch. With other implementations it is the kernel's, between processes on one core. */
final class SwitchGroup implements Group {
    private static final String SERIES = "sched_yield";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "switch";
    }

    @Override
    public String title() {
        return "A context switch: ranks that do nothing but `sched_yield` on one PE, or processes on one core.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(SERIES, 2, 45), Target.atMost(SERIES, 512, 60));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("switch", "Context switch on one PE", List.of(SERIES), "ranks", "ns per switch", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : bench.quick() ? new int[] {2, 8} : new int[] {2, 8, 64, 512}) {
            for (MpiSystem system : bench.systems()) {
                if (system.isReference() && ranks > References.MOST_PROCESSES) {
                    continue;
                }
                trials.add(bench.printed(ranks + " ranks", system, ranks, 1, LIMIT, "bench/guests/yield.c",
                        List.of(system.isReference() ? "200000" : "2000000", "3"),
                        reading -> new Reading(SERIES, ranks, reading.value(), reading.unit())));
            }
        }
        bench.sample(this, trials);
    }
}
