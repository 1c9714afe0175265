package flotilla.cli;

import flotilla.image.LoadException;
import flotilla.node.Job;
import flotilla.node.JobOptions;
import flotilla.node.Membership;
import flotilla.node.RefusedException;
import flotilla.pmi.ProcessManagers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code flotilla node}: one node of a job whose process manager has started this process among others, all with the same
 * command line.
 */
final class NodeCommand {
    private static final String HELP =
            """
            Usage: mpiexec -n NODES flotilla node [OPTIONS] PROGRAM [ARGUMENT...]
            Runs one node of a job. A process manager (MPICH's mpiexec, Slurm's srun) starts
            as many as there shall be nodes, all with the same command line.

              -n, -np, --np=N          Ranks of the job (default: one for each PE of each
                                         node).
              -p, --pes, --pes-per-node=N
                                       Processing elements of each node (default: its share
                                         of the machine's cores).

            Other options are those of `flotilla run`; see `flotilla run --help`.""";

    static int run(List<String> arguments) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv());
        if (List.of(List.of("-h"), List.of("--help")).contains(arguments)) {
            System.out.println(HELP);
            return 0;
        }
        if (!ProcessManagers.isThere(environment)) {
            throw new BadInputException("flotilla node: no process manager has started it (PMI_FD, PMI_PORT and PMIX_RANK are not set); "
                    + "write `flotilla run --nodes 4 ./program` or `mpiexec.mpich -n 4 flotilla node ./program`");
        }
        Map<String, String> ofRanks = environment;
        if (ProcessManagers.SECRET_FOLLOWS.equals(environment.get(ProcessManagers.SECRET))) {
            environment.put(ProcessManagers.SECRET, line());
            ofRanks = environment(line());
        }
        Membership membership = Membership.join(environment);
        try {
            ProcessManagers.removeVariables(ofRanks);
            return run(arguments, membership, ofRanks);
        } catch (RefusedException refused) {
            if (refused.getMessage() != null) {
                Main.refuse(refused.getMessage());
            }
            return membership.leave();
        } catch (RuntimeException failure) {
            int status = Main.onFailure(failure);
            membership.abort(status, "a node could not start");
            return status;
        }
    }

    /** The next line of standard input, and no more: what follows is rank 0's. */
    private static String line() throws IOException {
        var line = new StringBuilder();
        for (int b = System.in.read(); b >= 0 && b != '\n'; b = System.in.read()) {
            line.append((char) b);
        }
        return line.toString();
    }

    /** The launcher's environment: Base64 of {@code NAME=VALUE}, with zeros between. */
    private static Map<String, String> environment(String text) {
        var environment = new LinkedHashMap<String, String>();
        for (String variable : new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split("\0")) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return environment;
    }

    private static int run(List<String> arguments, Membership membership, Map<String, String> environment) {
        JobRequest request = membership.together("options", reported(() -> RunCommand.readForNode(arguments, membership, environment)));
        JobOptions options = membership.together("job", reported(request::options));
        membership.requireSame("same", "the options", options.sharedText(), "start all nodes with the same command line");
        return Job.run(options, membership);
    }

    /** Bad input is a reason not to start, as a program that can't be loaded is. */
    private static <T> Supplier<T> reported(Supplier<T> action) {
        return () -> {
            try {
                return action.get();
            } catch (BadInputException bad) {
                throw new LoadException(bad.getMessage());
            }
        };
    }

    private NodeCommand() {}
}
