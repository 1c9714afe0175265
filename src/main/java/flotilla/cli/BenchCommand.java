package flotilla.cli;

import flotilla.bench.Bench;
import flotilla.bench.BenchRun;
import flotilla.bench.Charts;
import flotilla.bench.Comparison;
import flotilla.bench.Group;
import flotilla.bench.Progress;
import flotilla.bench.StoredRun;
import flotilla.bench.Table;
import flotilla.bench.TargetSummary;
import flotilla.bench.group.Groups;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flotilla bench}: exit status 0, or 1 when Flotilla has failed in something that was to be measured. */
@Command(
        name = "bench",
        description = "Measures Flotilla, beside MPICH and Open MPI where they are installed.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    private static final int SAMPLES = 5;
    private static final int QUICK_SAMPLES = 2;

    @Parameters(paramLabel = "GROUP", arity = "0..*", description = "What to measure (default: everything): switch, ring, pingpong, rate, collectives, startup, jacobi, oversubscription, privatization, malloc, idle, balance, transports, migration, imbalance, front.")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--json", paramLabel = "FILE", description = "Stores the run with every sample.")
    private Path json;

    @Option(names = "--compare", paramLabel = "FILE", description = "Compares with a stored run, and says what got worse beyond noise.")
    private Path compare;

    @Option(names = "--charts", paramLabel = "DIR", description = "Draws charts into this folder.")
    private Path charts;

    @Option(names = "--show", paramLabel = "FILE", description = "Measures nothing: prints and draws a stored run.")
    private Path show;

    @Option(names = "--quick", description = "Fewer ranks, sizes and samples: to see whether all is well, not how fast it is.")
    private boolean quick;

    @Option(names = "--samples", paramLabel = "N", description = "How often each program is run (default: " + SAMPLES + ", with --quick " + QUICK_SAMPLES + ").")
    private String samples;

    @Override
    public Integer call() {
        int count = samples == null ? (quick ? QUICK_SAMPLES : SAMPLES) : Counts.parse("--samples", samples, "samples");
        List<Group> chosen = Groups.named(groups);
        BenchRun before = compare == null ? null : StoredRun.read(compare);
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new BadInputException("--json " + json + ": there is no folder " + json.toAbsolutePath().getParent() + "; make it first");
        }
        Charts drawing = charts == null ? null : new Charts(charts);
        if (show != null) {
            BenchRun stored = StoredRun.read(show);
            System.out.println(stored.heading());
            chosen.stream().filter(group -> !stored.of(group.name()).isEmpty()).forEach(group -> report(group, stored, before, drawing));
            end(chosen, stored, before);
            return 0;
        }
        try (var bench = new Bench(Installation.home(), quick, count, new Progress(terminal()))) {
            System.out.println(bench.run().heading());
            for (Group group : chosen) {
                group.measure(bench);
                // Stored as soon as it is known: a long run may be ended before its end.
                if (json != null) {
                    StoredRun.write(bench.run(), json);
                }
                report(group, bench.run(), before, drawing);
            }
            end(chosen, bench.run(), before);
            return bench.isComplete() ? 0 : 1;
        }
    }

    private static void report(Group group, BenchRun run, BenchRun before, Charts drawing) {
        System.out.println(new Table(group, run, before == null ? null : new Comparison(run, before)).text());
        if (drawing != null) {
            drawing.draw(group, run);
        }
    }

    private static void end(List<Group> groups, BenchRun run, BenchRun before) {
        System.out.println(new TargetSummary(groups, run).text());
        if (!run.remarks().isEmpty()) {
            System.out.println("Not measured:\n");
            run.remarks().forEach(remark -> System.out.println("- " + remark));
            System.out.println();
        }
        if (before != null) {
            System.out.println(new Comparison(run, before).summary());
        }
    }

    /** Where progress is shown: standard error, if somebody watches. */
    private static PrintStream terminal() {
        Console console = System.console();
        return console != null && console.isTerminal() ? System.err : null;
    }
}
