package flotilla.cli;

import flotilla.image.Privatization;
import flotilla.node.JobOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A job while its command line is being read: what {@code flotilla run} and {@code mpiexec} have in common. */
final class JobRequest {
    private final List<JobOptions.Program> programs = new ArrayList<>();

    /** As asked for, or 0. */
    int pes;
    boolean label;
    long stackBytes;
    long heapBytes;
    Duration timeout;
    boolean stats;
    /** Ranks whose MPI calls are printed: null for none, "" for all, or a list. */
    String traced;
    String privatize = "pie";
    boolean verbose;
    boolean core;

    /**
     * @param command          program and its arguments, at least the program
     * @param environment      the ranks' whole environment
     * @param workingDirectory as typed, or null for the current one
     */
    void add(List<String> command, int count, Map<String, String> environment, String workingDirectory) {
        Path here = Path.of("").toAbsolutePath();
        Path folder = workingDirectory == null ? here : here.resolve(workingDirectory).normalize();
        if (!Files.isDirectory(folder)) {
            throw new BadInputException("--wdir " + workingDirectory + ": no such folder; name an existing one");
        }
        String name = command.getFirst();
        Path program = Programs.find(name, folder, environment.get("PATH"));
        var complete = new LinkedHashMap<>(environment);
        if (workingDirectory != null) {
            complete.put("PWD", folder.toString());
        }
        programs.add(new JobOptions.Program(
                program, name, command.subList(1, command.size()), count, complete, folder));
    }

    private int pes() {
        Privatization method = Privatization.named(privatize);
        if (method.whyOnePe() == null) {
            return pes != 0 ? pes : Runtime.getRuntime().availableProcessors();
        }
        if (pes > 1) {
            throw new BadInputException("--pes " + pes + ": --privatize=" + privatize + " allows one PE in a process, since "
                    + method.whyOnePe() + "; leave --pes out, or use --privatize=pie");
        }
        return 1;
    }

    JobOptions options() {
        long ranks = programs.stream().mapToLong(JobOptions.Program::count).sum();
        if (ranks > Integer.MAX_VALUE) {
            throw new BadInputException("-n: " + ranks + " ranks over all programs are more than MPI can number; ask for at most 2147483647");
        }
        var tracedRanks = traced == null ? new BitSet() : RankSets.parse("--strace-mpi", traced, (int) ranks);
        return new JobOptions(
                programs, pes(), label, stackBytes, heapBytes, timeout, stats, tracedRanks, privatize, verbose, core,
                Installation.guestLibraries());
    }
}
