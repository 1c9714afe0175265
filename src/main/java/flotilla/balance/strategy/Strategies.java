package flotilla.balance.strategy;

import flotilla.balance.BalanceException;
import flotilla.balance.MoveCost;
import flotilla.balance.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Strategies by name. */
public final class Strategies {
    /** By how much a PE may be above what could be reached, as a share of it, when nothing else is asked for. */
    public static final double TOLERANCE = 0.03;

    /** All names, in the order in which they are explained to people. */
    public static final List<String> NAMES =
            List.of("none", "greedy", "greedy-refine", "refine", "comm", "distributed", "rotate", "random", "auto");

    private final Map<String, Supplier<Strategy>> makers = new LinkedHashMap<>();

    /**
     * @param tolerance of those that have one, 0 or more
     * @param seed of those that draw numbers
     * @param cost of moves, for the one that weighs it
     */
    public Strategies(double tolerance, long seed, MoveCost cost) {
        makers.put("none", None::new);
        makers.put("greedy", Greedy::new);
        makers.put("greedy-refine", () -> new GreedyRefine(tolerance));
        makers.put("refine", () -> new Refine(tolerance));
        makers.put("comm", () -> new Comm(tolerance, seed));
        makers.put("distributed", () -> new Distributed(tolerance, seed));
        makers.put("rotate", Rotate::new);
        makers.put("random", () -> new RandomPlacement(seed));
        makers.put("auto", () -> new Auto(tolerance, cost, System::nanoTime));
    }

    /**
     * A strategy for one job.
     *
     * @throws BalanceException when there is none of that name, or it can't work here
     */
    public Strategy named(String name) {
        Supplier<Strategy> maker = makers.get(name);
        if (maker == null) {
            throw new BalanceException("there is no balancing strategy " + name + "; the strategies are "
                    + String.join(", ", NAMES));
        }
        return maker.get();
    }

    /** Names that stand in a list with commas; each once. */
    public static List<String> list(String text) {
        var names = new ArrayList<String>();
        for (String name : text.split(",", -1)) {
            if (!names.contains(name.strip())) {
                names.add(name.strip());
            }
        }
        return names;
    }
}
