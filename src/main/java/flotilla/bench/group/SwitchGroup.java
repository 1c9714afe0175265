package flotilla.bench.group;

import flotilla.bench.ChartPlan;
import flotilla.bench.Target;
import java.time.Duration;
import java.util.List;

/** The context switch. With other implementations it is the kernel's, between processes on one core. */
final class SwitchGroup extends OnePeGroup {
    private static final String SERIES = "sched_yield";

    SwitchGroup() {
        super(SERIES, "bench/guests/yield.c", Duration.ofSeconds(30), List.of("2000000", "3"), List.of("200000", "3"));
    }

    @Override
    public String name() {
        return "switch";
    }

    @Override
    public String title() {
        return "A context switch: ranks that do nothing but `sched_yield` on one PE, or processes on one core.";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(SERIES, 2, 45), Target.atMost(SERIES, 512, 60));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("switch", "Context switch on one PE", List.of(SERIES), "ranks", "ns per switch", ChartPlan.Shape.LINES));
    }
}
