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

/** Hello from many ranks: how long until the shell has its prompt again, and what the ranks hold while all of them are there. */
final class StartupGroup implements Group {
    private static final String TIME = "hello, from start to end";
    private static final String MEMORY = "resident, all ranks";
    private static final String EACH = "resident, each further rank";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PES = 2;

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String title() {
        return "Start-up of `examples/hello.c` seen from outside, and the resident memory of a job whose ranks have all said hello and wait; a "
                + "file's page counts once, however often it is mapped. *Each further rank*: what the job has beyond one of one rank, by rank.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(TIME, 1, 0.15), Target.atMost(TIME, 8, 0.16), Target.atMost(TIME, 64, 0.18), Target.atMost(TIME, 1024, 0.40),
                Target.atMost(MEMORY, 1024, 200), Target.atMost(EACH, 1024, 48), Target.atMost(EACH, 10_000, 48));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(
                new ChartPlan("startup-time", "Start-up of hello, seen from the shell", List.of(TIME), "ranks", "s", ChartPlan.Shape.LINES),
                new ChartPlan("startup-memory", "Resident memory of hello", List.of(MEMORY), "ranks", "MiB", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : bench.quick() ? new int[] {1, 8} : new int[] {1, 8, 64, 1024, 10_000}) {
            for (MpiSystem system : bench.systems()) {
                if (system.isReference() && ranks > References.MOST_PROCESSES) {
                    continue;
                }
                trials.add(new Trial("hello of " + ranks + " ranks", system.label(), () -> time(bench, system, ranks)));
                trials.add(new Trial("memory of " + ranks + " ranks", system.label(), () -> memory(bench, system, ranks)));
            }
        }
        bench.sample(this, trials);
    }

    private static List<Reading> time(Bench bench, MpiSystem system, int ranks) throws TrialException {
        List<String> command = bench.command(system, ranks, PES, "examples/hello.c", List.of());
        long begin = System.nanoTime();
        String output = bench.commands().run(command, LIMIT);
        double seconds = (System.nanoTime() - begin) / 1e9;
        long hellos = output.lines().filter(line -> line.startsWith("Hello from rank")).count();
        if (hellos != ranks) {
            throw new TrialException(hellos + " of " + ranks + " ranks have said hello");
        }
        return List.of(new Reading(TIME, ranks, seconds, "s"));
    }

    private static List<Reading> memory(Bench bench, MpiSystem system, int ranks) throws TrialException {
        double one = ranks == 1 ? 0 : resident(bench, system, 1);
        double all = resident(bench, system, ranks);
        var readings = new ArrayList<>(List.of(new Reading(MEMORY, ranks, all, "MiB")));
        // With few ranks the difference is less than what two runs of one rank differ by.
        if (ranks >= 64) {
            readings.add(new Reading(EACH, ranks, Math.max(0, all - one) * 1024 / (ranks - 1), "KiB"));
        }
        return readings;
    }

    private static double resident(Bench bench, MpiSystem system, int ranks) throws TrialException {
        List<String> command = bench.command(system, ranks, PES, "bench/guests/idle.c", List.of("input"));
        try (Running job = bench.commands().start(command, LIMIT)) {
            Waiting.awaitReady(job);
            double resident = job.residentMiB();
            job.finish();
            return resident;
        }
    }
}
