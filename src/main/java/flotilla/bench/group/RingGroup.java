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

/** A message and a switch at each hop. */
final class RingGroup implements Group {
    private static final String SERIES = "hop";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "ring";
    }

    @Override
    public String title() {
        return "A token of 8 bytes goes round all ranks on one PE, or all processes on one core, by `MPI_Send` and `MPI_Recv`: time per hop.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(SERIES, 2, 110), Target.atMost(SERIES, 512, 220));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("ring", "Ring of MPI_Send and MPI_Recv on one PE", List.of(SERIES), "ranks", "ns per hop", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : bench.quick() ? new int[] {2, 8} : new int[] {2, 8, 64, 512}) {
            for (MpiSystem system : bench.systems()) {
                if (system.isReference() && ranks > References.MOST_PROCESSES) {
                    continue;
                }
                trials.add(bench.printed(ranks + " ranks", system, ranks, 1, LIMIT, "bench/guests/ring.c",
                        system.isReference() ? List.of("40", "1") : List.of("1000000", "3"),
                        reading -> new Reading(SERIES, ranks, reading.value(), reading.unit())));
            }
        }
        bench.sample(this, trials);
    }
}
