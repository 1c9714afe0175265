package flotilla.cli;

import flotilla.balance.Load;
import flotilla.balance.simulate.Shape;
import flotilla.balance.simulate.Simulation;
import flotilla.balance.simulate.Synthetic;
import flotilla.balance.strategy.Strategies;
import flotilla.balance.trace.TraceStep;
import flotilla.balance.trace.TraceWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flotilla balance}: balancing steps without a job. */
@Command(
        name = "balance",
        description = "Compares strategies of load balancing on balancing steps that were recorded or made up.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {BalanceCommand.Simulate.class, BalanceCommand.Generate.class})
final class BalanceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "balance: no command");
    }

    @Command(
            name = "simulate",
            description = "Replays a trace with each strategy, and prints what it would have made of the job.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            sortOptions = false)
    static final class Simulate implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "A trace of balancing steps.")
        private Path file;

        @Option(names = "--strategy", paramLabel = "S[,S...]", required = true,
                description = "Any of none, greedy, greedy-refine, refine, comm, distributed, rotate, random, auto.")
        private String strategies;

        @Option(names = "--pes", paramLabel = "N",
                description = "Replays on N PEs that are alike, with ranks in blocks (default: as recorded).")
        private String pes;

        @Option(names = "--nodes", paramLabel = "N",
                description = "Replays on N nodes (default: as recorded; with --pes, a node for each PE).")
        private String nodes;

        @Option(names = "--tolerance", paramLabel = "SHARE",
                description = "By how much the slowest node may exceed what could be reached, for less moves (default: 0.03).")
        private String tolerance;

        @Override
        public Integer call() {
            var shape = new Shape(count("--pes", pes, "PEs"), count("--nodes", nodes, "nodes"));
            double allowed = tolerance == null ? Strategies.TOLERANCE : share(tolerance);
            System.out.print(BalanceTable.of(Simulation.run(file, Strategies.list(strategies), allowed, shape)));
            return 0;
        }

        private static OptionalInt count(String option, String text, String what) {
            return text == null ? OptionalInt.empty() : OptionalInt.of(Counts.parse(option, text, what));
        }

        private static double share(String text) {
            if (!text.matches("\\d{1,3}(\\.\\d{1,9})?|\\.\\d{1,9}")) {
                throw new BadInputException("--tolerance " + text + ": not a share; write a number from 0, as in 0.05");
            }
            return Double.parseDouble(text);
        }
    }

    @Command(
            name = "generate",
            description = "Makes up the balancing steps of a program on a grid, at sizes that no machine here has.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            sortOptions = false)
    static final class Generate implements Callable<Integer> {
        private static final long SEED = 1;

        @Parameters(paramLabel = "FILE", description = "Where the trace goes.")
        private Path file;

        @Option(names = "--pattern", paramLabel = "PATTERN", defaultValue = "imbalanced",
                description = "How load is spread: balanced, imbalanced, front (a moving wave), "
                        + "random (anew in each step); default: imbalanced.")
        private String pattern;

        @Option(names = {"-n", "--ranks"}, paramLabel = "N", required = true, description = "Ranks, at most 10000000.")
        private String ranks;

        @Option(names = "--pes", paramLabel = "N", required = true, description = "PEs.")
        private String pes;

        @Option(names = "--nodes", paramLabel = "N", description = "Nodes (default: one for each PE).")
        private String nodes;

        @Option(names = "--steps", paramLabel = "N", defaultValue = "10", description = "Steps of a second each (default: 10).")
        private String steps;

        @Override
        public Integer call() {
            Synthetic.Pattern load = Stream.of(Synthetic.Pattern.values()).filter(one -> nameOf(one).equals(pattern)).findFirst()
                    .orElseThrow(() -> new BadInputException("--pattern " + pattern + ": no such pattern; choose one of "
                            + Stream.of(Synthetic.Pattern.values()).map(Generate::nameOf).collect(Collectors.joining(", "))));
            int rankCount = atMost("--ranks", Counts.parse("--ranks", ranks, "ranks"), 10_000_000);
            int peCount = atMost("--pes", Counts.parse("--pes", pes, "PEs"), 10_000_000);
            int nodeCount = nodes == null ? peCount : atMost("--nodes", Counts.parse("--nodes", nodes, "nodes"), peCount);
            int stepCount = Counts.parse("--steps", steps, "steps");
            var program = new Synthetic(load, rankCount, peCount, nodeCount, SEED);
            try (var trace = new TraceWriter(Files.newOutputStream(file))) {
                for (int i = 0; i < stepCount; i++) {
                    Load step = program.next();
                    trace.write(new TraceStep(step, "none", step.places(), 0, 0));
                }
            } catch (IOException unwritable) {
                throw new BadInputException(file + " can't be written: " + unwritable.getMessage()
                        + "; name a file in a folder that is there");
            }
            return 0;
        }

        private static String nameOf(Synthetic.Pattern pattern) {
            return pattern.name().toLowerCase(Locale.ROOT);
        }

        private static int atMost(String option, int count, int most) {
            if (count > most) {
                throw new BadInputException(option + " " + count + ": more than " + most + "; write a smaller number");
            }
            return count;
        }
    }
}
