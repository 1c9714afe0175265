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

/** A rank's allocator against glibc's: one source, as a rank and as a process. */
final class MallocGroup implements Group {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final List<String> MIXES = List.of("fixed-pairs", "fixed-queue", "small-random", "middle-random", "large-random",
            "build-and-drop", "grow", "grow-slowly", "work-arrays", "zeroed", "aligned", "many-live");
    private static final List<String> QUICK_MIXES = List.of("fixed-pairs", "small-random");

    @Override
    public String name() {
        return "malloc";
    }

    @Override
    public String title() {
        return "A rank's allocator and glibc's in mixes of malloc, realloc and free (`bench/malloc/mixes.c`): processor time per operation.";
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
        return List.of(new ChartPlan("malloc", "malloc, realloc and free", MIXES, "", "ns per operation", ChartPlan.Shape.BARS));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (String mix : bench.quick() ? QUICK_MIXES : MIXES) {
            for (MpiSystem system : List.of(MpiSystem.FLOTILLA, MpiSystem.NATIVE)) {
                trials.add(bench.printed(mix, system, 1, 1, LIMIT, "bench/malloc/mixes.c", List.of(mix),
                        reading -> new Reading(mix, 0, reading.value(), reading.unit())));
            }
        }
        bench.sample(this, trials);
    }
}
