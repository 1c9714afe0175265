package flotilla.cli;

import flotilla.image.Privatization;
import flotilla.node.Job;
import flotilla.node.JobOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code flotilla run}: starts a job and ends with its exit status. Everything after the program's name is the
 * program's, except a lone {@code :}, which starts the next program of an MPMD job with options of its own.
 */
@Command(
        name = "run",
        description = "Runs a program as virtual ranks.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        customSynopsis = {
            "flotilla run [OPTIONS] PROGRAM [ARGUMENT...]",
            "       flotilla run [OPTIONS] PROGRAM [ARGUMENT...] : [-n N] PROGRAM [ARGUMENT...] ..."
        },
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    /** What may differ from program to program. */
    static final class PerProgram {
        @Option(names = {"-n", "--np", "-np"}, paramLabel = "N", description = "Ranks (default: 1).")
        String ranks;

        @Option(names = {"-e", "--env"}, paramLabel = "K=V", description = "Sets a variable of the ranks' environment; --env K takes K's value from here (which all variables do anyhow), --env K= makes it empty. Repeatable.")
        List<String> environment = new ArrayList<>();

        @Option(names = "--wdir", paramLabel = "DIR", description = "Folder the ranks start in (default: the current one).")
        String workingDirectory;

        @Parameters(paramLabel = "PROGRAM [ARGUMENT...]", arity = "0..*", description = "The program and its arguments, untouched.")
        List<String> command = new ArrayList<>();

        void addTo(JobRequest request) {
            if (command.isEmpty()) {
                throw new BadInputException("no program to run; write `flotilla run -n 4 ./program`");
            }
            int count = ranks == null ? 1 : Counts.parse("-n", ranks, "ranks");
            request.add(command, count, withSettings(System.getenv(), environment), workingDirectory);
        }

        private static Map<String, String> withSettings(Map<String, String> inherited, List<String> settings) {
            var result = new LinkedHashMap<>(inherited);
            for (String setting : settings) {
                int equals = setting.indexOf('=');
                if (equals == 0 || setting.isEmpty()) {
                    throw new BadInputException("--env " + setting + ": a variable needs a name; write --env NAME=value");
                }
                if (equals > 0) {
                    result.put(setting.substring(0, equals), setting.substring(equals + 1));
                }
            }
            return result;
        }
    }

    /** The programs after the first of an MPMD job. */
    @Command(name = "run")
    private static final class NextProgram {
        @Mixin
        PerProgram program = new PerProgram();
    }

    @Mixin
    private PerProgram first = new PerProgram();

    @Option(names = {"--pes", "-p"}, paramLabel = "N", description = "Processing elements: threads that run ranks, one per core (default: the cores of this machine).")
    private String pes;

    @Option(names = {"--label", "-l"}, description = "Starts each line of output with the rank that wrote it.")
    private boolean label;

    @Option(names = "--stack-size", paramLabel = "SIZE", description = "Stack of each rank, as in 8M (default: as ulimit -s, 8M at least).")
    private String stackSize;

    @Option(names = "--heap-size", paramLabel = "SIZE", description = "Address space for malloc of each rank, as in 4G. What is not touched costs no memory.")
    private String heapSize;

    @Option(names = "--timeout", paramLabel = "TIME", description = "Ends the job after this time, as in 30s or 5m.")
    private String timeout;

    @Option(names = "--stats", description = "Prints time, switches, messages, bytes and idle share of every rank and PE at the end.")
    private boolean stats;

    @Option(names = "--strace-mpi", paramLabel = "RANKS", arity = "0..1", preprocessor = AttachedOnly.class,
            description = "Prints each MPI call with arguments, result and time, of all ranks or of RANKS, as in --strace-mpi=0,3-5.")
    private String traced;

    @Option(names = "--privatize", paramLabel = "METHOD", description = "How ranks get private global variables: pie (default) or none.")
    private String privatize = "pie";

    @Option(names = "--gdb", paramLabel = "OPTIONS", arity = "0..1", preprocessor = AttachedOnly.class, description = "Runs the job in gdb, from the point where its ranks are loaded. OPTIONS are gdb's, as in --gdb='-ex \"break solve\"'.")
    private String gdb;

    @Option(names = "--core", description = "A rank that fails leaves a core file for gdb, core.PID.rankN in the current folder.")
    private boolean core;

    @Option(names = {"-v", "--verbose"}, description = "Says what the runtime does.")
    private boolean verbose;

    @Override
    public Integer call() throws Exception {
        var request = new JobRequest();
        if (pes != null) {
            request.pes = Counts.parse("--pes", pes, "PEs");
        }
        request.label = label;
        request.stackBytes = stackSize == null ? 0 : Sizes.parse("--stack-size", stackSize);
        request.heapBytes = heapSize == null ? 0 : Sizes.parse("--heap-size", heapSize);
        request.timeout = timeout == null ? null : Durations.parse("--timeout", timeout);
        request.stats = stats;
        request.traced = traced;
        request.privatize = Privatization.named(privatize).name();
        request.verbose = verbose;
        request.core = core;

        List<List<String>> programs = Mpmd.split(first.command);
        first.command = programs.getFirst();
        first.addTo(request);
        for (List<String> arguments : programs.subList(1, programs.size())) {
            nextProgram(arguments).addTo(request);
        }
        JobOptions options = request.options();
        if (gdb != null && !DebuggedRun.isInside()) {
            DebuggedRun.begin(gdb);
        }
        return Job.run(options);
    }

    private static PerProgram nextProgram(List<String> arguments) {
        var next = new NextProgram();
        try {
            new CommandLine(next).setStopAtPositional(true).setExpandAtFiles(false).parseArgs(arguments.toArray(String[]::new));
        } catch (CommandLine.ParameterException wrong) {
            throw new BadInputException("after `:`: " + wrong.getMessage().lines().findFirst().orElse("")
                    + "; a further program takes -n, --env and --wdir, the other options stand before the first");
        }
        return next.program;
    }
}
