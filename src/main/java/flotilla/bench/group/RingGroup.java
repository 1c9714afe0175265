package flotilla.bench.group;

import flotilla.bench.ChartPlan;
import flotilla.bench.Target;
import java.time.Duration;
import java.util.List;

/** A message and a switch at each hop. */
final class RingGroup extends OnePeGroup {
    private static final String SERIES = "hop";

    RingGroup() {
        super(SERIES, "bench/guests/ring.c", Duration.ofSeconds(60), List.of("1000000", "3"), List.of("40", "1"));
    }

    @Override
    public String name() {
        return "ring";
    }

    @Override
    public String title() {
        return "A token of 8 bytes goes round all ranks on one PE, or all processes on one core, by `MPI_Send` and `MPI_Recv`: time per hop.";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(SERIES, 2, 110), Target.atMost(SERIES, 512, 220));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("ring", "Ring of MPI_Send and MPI_Recv on one PE", List.of(SERIES), "ranks", "ns per hop", ChartPlan.Shape.LINES));
    }
}
