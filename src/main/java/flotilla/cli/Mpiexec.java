package flotilla.cli;

import flotilla.node.Job;
import flotilla.node.JobOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code mpiexec} and {@code mpirun}: the options of MPI-4.1 section 11.5 and the ones of MPICH's and Open MPI's that
 * scripts use, with one dash or two. Options before the first program's name that hold for all programs are global
 * ({@code -genv}, {@code -l}); those of one program ({@code -n}, {@code -env}, {@code -wdir}) may follow each {@code :}.
 *
 * <p>What says where ranks are placed ({@code -ppn}, {@code -bind-to}, {@code -hosts localhost}) is accepted and left
 * aside: ranks share this process's PEs.
 */
final class Mpiexec {
    private static final String HELP =
            """
            usage: mpiexec [GLOBAL OPTIONS] [-n N] PROGRAM [ARGUMENT...] [: [-n N] PROGRAM [ARGUMENT...]]...

              -n N, -np N             ranks of this program (default: 1)
              -env K V, -x K[=V]      sets a variable for this program
              -envlist K,K            passes on only these variables; -envnone none, -envall all (default)
              -wdir DIR, -wd DIR      folder the ranks start in
              -path DIRS              where the program is looked for before PATH
              -genv K V, -genvlist, -genvnone, -genvall    the same for all programs
              -l, --tag-output        starts each line of output with its rank
              -timeout SECONDS        ends the job after this time
              -strace-mpi[=RANKS]     prints each MPI call with arguments, result and time
              -core                   a rank that fails leaves a core file for gdb
              -ppn, -bind-to, -map-by, -host(s) localhost...   accepted, no effect: ranks share this process

            Flotilla's own options (--pes, --stats, ...) belong to `flotilla run`; see `flotilla run --help`.""";

    private final JobRequest request = new JobRequest();
    private final Map<String, String> genv = new LinkedHashMap<>();
    private Map<String, String> inherited = System.getenv();

    static int run(List<String> arguments) throws Exception {
        if (arguments.size() == 1) {
            switch (arguments.getFirst().replaceFirst("^-+", "")) {
                case "help", "h", "?" -> {
                    System.out.println(HELP);
                    return 0;
                }
                case "version", "V", "info" -> {
                    System.out.println(Version.text());
                    return 0;
                }
                default -> {}
            }
        }
        return Job.run(new Mpiexec().parse(arguments));
    }

    JobOptions parse(List<String> arguments) {
        List<List<String>> programs = Mpmd.split(arguments);
        for (int i = 0; i < programs.size(); i++) {
            new ProgramParser(programs.get(i), i == 0).parse();
        }
        return request.options();
    }

    /** One part between colons. */
    private final class ProgramParser {
        private final List<String> arguments;
        private final boolean first;
        private int next;
        private int ranks = 1;
        private String workingDirectory;
        private String path;
        private Map<String, String> local = new LinkedHashMap<>();
        private Map<String, String> passed;

        ProgramParser(List<String> arguments, boolean first) {
            this.arguments = new ArrayList<>(arguments);
            this.first = first;
        }

        void parse() {
            while (next < arguments.size() && arguments.get(next).startsWith("-")) {
                option(arguments.get(next++));
            }
            if (next == arguments.size()) {
                throw new BadInputException(arguments.isEmpty() && !first
                        ? "mpiexec: no program after `:`; write a program there or leave the colon out"
                        : "mpiexec: no program to run; write `mpiexec -n 4 ./program`");
            }
            var environment = new LinkedHashMap<>(passed == null ? inherited : passed);
            environment.putAll(genv);
            environment.putAll(local);
            if (path != null) {
                // Looked up like a shell's PATH, but the ranks see the PATH they would have seen anyhow.
                var command = new ArrayList<>(arguments.subList(next, arguments.size()));
                command.set(0, lookUp(command.getFirst(), environment.get("PATH")));
                request.add(command, ranks, environment, workingDirectory);
            } else {
                request.add(arguments.subList(next, arguments.size()), ranks, environment, workingDirectory);
            }
        }

        private String lookUp(String name, String searchPath) {
            var folder = Path.of("").toAbsolutePath();
            return Programs.find(name, folder, path + (searchPath == null ? "" : ":" + searchPath)).toString();
        }

        private void option(String typed) {
            String name = typed.replaceFirst("^--?", "");
            String inline = null;
            int equals = name.indexOf('=');
            if (equals > 0) {
                inline = name.substring(equals + 1);
                name = name.substring(0, equals);
            }
            if (inline != null) {
                // -n=4 means -n 4.
                arguments.add(next, inline);
            }
            switch (name) {
                case "n", "np", "c" -> ranks = Counts.parse("-" + name, value(typed), "ranks");
                case "env" -> {
                    String variable = variable(typed, value(typed));
                    local.put(variable, value(typed));
                }
                case "x" -> export(value(typed));
                case "envlist" -> passed = only(value(typed));
                case "envnone" -> passed = Map.of();
                case "envall" -> passed = System.getenv();
                case "genv" -> {
                    global(typed);
                    String variable = variable(typed, value(typed));
                    genv.put(variable, value(typed));
                }
                case "genvlist" -> {
                    global(typed);
                    inherited = only(value(typed));
                }
                case "genvnone" -> {
                    global(typed);
                    inherited = Map.of();
                }
                case "genvall" -> {
                    global(typed);
                    inherited = System.getenv();
                }
                case "wdir", "wd" -> workingDirectory = value(typed);
                case "path" -> path = value(typed);
                case "l", "prepend-rank", "tag-output" -> request.label = true;
                case "timeout" -> request.timeout = Durations.parse(typed, value(typed));
                case "strace-mpi" -> request.traced = inline == null ? "" : value(typed);
                case "core" -> request.core = true;
                case "v", "verbose" -> request.verbose = true;
                case "host", "hosts", "H" -> onlyThisHost(typed, value(typed));
                case "f", "hostfile", "machinefile", "configfile" -> throw new BadInputException("mpiexec: " + typed
                        + ": this version runs jobs on one machine; leave the option out");
                case "ppn", "perhost", "N", "npernode", "bind-to", "map-by", "rank-by", "mca", "iface", "launcher",
                        "bootstrap", "rmk" -> {
                    value(typed);
                    if (name.equals("mca")) {
                        value(typed);
                    }
                }
                case "oversubscribe", "allow-run-as-root", "use-hwthread-cpus", "q", "quiet", "usize" -> {
                    if (name.equals("usize")) {
                        value(typed);
                    }
                }
                case "soft" -> throw new BadInputException("mpiexec: -soft: ranges of rank counts are not offered; write -n N");
                default -> throw new BadInputException("mpiexec: unknown option " + typed + "; see `mpiexec --help`, and `flotilla run --help` for Flotilla's own");
            }
        }

        private String value(String option) {
            if (next == arguments.size()) {
                throw new BadInputException("mpiexec: " + option + " needs a value after it; see `mpiexec --help`");
            }
            return arguments.get(next++);
        }

        private void global(String option) {
            if (!first) {
                throw new BadInputException("mpiexec: " + option + " after `:` holds for all programs; put it before the first");
            }
        }

        private String variable(String option, String name) {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw new BadInputException("mpiexec: " + option + " " + name + ": not a variable's name; write " + option + " NAME VALUE");
            }
            return name;
        }

        private void export(String setting) {
            int equals = setting.indexOf('=');
            if (equals > 0) {
                local.put(setting.substring(0, equals), setting.substring(equals + 1));
            } else if (System.getenv(setting) != null) {
                local.put(setting, System.getenv(setting));
            }
        }

        private Map<String, String> only(String names) {
            var result = new LinkedHashMap<String, String>();
            for (String name : names.split(",")) {
                String value = System.getenv(name);
                if (value != null) {
                    result.put(name, value);
                }
            }
            return result;
        }

        private void onlyThisHost(String option, String hosts) {
            for (String host : hosts.split(",")) {
                String name = host.replaceFirst(":\\d+$", "");
                if (!LocalHost.isNamed(name)) {
                    throw new BadInputException("mpiexec: " + option + " " + hosts + ": this version runs jobs on one machine, and "
                            + name + " is not this one; leave the option out");
                }
            }
        }
    }
}
