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

/**
 * A fixed problem cut into more and more blocks. What the cut costs a program is seen where it has all blocks of a core in one
 * rank and goes through them by itself; what ranks cost beyond that, where each block is a rank.
 */
final class OversubscriptionGroup implements Group {
    private static final String RANKS = "a rank for each block";
    private static final String BY_HAND = "a rank for each core, blocks by hand";
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final int PES = 2;

    @Override
    public String name() {
        return "oversubscription";
    }

    @Override
    public String title() {
        return "A fixed problem (Jacobi 3-D, 192^3 points, `bench/guests/blocks.c`) cut into 1 to 512 blocks per core, on two cores: with a rank for each "
                + "block, and with a rank for each core that goes through its blocks by itself, which is what the cut costs the program. Time per iteration; "
                + "the target is 1.02 times the latter on Flotilla.";
    }

    @Override
    public String parameter() {
        return "blocks per core";
    }

    @Override
    public List<Target> targets() {
        var targets = new ArrayList<Target>();
        for (int blocks = 2; blocks <= 512; blocks *= 2) {
            targets.add(Target.times(RANKS, blocks, 1.02, BY_HAND, blocks, MpiSystem.FLOTILLA));
        }
        return targets;
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("oversubscription", "A fixed problem cut into more and more blocks, two cores", List.of(RANKS, BY_HAND),
                "blocks per core", "ms per iteration", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        int most = bench.quick() ? 32 : 512;
        for (int blocks = 1; blocks <= most; blocks *= bench.quick() ? 8 : 2) {
            int each = blocks;
            List<String> arguments = List.of(Integer.toString(PES * each), "192", bench.quick() ? "20" : "40");
            // Their processes spin where others could work, and take many times as long.
            List<String> fewer = List.of(Integer.toString(PES * each), "192", "10");
            trials.add(bench.printed(each + " blocks per core by hand", MpiSystem.FLOTILLA, PES, PES, LIMIT, "bench/guests/blocks.c", arguments,
                    reading -> new Reading(BY_HAND, each, reading.value(), reading.unit())));
            for (MpiSystem system : bench.systems()) {
                if (!system.isReference() || PES * each <= References.MOST_PROCESSES) {
                    trials.add(bench.printed(each + " ranks per core", system, PES * each, PES, LIMIT, "bench/guests/blocks.c",
                            system.isReference() && each > 1 ? fewer : arguments, reading -> new Reading(RANKS, each, reading.value(), reading.unit())));
                }
            }
        }
        bench.sample(this, trials);
    }
}
