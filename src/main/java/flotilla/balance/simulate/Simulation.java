package flotilla.balance.simulate;

import flotilla.balance.BalanceException;
import flotilla.balance.MoveCost;
import flotilla.balance.Strategy;
import flotilla.balance.strategy.Strategies;
import flotilla.balance.trace.TraceReader;
import flotilla.balance.trace.TraceStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several strategies on one trace, which is read once. Moves cost what {@link MoveCost} begins with. */
public final class Simulation {
    private static final long SEED = 1;

    /**
     * @param names of strategies; "none" is replayed in any case
     * @param tolerance of those that have one
     * @return first "none", then what the trace says itself if it has moves, then each of the names in their order
     * @throws BalanceException when the file is damaged or a strategy is not there
     */
    public static List<Outcome> run(Path file, List<String> names, double tolerance, Shape shape) {
        var cost = new MoveCost();
        var strategies = new Strategies(tolerance, SEED, cost);
        var replays = new ArrayList<Replay>();
        replays.add(new Replay(strategies.named("none"), cost));
        for (String name : names) {
            Strategy strategy = strategies.named(name);
            if (!name.equals("none")) {
                replays.add(new Replay(strategy, cost));
            }
        }
        var recorded = new Recorded();
        var asRecorded = new Replay(recorded, cost);
        try (var trace = new TraceReader(file)) {
            TraceStep step = trace.next();
            if (step == null) {
                throw new BalanceException(file + " has no steps; the job ended before its first");
            }
            for (; step != null; step = trace.next()) {
                var load = shape.of(step.load());
                replays.forEach(replay -> replay.step(load));
                if (shape.equals(Shape.MEASURED)) {
                    recorded.at(step);
                    asRecorded.step(load);
                }
            }
        }
        if (recorded.hasMoved()) {
            replays.add(1, asRecorded);
        }
        return replays.stream().map(Replay::outcome).toList();
    }

    private Simulation() {}
}
