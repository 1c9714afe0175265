package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A program that prints one figure, with 2 to 512 ranks on one PE. */
abstract class OnePeGroup implements Group {
    private final String series;
    private final String source;
    private final Duration limit;
    private final List<String> arguments;
    private final List<String> argumentsOfReferences;

    /**
     * @param series the figure's name
     * @param source the program
     * @param limit for one run
     * @param argumentsOfReferences for other implementations, whose processes take turns on one core
     */
    OnePeGroup(String series, String source, Duration limit, List<String> arguments, List<String> argumentsOfReferences) {
        this.series = series;
        this.source = source;
        this.limit = limit;
        this.arguments = arguments;
        this.argumentsOfReferences = argumentsOfReferences;
    }

    @Override
    public final String parameter() {
        return "ranks";
    }

    @Override
    public final void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (int ranks : bench.quick() ? new int[] {2, 8} : new int[] {2, 8, 64, 512}) {
            for (MpiSystem system : bench.systems()) {
                if (system.isReference() && ranks > References.MOST_PROCESSES) {
                    continue;
                }
                trials.add(bench.printed(ranks + " ranks", system, ranks, 1, limit, source,
                        system.isReference() ? argumentsOfReferences : arguments,
                        reading -> new Reading(series, ranks, reading.value(), reading.unit())));
            }
        }
        bench.sample(this, trials);
    }
}
