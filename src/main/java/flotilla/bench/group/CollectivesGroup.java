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
import java.util.Map;
import java.util.TreeMap;

/** Collective calls of all ranks on two PEs. */
final class CollectivesGroup implements Group {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** What a barrier shall take, in microseconds, by ranks. */
    private static final Map<Long, Double> BARRIER = new TreeMap<>(Map.of(2L, 0.6, 8L, 1.5, 64L, 8.0, 256L, 30.0, 1024L, 120.0));

    /** A collective call, with the bytes that each rank sends (to each). */
    private enum Call {
        BARRIER("barrier", 0, 2_000_000),
        BCAST("bcast", 8, 2_000_000),
        ALLREDUCE("allreduce", 8, 1_000_000),
        ALLTOALL("alltoall", 64, 200_000);

        private final String name;
        private final int bytes;
        /** Calls times ranks of a sample. */
        private final int work;

        Call(String name, int bytes, int work) {
            this.name = name;
            this.bytes = bytes;
            this.work = work;
        }

        String series() {
            return bytes == 0 ? name : name + " " + bytes + " B";
        }

        int calls(int ranks, boolean reference) {
            if (reference) {
                return ranks <= 2 ? 10_000 : 10;
            }
            int cost = this == ALLTOALL ? ranks * Math.max(1, ranks / 16) : ranks;
            return Math.clamp(work / cost, 10, 100_000);
        }
    }

    @Override
    public String name() {
        return "collectives";
    }

    @Override
    public String title() {
        return "Collective calls of all ranks of `MPI_COMM_WORLD` on two PEs, or processes on two cores: time per call.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    @Override
    public List<Target> targets() {
        var targets = new ArrayList<Target>();
        BARRIER.forEach((ranks, limit) -> {
            targets.add(Target.atMost(Call.BARRIER.series(), ranks, limit));
            targets.add(Target.atMost(Call.ALLREDUCE.series(), ranks, 1.5 * limit));
        });
        targets.add(Target.atMost(Call.ALLTOALL.series(), 256, 6000));
        return targets;
    }

    @Override
    public List<ChartPlan> charts() {
        var charts = new ArrayList<ChartPlan>();
        for (Call call : Call.values()) {
            charts.add(new ChartPlan(call.name, "MPI_" + Character.toUpperCase(call.name.charAt(0)) + call.name.substring(1)
                    + (call.bytes == 0 ? "" : " of " + call.bytes + " bytes") + " on two PEs",
                    List.of(call.series()), "ranks", "us per call", ChartPlan.Shape.LINES));
        }
        return charts;
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (Call call : Call.values()) {
            for (int ranks : bench.quick() ? new int[] {2, 8, 64} : new int[] {2, 8, 64, 256, 1024}) {
                for (MpiSystem system : bench.systems()) {
                    if (system.isReference() && ranks > (bench.quick() ? 2 : References.MOST_PROCESSES)) {
                        continue;
                    }
                    trials.add(bench.printed(call.name + " of " + ranks + " ranks", system, ranks, 2, LIMIT, "bench/guests/collective.c",
                            List.of(call.name, call.bytes + "", call.calls(ranks, system.isReference()) + "", "3"),
                            reading -> new Reading(call.series(), ranks, reading.value(), reading.unit())));
                }
            }
        }
        bench.sample(this, trials);
    }
}
