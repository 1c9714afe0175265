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

/** Messages of all sizes, there and back. */
final class PingPongGroup implements Group {
    private static final String ONE = "one PE";
    private static final String TWO = "two PEs";
    private static final long SLOW_LARGEST = 64 << 10;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "pingpong";
    }

    @Override
    public String title() {
        return "Ping-pong between two ranks, one way, on one PE and across two; processes on one core and on two. Every byte was written by the sender's rank.";
    }

    @Override
    public String parameter() {
        return "size";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(ONE, 8, 0.11), Target.atMost(ONE, 64 << 10, 1.7), Target.atMost(ONE, 1 << 20, 23),
                Target.atMost(TWO, 8, 0.25), Target.atMost(TWO, 64 << 10, 2.0), Target.atMost(TWO, 1 << 20, 23));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(
                new ChartPlan("pingpong-one-pe", "Ping-pong on one PE", List.of(ONE), "size", "us one way", ChartPlan.Shape.LINES),
                new ChartPlan("pingpong-two-pes", "Ping-pong across two PEs", List.of(TWO), "size", "us one way", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        long largest = bench.quick() ? 64 << 10 : 4 << 20;
        var trials = new ArrayList<Trial>();
        for (int pes = 1; pes <= 2; pes++) {
            String series = pes == 1 ? ONE : TWO;
            for (MpiSystem system : bench.systems()) {
                // On one core a message between processes takes milliseconds, whatever its size.
                boolean slow = system.isReference() && pes == 1;
                trials.add(bench.printed(series, system, 2, pes, LIMIT, "bench/guests/pingpong.c",
                        List.of(Long.toString(slow ? SLOW_LARGEST : largest), slow ? "1" : "3", slow ? "8" : bench.quick() ? "20000" : "100000"),
                        reading -> new Reading(series, reading.x(), reading.value(), reading.unit())));
            }
        }
        bench.sample(this, trials);
    }
}
