package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.SpeedUp;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A stencil of which some ranks have more to do than others, with and without balancing; other implementations have a process for each core. */
abstract class LoadsGroup implements Group {
    /** Those that are meant for programs, not for tests, and that jobs can have. */
    private static final List<String> STRATEGIES = List.of("greedy", "greedy-refine", "refine", "distributed", "auto");
    private static final String SOURCE = "bench/guests/loads.c";
    private static final String EVEN_ON_ONE = "all ranks alike, one node";
    private static final String EVEN_ON_TWO = "all ranks alike, two nodes";
    private static final String EVEN_BALANCED = EVEN_ON_TWO + ", auto";
    private static final String STEALING = "stealing: one node";
    private static final String NONE = "two nodes, none";
    private static final double NO_SLOWER = 1.03;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final String pattern;
    private final int ranks;
    /** Thousands of rounds of arithmetic. */
    private final int work;
    private final double stealing;
    private final double balanced;

    /**
     * @param pattern of bench/guests/loads.c
     * @param work of a step of a rank, on average
     * @param stealing by how much one node may take longer than if all ranks were alike
     * @param balanced the same, of two nodes
     */
    LoadsGroup(String pattern, int ranks, int work, double stealing, double balanced) {
        this.pattern = pattern;
        this.ranks = ranks;
        this.work = work;
        this.stealing = stealing;
        this.balanced = balanced;
    }

    /** Steps, of which so many are not counted, and what else the pattern wants. */
    abstract List<String> steps(boolean quick);

    @Override
    public final String parameter() {
        return "";
    }

    private static String on(String strategy) {
        return "two nodes, " + strategy;
    }

    @Override
    public final List<Target> targets() {
        var targets = new ArrayList<>(List.of(
                Target.times(STEALING, 0, stealing, EVEN_ON_ONE, 0, MpiSystem.FLOTILLA),
                Target.times(EVEN_BALANCED, 0, NO_SLOWER, EVEN_ON_TWO, 0, MpiSystem.FLOTILLA)));
        STRATEGIES.forEach(strategy -> targets.add(Target.times(on(strategy), 0, balanced, EVEN_ON_TWO, 0, MpiSystem.FLOTILLA)));
        return targets;
    }

    @Override
    public final SpeedUp speedUp(String series) {
        return series.equals(EVEN_BALANCED) ? null : new SpeedUp(NONE, series.equals(STEALING) || series.equals(EVEN_ON_ONE) ? EVEN_ON_ONE : EVEN_ON_TWO);
    }

    @Override
    public final List<ChartPlan> charts() {
        List<String> series = Stream.concat(Stream.of(EVEN_ON_TWO, NONE, STEALING), STRATEGIES.stream().map(LoadsGroup::on)).toList();
        return List.of(new ChartPlan(name(), "Balancing: " + name(), series, "", "ms per step", ChartPlan.Shape.BARS));
    }

    @Override
    public final void measure(Bench bench) {
        List<String> oneNode = List.of("-n", Integer.toString(ranks), "--pes", "2");
        var trials = new ArrayList<Trial>();
        trials.add(trial(bench, EVEN_ON_ONE, "even", oneNode));
        trials.add(trial(bench, EVEN_ON_TWO, "even", TwoNodes.options(ranks, "--balance", "none")));
        trials.add(trial(bench, EVEN_BALANCED, "even", TwoNodes.options(ranks, "--balance", "auto")));
        trials.add(trial(bench, STEALING, pattern, oneNode));
        trials.add(trial(bench, NONE, pattern, TwoNodes.options(ranks, "--balance", "none")));
        for (String strategy : STRATEGIES) {
            trials.add(trial(bench, on(strategy), pattern, balancing(strategy)));
        }
        for (MpiSystem system : bench.systems()) {
            if (system.isReference()) {
                trials.add(bench.printed(EVEN_ON_TWO, system, 2, 2, LIMIT, SOURCE, arguments(bench, "even"), reading -> named(EVEN_ON_TWO, reading)));
                trials.add(bench.printed(NONE, system, 2, 2, LIMIT, SOURCE, arguments(bench, pattern), reading -> named(NONE, reading)));
            }
        }
        bench.sample(this, trials);
    }

    private List<String> balancing(String strategy) {
        var options = new ArrayList<>(TwoNodes.options(ranks, "--balance", strategy));
        if (!strategy.equals("auto")) {
            // The others move ranks at each step, whatever comes of it.
            options.addAll(List.of("--balance-every", "200ms"));
        }
        return options;
    }

    private List<String> arguments(Bench bench, String what) {
        var arguments = new ArrayList<>(List.of(what, Integer.toString(ranks), Integer.toString(work)));
        arguments.addAll(steps(bench.quick()));
        return arguments;
    }

    private Trial trial(Bench bench, String series, String what, List<String> options) {
        return bench.printed(series, LIMIT, () -> bench.command(options, SOURCE, arguments(bench, what)), reading -> named(series, reading));
    }

    private static Reading named(String series, Reading time) {
        return new Reading(series, 0, time.value(), time.unit());
    }
}
