package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Running;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import flotilla.bench.TrialException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a job uses while all its ranks wait. */
final class IdleGroup implements Group {
    private static final Map<String, String> WAITS = Map.of("recv", "all but one in MPI_Recv", "sleep", "all in sleep");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PES = 2;
    /** After the start, until the JVM's compilers have come to rest. */
    private static final double SETTLING_SECONDS = 1;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String title() {
        return "Processor time of a job whose ranks all wait, from a second after the last has started to wait. Where they wait in `MPI_Recv`, "
                + "the one that they wait for sleeps.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    @Override
    public List<Target> targets() {
        var targets = new ArrayList<Target>();
        for (String series : WAITS.values()) {
            for (int ranks : new int[] {2, 64, 1024}) {
                targets.add(Target.atMost(series, ranks, 1));
            }
        }
        return targets;
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("idle", "An idle job", WAITS.values().stream().sorted().toList(), "ranks", "% of a core", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (String wait : WAITS.keySet().stream().sorted().toList()) {
            for (int ranks : bench.quick() ? new int[] {2} : new int[] {2, 64, 1024}) {
                for (MpiSystem system : bench.systems()) {
                    if (!system.isReference() || ranks == 2) {
                        trials.add(new Trial(ranks + " ranks, " + WAITS.get(wait), system.label(), () -> idle(bench, system, ranks, wait)));
                    }
                }
            }
        }
        bench.sample(this, trials);
    }

    private static List<Reading> idle(Bench bench, MpiSystem system, int ranks, String wait) throws TrialException {
        int seconds = bench.quick() ? 1 : 3;
        List<String> command = bench.command(system, ranks, PES, "bench/guests/idle.c",
                List.of(wait, Long.toString(seconds + (long) SETTLING_SECONDS + 1)));
        try (Running job = bench.commands().start(command, LIMIT)) {
            Waiting.awaitReady(job);
            Waiting.sleep(SETTLING_SECONDS);
            double used = job.processorSeconds();
            long begin = System.nanoTime();
            Waiting.sleep(seconds);
            double share = (job.processorSeconds() - used) / ((System.nanoTime() - begin) / 1e9);
            job.finish();
            return List.of(new Reading(WAITS.get(wait), ranks, Math.max(0, share * 100), "% of a core"));
        }
    }
}
