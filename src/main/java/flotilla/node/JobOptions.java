package flotilla.node;

import flotilla.node.balance.BalanceOptions;
import flotilla.observe.GlobalsCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What one job is asked to be: its programs and how they are to run. The command line makes it from what a person
 * typed; everything in it has been checked for form (a count is positive, a program was found as a file), nothing for
 * content (whether the file is an executable that can run is the loader's to say).
 *
 * @param programs   at least one; world ranks are numbered through them in this order (MPMD, MPI-4.1 section 11.5)
 * @param pes        processing elements, at least 1
 * @param label      whether each line of output starts with the rank that wrote it
 * @param stackBytes stack of each rank in bytes, or 0 for the default
 * @param heapBytes  heap of each rank in bytes (address space, not memory), or 0 for the default
 * @param timeout    wall-clock time after which the job is ended with a report, or null for none
 * @param stats      whether times, switches, messages and bytes of ranks and PEs are printed at the end
 * @param traced     ranks whose MPI calls are printed
 * @param balance    how load is balanced between nodes
 * @param timeline   file for the timeline of PEs, ranks and messages, or null for none
 * @param transport  name of the transport between nodes
 * @param privatize  name of the privatization method
 * @param copies     folder where method {@code fs} makes its copies of the program
 * @param checkGlobals when ranks' variables are compared, with private images instead of method {@code none}'s; or null
 * @param verbose    whether the runtime says what it does
 * @param core       whether a rank that fails leaves a core file in the folder that the job was started in
 * @param guestLibraries folder of {@code libflotilla-guest-*.so} and {@code libflotilla-host.so}
 */
public record JobOptions(
        List<Program> programs,
        int pes,
        boolean label,
        long stackBytes,
        long heapBytes,
        Duration timeout,
        boolean stats,
        BitSet traced,
        Path timeline,
        BalanceOptions balance,
        String transport,
        String privatize,
        Path copies,
        GlobalsCheck.When checkGlobals,
        boolean verbose,
        boolean core,
        Path guestLibraries) {

    public JobOptions {
        programs = List.copyOf(programs);
        if (programs.isEmpty() || pes < 1) {
            throw new IllegalArgumentException("a job has at least one program and one PE");
        }
        Objects.requireNonNull(balance);
        Objects.requireNonNull(privatize);
        Objects.requireNonNull(copies);
    }

    /** What must be the same in all nodes of a job, for comparison and for people. */
    public String sharedText() {
        return "--transport " + transport + " --balance " + balance.strategy() + " --privatize " + privatize + " --stack-size " + stackBytes + " --heap-size " + heapBytes + " "
                + programs.stream().map(Program::toString).collect(Collectors.joining(" : "));
    }

    /** Ranks of the job: the sum over its programs. */
    public int ranks() {
        return programs.stream().mapToInt(Program::count).reduce(0, Math::addExact);
    }

    /**
     * A program and the consecutive ranks that run it.
     *
     * @param path             absolute path of the executable
     * @param name             the program as it was typed: the rank's {@code argv[0]}
     * @param arguments        the arguments after {@code argv[0]}, untouched
     * @param count            ranks, at least 1
     * @param environment      the whole environment of the ranks, in order
     * @param workingDirectory absolute path of the folder that the ranks start in
     */
    public record Program(
            Path path,
            String name,
            List<String> arguments,
            int count,
            Map<String, String> environment,
            Path workingDirectory) {

        public Program {
            arguments = List.copyOf(arguments);
            if (count < 1) {
                throw new IllegalArgumentException("a program has at least one rank");
            }
        }

        public Program withCount(int ranks) {
            return new Program(path, name, arguments, ranks, environment, workingDirectory);
        }

        @Override
        public String toString() {
            return "-n " + count + " " + name + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
        }
    }
}
