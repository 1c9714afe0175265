package flotilla.cli;

import flotilla.image.Choice;
import flotilla.image.LoadOptions;
import flotilla.image.Privatization;
import flotilla.memory.SlotRange;
import flotilla.node.JobOptions;
import flotilla.node.Membership;
import flotilla.observe.GlobalsCheck;
import flotilla.observe.timeline.Timeline;
import flotilla.observe.timeline.TimelineParts;
import java.io.IOException;
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
    /** Bytes of addresses without which no rank can be: stack, heap and map region at their smallest. */
    private static final long LEAST_SLOT = 32L << 20;
    private final List<JobOptions.Program> programs = new ArrayList<>();
    /** Of the node that this process is. */
    private final Membership membership;

    /** As asked for, or 0. */
    int pes;
    /** As asked for, or 0. */
    int pesPerNode;
    /** Whether a number of ranks was asked for. */
    boolean ranksGiven;
    private Privatization method;
    boolean label;
    long stackBytes;
    long heapBytes;
    Duration timeout;
    boolean stats;
    /** Ranks whose MPI calls are printed: null for none, "" for all, or a list. */
    String traced;
    /** As typed, or null. */
    String timeline;
    final BalanceRequest balance = new BalanceRequest();
    String transport = "auto";
    String privatize = Choice.AUTO;
    /** As typed, or null. */
    String copies;
    /** When ranks' variables are compared, or null. */
    GlobalsCheck.When checkGlobals;
    boolean verbose;
    boolean core;

    JobRequest() {
        this(Membership.alone());
    }

    JobRequest(Membership membership) {
        this.membership = membership;
    }

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

    /** Of the method that was asked for, or that suits the programs. */
    private Privatization method() {
        if (!privatize.equals(Choice.AUTO)) {
            return Privatization.named(privatize);
        }
        Choice choice = Choice.of(programs.stream().map(JobOptions.Program::path).toList());
        if (verbose && membership.node() == 0) {
            System.err.println("flotilla: --privatize=" + choice.method().name() + ": " + choice.reason());
        }
        return choice.method();
    }

    private int pes(Privatization method) {
        int asked = Math.max(pes, pesPerNode);
        if (method.whyOnePe() == null) {
            return asked != 0 ? asked : membership.cores();
        }
        if (asked > 1) {
            throw new BadInputException("--pes " + asked + ": --privatize=" + method.name() + " allows one PE in a process, since "
                    + method.whyOnePe() + "; leave --pes out, or use --privatize=pie");
        }
        return 1;
    }

    /** Ranks of all programs, as far as they are known: without a number, a job of several nodes has a rank for each PE. */
    int ranks() {
        long ranks = programs.stream().mapToLong(JobOptions.Program::count).sum();
        if (ranks > Integer.MAX_VALUE) {
            throw new BadInputException("-n: " + ranks + " ranks over all programs are more than MPI can number; ask for at most 2147483647");
        }
        return (int) ranks;
    }

    /** @throws BadInputException when options do not go together */
    void check() {
        int ranks = ranks();
        if (pes != 0 && pesPerNode != 0) {
            throw new BadInputException("--pes and --pes-per-node are both given; leave one out");
        }
        if (ranks > SlotRange.most(LEAST_SLOT)) {
            throw new BadInputException("-n: " + ranks + " ranks are more than the addresses of a process are enough for; ask for at most "
                    + SlotRange.most(LEAST_SLOT));
        }
        if (checkGlobals != null && !privatize.equals("none")) {
            throw new BadInputException("--check-globals looks for what --privatize=none would share; add --privatize=none");
        }
        if (checkGlobals != null && programs.stream().allMatch(program -> program.count() == 1)) {
            throw new BadInputException("--check-globals compares the ranks of a program, and no program here has two; ask for more with -n");
        }
        balance.check();
        if (timeline != null && (traced != null || checkGlobals != null)) {
            throw new BadInputException("--trace: " + (traced != null ? "--strace-mpi" : "--check-globals")
                    + " changes the times that a timeline would show; leave one of them out");
        }
    }

    /** Finds out what was not asked for, and suits this machine and the programs' files. */
    void resolve() {
        check();
        method = method();
        pes = pes(method);
    }

    JobOptions options() {
        if (method == null) {
            resolve();
        }
        if (!ranksGiven && membership.isManaged()) {
            int all = membership.exchange("pes", Integer.toString(pes)).stream().mapToInt(Integer::parseInt).sum();
            programs.set(0, programs.getFirst().withCount(all));
        }
        int ranks = ranks();
        if (ranks < membership.nodes()) {
            throw new BadInputException("-n " + ranks + ": the job has " + membership.nodes() + " nodes, more than ranks; start fewer nodes or more ranks");
        }
        if (checkGlobals != null && !membership.isAlone()) {
            throw new BadInputException("--check-globals compares the ranks of one process; run the job with one node");
        }
        var tracedRanks = traced == null ? new BitSet() : RankSets.parse("--strace-mpi", traced, ranks);
        return new JobOptions(
                programs, pes, label, stackBytes, heapBytes, timeout, stats, tracedRanks, timelineFile(membership.node()),
                balance.options(membership, verbose), transport, method.name(), folderOfCopies(), checkGlobals, verbose, core,
                Installation.guestLibraries());
    }

    /** The file of a node's timeline, which is there from now on; or null. */
    private Path timelineFile(int node) {
        if (timeline == null) {
            return null;
        }
        Path file = TimelineParts.of(Path.of(timeline).toAbsolutePath(), node);
        try {
            Timeline.writeEmpty(file);
        } catch (IOException reason) {
            throw new BadInputException(file.getParent() == null || Files.isDirectory(file.getParent())
                    ? "--trace " + timeline + ": cannot be written: " + reason.getMessage() + "; name another file"
                    : "--trace " + timeline + ": there is no folder " + file.getParent() + "; make it first");
        }
        return file;
    }

    private Path folderOfCopies() {
        if (copies == null) {
            return LoadOptions.folderOfCopies();
        }
        if (!privatize.equals("fs")) {
            throw new BadInputException("--fs-dir: only --privatize=fs copies the program; add that, or leave --fs-dir out");
        }
        Path folder = Path.of(copies).toAbsolutePath();
        if (!Files.isDirectory(folder)) {
            throw new BadInputException("--fs-dir " + copies + ": no such folder; name an existing one");
        }
        return folder;
    }
}
