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
import java.util.function.Function;

/**
 * The methods of privatization side by side, as in Section 4 of the paper: start-up (its Figure 5), the context switch (Figure 6), Jacobi
 * with all variables of the inner loop global (Figure 7), and memory. Each method is a series, so that it stands beside MPICH's figure.
 */
final class PrivatizationGroup implements Group {
    private static final String START = "start-up";
    private static final String SWITCH = "switch";
    private static final String JACOBI = "Jacobi";
    private static final String MEMORY = "memory of each further rank";
    private static final String MISSES = "code misses of a switch";
    /** Without privatization, each rank in a process of its own. */
    private static final String PROCESSES = "processes";
    private static final int PES = 2;
    private static final int[] STARTED = {1, 8, 64, 256};
    private static final int RANKS_OF_MEMORY = 64;
    private static final long SWITCHES = 2_000_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "privatization";
    }

    @Override
    public String title() {
        return "The methods of privatization: start-up of hello; a switch among ranks that only yield; Jacobi on 96^3 points with global "
                + "variables, time per iteration (one rank per process is what needs no privatization); memory that each of 64 ranks of a program "
                + "with 10 MB of code and constants and 64 KiB of data adds, all of which it touches.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    private static String series(String what, String method) {
        return what + ", " + method;
    }

    @Override
    public List<Target> targets() {
        var targets = new ArrayList<>(List.of(
                Target.times(series(START, "pie"), 8, 1.09, series(START, "none"), 8, MpiSystem.FLOTILLA),
                Target.times(series(START, "pie"), 256, 1.5, series(START, "none"), 256, MpiSystem.FLOTILLA),
                Target.more(series(SWITCH, "pie"), 2, 2, series(SWITCH, "none"), 2, MpiSystem.FLOTILLA),
                Target.times(series(JACOBI, "pie"), 1, 1.01, series(JACOBI, "none"), 1, MpiSystem.FLOTILLA),
                Target.atMost(series(MEMORY, "pie"), RANKS_OF_MEMORY, 64 + 100)));
        for (String tagged : List.of("tls", "auto-tls")) {
            targets.add(Target.more(series(SWITCH, tagged), 2, 12, series(SWITCH, "none"), 2, MpiSystem.FLOTILLA));
        }
        return targets;
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(
                chart("privatization-startup", "Start-up of hello by method", START, "s", ChartPlan.Shape.LINES),
                chart("privatization-switch", "Context switch by method", SWITCH, "ns", ChartPlan.Shape.LINES),
                chart("privatization-jacobi", "Jacobi with global variables by method", JACOBI, "ms per iteration", ChartPlan.Shape.LINES));
    }

    private static ChartPlan chart(String file, String title, String what, String unit, ChartPlan.Shape shape) {
        var series = new ArrayList<>(MeasuredMethod.all().stream().map(method -> series(what, method.name())).toList());
        series.add(series(what, PROCESSES));
        return new ChartPlan(file, title, series, "ranks", unit, shape);
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (MeasuredMethod method : MeasuredMethod.all()) {
            int pes = method.pes(PES);
            for (int ranks : STARTED) {
                if (ranks <= method.mostRanks() && (!bench.quick() || ranks <= 8)) {
                    trials.add(trial(method, START, ranks, () -> start(bench, method, ranks, pes)));
                }
            }
            for (int ranks : bench.quick() ? new int[] {2} : new int[] {2, 8, 64}) {
                if (ranks <= method.mostRanks()) {
                    trials.add(printed(bench, method, SWITCH, ranks, 1, "bench/guests/turns.c", Long.toString(SWITCHES), "3"));
                }
            }
            for (int ranks : new int[] {1, 8}) {
                if (ranks == 1 || method.isPrivate()) {
                    trials.add(printed(bench, method, JACOBI, ranks, Math.min(ranks, pes), "bench/guests/globals.c", "96", bench.quick() ? "5" : "40", "3"));
                }
            }
            if (!bench.quick() && method.mostRanks() >= RANKS_OF_MEMORY) {
                trials.add(trial(method, MEMORY, RANKS_OF_MEMORY, () -> memory(bench, method, pes)));
            }
            if (bench.hasPerformanceCounters()) {
                trials.add(trial(method, MISSES, 8, () -> misses(bench, method)));
            }
        }
        if (bench.systems().contains(MpiSystem.MPICH)) {
            trials.addAll(references(bench));
        }
        bench.sample(this, trials);
    }

    private static List<Trial> references(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : new int[] {1, 8}) {
            trials.add(new Trial(START + " of " + ranks, MpiSystem.MPICH.label(), () -> {
                double seconds = seconds(bench, bench.command(MpiSystem.MPICH, ranks, PES, "examples/hello.c", List.of()));
                return List.of(new Reading(series(START, PROCESSES), ranks, seconds, "s"));
            }));
        }
        trials.add(bench.printed(SWITCH, MpiSystem.MPICH, 2, 1, LIMIT, "bench/guests/turns.c", List.of("200000", "3"),
                reading -> new Reading(series(SWITCH, PROCESSES), 2, reading.value(), reading.unit())));
        trials.add(bench.printed(JACOBI, MpiSystem.MPICH, 1, 1, LIMIT, "bench/guests/globals.c", List.of("96", bench.quick() ? "5" : "40", "3"),
                reading -> new Reading(series(JACOBI, PROCESSES), 1, reading.value(), reading.unit())));
        return trials;
    }

    private static Trial trial(MeasuredMethod method, String what, int ranks, Trial.Sampling sampling) {
        return new Trial(series(what, method.name()) + ", " + ranks + " ranks", MpiSystem.FLOTILLA.label(), sampling);
    }

    private static Trial printed(Bench bench, MeasuredMethod method, String what, int ranks, int pes, String source, String... arguments) {
        Function<Reading, Reading> naming = reading -> new Reading(series(what, method.name()), ranks, reading.value(), reading.unit());
        return bench.printed(series(what, method.name()) + ", " + ranks + " ranks", LIMIT,
                () -> bench.command(method.name(), method.flags(), ranks, pes, source, List.of(arguments)), naming);
    }

    private static double seconds(Bench bench, List<String> command) throws TrialException {
        long begin = System.nanoTime();
        bench.commands().run(command, LIMIT);
        return (System.nanoTime() - begin) / 1e9;
    }

    private static List<Reading> start(Bench bench, MeasuredMethod method, int ranks, int pes) throws TrialException {
        List<String> command = bench.command(method.name(), method.flags(), ranks, pes, "examples/hello.c", List.of());
        return List.of(new Reading(series(START, method.name()), ranks, seconds(bench, command), "s"));
    }

    private static List<Reading> memory(Bench bench, MeasuredMethod method, int pes) throws TrialException {
        double one = resident(bench, method, 1, pes);
        double all = resident(bench, method, RANKS_OF_MEMORY, pes);
        return List.of(new Reading(series(MEMORY, method.name()), RANKS_OF_MEMORY, Math.max(0, all - one) * 1024 / (RANKS_OF_MEMORY - 1), "KiB"));
    }

    private static double resident(Bench bench, MeasuredMethod method, int ranks, int pes) throws TrialException {
        List<String> command = bench.command(method.name(), method.flags(), ranks, pes, "bench/guests/large.c", List.of("input"));
        try (Running job = bench.commands().start(command, LIMIT)) {
            Waiting.awaitReady(job);
            double resident = job.residentMiB();
            job.finish();
            return resident;
        }
    }

    /** Misses of the cache for code, by switch: those of a run less those of one that does not switch. */
    private static List<Reading> misses(Bench bench, MeasuredMethod method) throws TrialException {
        long many = bench.codeMisses(bench.command(method.name(), method.flags(), 8, 1, "bench/guests/turns.c", List.of(Long.toString(SWITCHES), "1")), LIMIT);
        long few = bench.codeMisses(bench.command(method.name(), method.flags(), 8, 1, "bench/guests/turns.c", List.of("0", "1")), LIMIT);
        // One sample is taken after one that is not counted.
        return List.of(new Reading(series(MISSES, method.name()), 8, Math.max(0, many - few) / (2.0 * SWITCHES), "misses"));
    }
}
