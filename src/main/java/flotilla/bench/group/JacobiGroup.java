package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import flotilla.bench.TrialException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole program: examples/jacobi3d.c. */
final class JacobiGroup implements Group {
    private static final String SERIES = "jacobi3d, 192^3";
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Pattern RESULT = Pattern.compile("^(\\d+\\.\\d+) ms per iteration", Pattern.MULTILINE);
    private static final int PES = 2;

    @Override
    public String name() {
        return "jacobi";
    }

    @Override
    public String title() {
        return "Jacobi 3-D, `examples/jacobi3d.c` on 192^3 points, on two PEs or cores: time per iteration, start of the JVM's compilers included. "
                + "The target is 1.02 times MPICH's time with two processes.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    @Override
    public List<Target> targets() {
        var targets = new ArrayList<Target>();
        for (int ranks : new int[] {2, 8, 32, 256}) {
            targets.add(Target.times(SERIES, ranks, 1.02, SERIES, 2, MpiSystem.MPICH));
        }
        return targets;
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("jacobi", "Jacobi 3-D, 192^3 points, two cores", List.of(SERIES), "ranks", "ms per iteration", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : bench.quick() ? new int[] {2, 8} : new int[] {2, 8, 32, 256}) {
            for (MpiSystem system : bench.systems()) {
                if (!system.isReference() || ranks <= References.MOST_PROCESSES) {
                    trials.add(new Trial(ranks + " ranks", system.label(), () -> run(bench, system, ranks)));
                }
            }
        }
        bench.sample(this, trials);
    }

    private static List<Reading> run(Bench bench, MpiSystem system, int ranks) throws TrialException {
        // The program checks its result and ends with 1 when it is wrong.
        String output = bench.commands().run(
                bench.command(system, ranks, PES, "examples/jacobi3d.c", List.of("-g", "192", "-i", bench.quick() ? "20" : "100")), LIMIT);
        Matcher matcher = RESULT.matcher(output);
        if (!matcher.find()) {
            throw new TrialException("the program has printed no time");
        }
        return List.of(new Reading(SERIES, ranks, Double.parseDouble(matcher.group(1)), "ms"));
    }
}
