package flotilla.cli;

import flotilla.image.Choice;
import flotilla.launch.Launch;
import flotilla.launch.LaunchOptions;
import flotilla.node.Job;
import flotilla.node.JobOptions;
import flotilla.node.Membership;
import flotilla.observe.GlobalsCheck;
import flotilla.observe.timeline.TimelineParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code flotilla run}: starts a job and ends with its exit status. Everything after the program's name is the
 * program's, except a lone {@code :}, which starts the next program of an MPMD job with options of its own.
 */
final class RunCommand {
    private static final String HELP =
            """
            Usage: flotilla run [OPTIONS] PROGRAM [ARGUMENT...]
                   flotilla run [OPTIONS] PROGRAM [ARGUMENT...] : [-n N] PROGRAM [ARGUMENT...] ...
            Runs a program as virtual ranks.

              -n, -np, --np=N          Ranks (default: 1).
              -e, --env=K=V            Sets a variable of the ranks' environment; --env K
                                         takes K's value from here (which all variables
                                         do anyhow), --env K= makes it empty. Repeatable.
                  --wdir=DIR           Folder the ranks start in (default: the current
                                         one).
              -p, --pes=N              Processing elements: threads that run ranks, one
                                         per core (default: the cores of this machine).
                  --nodes=N            Nodes: processes that share the ranks (default: 1, or
                                         what --hosts says).
                  --pes-per-node=N     Processing elements of each node (default: its share
                                         of the machine's cores).
                  --hosts=LIST         Starts the nodes on these hosts by ssh, as in
                                         --hosts a,b:2 (two nodes on b).
                  --hostfile=FILE      The same from a file, a host per line.
                  --launcher-exec=COMMAND
                                       Command instead of ssh; it is given the host and a
                                         command line for a shell there (default: that of
                                         FLOTILLA_SSH).
                  --transport=NAME     How nodes send each other bytes: tcp, shm, ucx or
                                         auto (shm on one host, else tcp).
                  --balance=STRATEGY   How ranks are moved between nodes so that all have
                                         as much to do: none, greedy, greedy-refine,
                                         refine, distributed, rotate, random, or auto,
                                         which moves ranks when that pays (default: auto).
                  --balance-every=TIME
                                       Time between two steps, as in 2s; auto (default):
                                         as the strategy finds worthwhile.
                  --balance-trace=FILE
                                       Writes what is measured and decided, for
                                         `flotilla balance simulate`.
              -l, --label              Starts each line of output with the rank that
                                         wrote it.
                  --stack-size=SIZE    Stack of each rank, as in 8M (default: as ulimit
                                         -s, 8M at least).
                  --heap-size=SIZE     Address space for malloc of each rank, as in 4G.
                                         What is not touched costs no memory.
                  --timeout=TIME       Ends the job after this time, as in 30s or 5m.
                  --stats              Prints time, switches, messages, bytes and idle
                                         share of every rank and PE at the end.
                  --strace-mpi[=RANKS]
                                       Prints each MPI call with arguments, result and
                                         time, of all ranks or of RANKS, as in
                                         --strace-mpi=0,3-5.
                  --trace=FILE         Writes a timeline of PEs, ranks and messages for
                                         Perfetto (ui.perfetto.dev) or Chrome's trace
                                         viewer; compressed when FILE ends in .gz.
                  --privatize=METHOD   How ranks get private global variables: auto
                                         (default), or one that `flotilla methods` lists.
                  --fs-dir=DIR         Folder for the copies of --privatize=fs (default:
                                         that of TMPDIR, or /tmp).
                  --check-globals[=WHEN]
                                       With --privatize=none: names the variables that
                                         differ between ranks, and so must not be
                                         shared. WHEN is barrier (at each MPI_Barrier
                                         on MPI_COMM_WORLD and at the end: default) or
                                         exit (at the end).
                  --gdb[=OPTIONS]      Runs the job in gdb, from the point where its
                                         ranks are loaded. OPTIONS are gdb's, as in
                                         --gdb='-ex "break solve"'.
                  --core               A rank that fails leaves a core file for gdb,
                                         core.PID.rankN in the current folder.
              -v, --verbose            Says what the runtime does.
              -h, --help               Prints this.
              -V, --version            Prints the version.""";

    /** All options, for who mistypes one. */
    private static final List<String> NAMES = List.of("-n", "-np", "--np", "-e", "--env", "--wdir", "-p", "--pes", "--nodes", "--pes-per-node", "--hosts", "--hostfile",
            "--launcher-exec", "--transport", "--balance", "--balance-every", "--balance-trace", "-l", "--label",
            "--stack-size", "--heap-size", "--timeout", "--stats", "--strace-mpi", "--trace", "--privatize", "--fs-dir", "--check-globals", "--gdb", "--core", "-v",
            "--verbose", "-h", "--help", "-V", "--version");

    private final JobRequest request;
    private final LaunchRequest launch = new LaunchRequest();
    private final Map<String, String> inherited;
    private String gdb;
    /** What is wanted instead of a run, or null. */
    private String information;

    /** @param inherited the environment that the ranks' are made from */
    private RunCommand(JobRequest request, Map<String, String> inherited) {
        this.request = request;
        this.inherited = inherited;
    }

    RunCommand() {
        this(new JobRequest(), System.getenv());
    }

    static int run(List<String> arguments) throws Exception {
        var command = new RunCommand();
        command.read(arguments);
        if (command.information != null) {
            System.out.println(command.information);
            return 0;
        }
        if (command.launch.isAsked()) {
            if (command.gdb != null) {
                throw new BadInputException("--gdb: gdb runs one process; leave --nodes and --hosts out, or attach gdb to a node's process");
            }
            command.request.check();
            return launch(command.launch.options(command.request, Installation.home()), command.request.timeline);
        }
        JobOptions options = command.request.options();
        if (command.gdb != null && !DebuggedRun.isInside()) {
            DebuggedRun.begin(command.gdb);
        }
        return Job.run(options);
    }

    /** @param timeline as typed, or null */
    private static int launch(LaunchOptions options, String timeline) throws Exception {
        if (timeline == null || Files.isDirectory(Path.of(timeline))) {
            return Launch.run(options, () -> { });
        }
        Path file = Path.of(timeline).toAbsolutePath();
        int nodes = options.places().size();
        TimelineParts.remove(file, nodes);
        return Launch.run(options, () -> {
            try {
                TimelineParts.merge(file, nodes).forEach(missing -> System.err.println("flotilla: --trace: " + missing));
            } catch (IOException reason) {
                System.err.println("flotilla: --trace: the nodes' timelines could not be put into one file: " + reason.getMessage());
            }
        });
    }

    /**
     * The same command line for one node of a job.
     *
     * @param inherited the environment that the ranks' are made from
     */
    static JobRequest readForNode(List<String> arguments, Membership membership, Map<String, String> inherited) {
        var command = new RunCommand(new JobRequest(membership), inherited);
        command.read(arguments);
        if (command.launch.isAsked() || command.gdb != null || command.information != null) {
            throw new BadInputException("flotilla node takes no --nodes, --hosts, --hostfile, --launcher-exec, --gdb, --help and --version: the process "
                    + "manager that starts it says how many nodes there are; leave them out");
        }
        command.request.resolve();
        return command.request;
    }

    /** The job that is asked for, or null when it is only information. */
    JobOptions parse(List<String> arguments) {
        read(arguments);
        return information == null ? request.options() : null;
    }

    private void read(List<String> arguments) {
        List<List<String>> programs = Mpmd.split(arguments);
        for (int i = 0; i < programs.size() && information == null; i++) {
            new ProgramParser(programs.get(i), i == 0).parse();
        }
    }

    /** One part between colons. */
    private final class ProgramParser {
        private final List<String> arguments;
        private final boolean first;
        private final Map<String, String> environment = new LinkedHashMap<>(inherited);
        private final Set<String> given = new HashSet<>();
        private int next;
        /** What stands behind the = of the option, until it is taken. */
        private String attached;
        /** Whether the option is one that the nodes of a job are started with. */
        private boolean forNodes;
        private int ranks = 1;
        private String workingDirectory;

        ProgramParser(List<String> arguments, boolean first) {
            this.arguments = arguments;
            this.first = first;
        }

        void parse() {
            if (!first) {
                launch.arguments.add(":");
            }
            while (next < arguments.size() && arguments.get(next).startsWith("-")) {
                int start = next;
                String typed = arguments.get(next++);
                if (typed.equals("--")) {
                    break;
                }
                forNodes = true;
                option(typed);
                if (forNodes) {
                    launch.arguments.addAll(arguments.subList(start, next));
                }
                if (information != null) {
                    return;
                }
            }
            if (next == arguments.size()) {
                throw new BadInputException((first ? "" : "after `:`: ") + "no program to run; write `flotilla run -n 4 ./program`");
            }
            launch.arguments.add("--");
            launch.arguments.addAll(arguments.subList(next, arguments.size()));
            request.add(arguments.subList(next, arguments.size()), ranks, environment, workingDirectory);
            request.ranksGiven |= given.contains("-n") || !first;
        }

        private void option(String typed) {
            int equals = typed.indexOf('=');
            String name = equals < 0 ? typed : typed.substring(0, equals);
            attached = equals < 0 ? null : typed.substring(equals + 1);
            if (!NAMES.contains(name) && !name.startsWith("--") && name.length() > 2) {
                // -n4 means -n 4.
                attached = typed.substring(2);
                name = typed.substring(0, 2);
            }
            switch (name) {
                case "-n", "-np", "--np" -> ranks = Counts.parse("-n", value(once("-n", name), "N"), "ranks");
                case "-e", "--env" -> set(value(name, "K=V"));
                case "--wdir" -> workingDirectory = value(once(name, name), "DIR");
                default -> {
                    if (!first && NAMES.contains(name)) {
                        throw new BadInputException("after `:`: " + name + " holds for the whole job; "
                                + "a further program takes -n, --env and --wdir, the other options stand before the first");
                    }
                    jobOption(name, typed);
                }
            }
            if (attached != null) {
                throw new BadInputException(typed + ": " + name + " takes no value; see `flotilla run --help`");
            }
        }

        private void jobOption(String name, String typed) {
            switch (name) {
                case "-p", "--pes" -> request.pes = Counts.parse("--pes", value(once("--pes", name), "N"), "PEs");
                case "--pes-per-node" -> request.pesPerNode = Counts.parse(name, value(once(name, name), "N"), "PEs");
                case "--nodes", "--hosts", "--hostfile", "--launcher-exec" -> launchOption(name);
                case "--transport" -> request.transport = value(once(name, name), "NAME");
                case "--balance" -> request.balance.strategy = value(once(name, name), "STRATEGY");
                case "--balance-every" -> request.balance.every(value(once(name, name), "TIME"));
                case "--balance-trace" -> request.balance.trace = value(once(name, name), "FILE");
                case "-l", "--label" -> request.label = true;
                case "--stack-size" -> request.stackBytes = Sizes.parse(name, value(once(name, name), "SIZE"));
                case "--heap-size" -> request.heapBytes = Sizes.parse(name, value(once(name, name), "SIZE"));
                case "--timeout" -> {
                    // The launcher's own affair.
                    forNodes = false;
                    request.timeout = Durations.parse(name, value(once(name, name), "TIME"));
                }
                case "--stats" -> request.stats = true;
                case "--strace-mpi" -> request.traced = optionalValue(once(name, name));
                case "--trace" -> request.timeline = value(once(name, name), "FILE");
                case "--privatize" -> request.privatize = Choice.checked(value(once(name, name), "METHOD"));
                case "--fs-dir" -> request.copies = value(once(name, name), "DIR");
                case "--check-globals" -> request.checkGlobals = when(optionalValue(once(name, name)));
                case "--gdb" -> gdb = optionalValue(once(name, name));
                case "--core" -> request.core = true;
                case "-v", "--verbose" -> request.verbose = true;
                case "-h", "--help" -> information = HELP;
                case "-V", "--version" -> information = Version.text();
                default -> throw unknown(typed);
            }
        }

        private void launchOption(String name) {
            forNodes = false;
            switch (name) {
                case "--nodes" -> launch.nodes = Counts.parse(name, value(once(name, name), "N"), "nodes");
                case "--hosts" -> launch.hosts(name, value(once("--hosts", name), "LIST"));
                case "--hostfile" -> launch.hostFile(value(once("--hosts", name), "FILE"));
                default -> launch.command = value(once(name, name), "COMMAND");
            }
        }

        private GlobalsCheck.When when(String value) {
            return switch (value) {
                case "", "barrier" -> GlobalsCheck.When.BARRIER;
                case "exit" -> GlobalsCheck.When.EXIT;
                default -> throw new BadInputException("--check-globals=" + value + ": no such time; write barrier or exit");
            };
        }

        /** A value given twice is more likely a mistake than a wish. */
        private String once(String option, String name) {
            if (!given.add(option)) {
                throw new BadInputException(name + " is given twice; leave one out");
            }
            return name;
        }

        private String value(String name, String label) {
            if (attached == null && next == arguments.size()) {
                throw new BadInputException(name + " needs a value (" + label + ") after it; see `flotilla run --help`");
            }
            String value = attached == null ? arguments.get(next++) : attached;
            attached = null;
            return value;
        }

        /** The value of an option that may go without, and so is never the next argument. */
        private String optionalValue(String name) {
            String value = attached == null ? "" : attached;
            attached = null;
            return value;
        }

        private void set(String setting) {
            int equals = setting.indexOf('=');
            if (equals == 0 || setting.isEmpty()) {
                throw new BadInputException("--env " + setting + ": a variable needs a name; write --env NAME=value");
            }
            if (equals > 0) {
                environment.put(setting.substring(0, equals), setting.substring(equals + 1));
            }
        }
    }

    private static BadInputException unknown(String typed) {
        var similar = new ArrayList<String>();
        for (String name : NAMES) {
            if (typed.length() > 3 && name.startsWith(typed.substring(0, typed.length() - 1))) {
                similar.add(name);
            }
        }
        return new BadInputException("unknown option " + typed
                + (similar.isEmpty() ? "" : "; did you mean " + String.join(", ", similar) + "?") + "; see `flotilla run --help`");
    }
}
