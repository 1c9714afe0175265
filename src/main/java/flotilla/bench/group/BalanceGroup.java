package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import flotilla.bench.TrialException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How long strategies of load balancing take to decide, at sizes that no machine here has. */
final class BalanceGroup implements Group {
    /** METIS takes minutes where cores are shared by many. */
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final List<String> STRATEGIES = List.of("greedy", "greedy-refine", "refine", "comm", "distributed", "auto");
    private static final int SMALL = 10_000;
    private static final int LARGE = 1_000_000;
    private static final int RANKS_PER_PE = 100;
    private static final Pattern DECISIONS = Pattern.compile("(\\S+) .* (\\d+\\.\\d+) ms +(\\d+\\.\\d+) ms");

    @Override
    public String name() {
        return "balance";
    }

    @Override
    public String title() {
        return "Decisions of the strategies of load balancing for an imbalanced program of " + RANKS_PER_PE
                + " ranks per PE, by `flotilla balance simulate`. *First*: with code that has not run before.";
    }

    @Override
    public String parameter() {
        return "ranks";
    }

    private static String first(String strategy) {
        return strategy + ", first";
    }

    private static String later(String strategy) {
        return strategy + ", later ones";
    }

    @Override
    public List<Target> targets() {
        return STRATEGIES.stream().flatMap(strategy -> Stream.of(first(strategy), later(strategy)))
                .flatMap(series -> Stream.of(Target.atMost(series, SMALL, 50), Target.atMost(series, LARGE, 10_000))).toList();
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of();
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : bench.quick() ? new int[] {SMALL} : new int[] {SMALL, LARGE}) {
            for (String strategy : STRATEGIES) {
                trials.add(new Trial(strategy + " for " + ranks + " ranks", MpiSystem.FLOTILLA.label(),
                        () -> decide(bench, strategy, ranks)));
            }
        }
        bench.sample(this, trials);
    }

    private static List<Reading> decide(Bench bench, String strategy, int ranks) throws TrialException {
        Path trace = bench.commands().temporary().resolve("steps-" + ranks);
        if (!Files.exists(trace)) {
            bench.commands().run(bench.flotilla(List.of("balance", "generate", trace.toString(), "--ranks",
                    Integer.toString(ranks), "--pes", Integer.toString(ranks / RANKS_PER_PE), "--steps", ranks == SMALL ? "20" : "3")), LIMIT);
        }
        List<String> simulate = List.of("balance", "simulate", trace.toString(), "--strategy", strategy);
        String table = bench.commands().run(bench.flotilla(simulate), LIMIT);
        for (String line : table.lines().toList()) {
            Matcher matcher = DECISIONS.matcher(line);
            if (matcher.matches() && matcher.group(1).equals(strategy)) {
                return List.of(new Reading(first(strategy), ranks, Double.parseDouble(matcher.group(2)), "ms"),
                        new Reading(later(strategy), ranks, Double.parseDouble(matcher.group(3)), "ms"));
            }
        }
        throw new TrialException("the table has no line of " + strategy);
    }
}
