package flotilla.cli;

import flotilla.balance.strategy.Strategies;
import flotilla.node.Membership;
import flotilla.node.balance.BalanceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a command line says of load balancing, while it is being read. */
final class BalanceRequest {
    private static final String AUTO = "auto";
    /** METIS puts handlers of its own in the place of the process's, for SIGTERM and SIGABRT, while it works. */
    private static final String OFFLINE = "comm";

    /** As typed, or null. */
    String strategy;
    /** As typed, or null. */
    String trace;
    /** Or 0, for auto. */
    private long everyNanos;
    private boolean everyGiven;

    void every(String value) {
        everyGiven = true;
        everyNanos = value.equals(AUTO) ? 0 : Durations.parse("--balance-every", value).toNanos();
    }

    /** @throws BadInputException when there is no such strategy, or options do not go together */
    void check() {
        if (strategy == null) {
            return;
        }
        List<String> possible = Strategies.NAMES.stream().filter(name -> !name.equals(OFFLINE)).toList();
        if (strategy.equals(OFFLINE)) {
            throw new BadInputException("--balance comm: METIS takes signals of the process while it works, so a job can't use it; "
                    + "choose greedy-refine, or compare with `flotilla balance simulate --strategy comm`");
        }
        if (!possible.contains(strategy)) {
            throw new BadInputException("--balance " + strategy + ": there is no such strategy; choose one of " + String.join(", ", possible));
        }
        if (strategy.equals("none") && everyGiven && trace == null) {
            throw new BadInputException("--balance-every: with --balance none there are no steps; leave one of them out");
        }
    }

    /** What the job is given. The trace's file is there from now on. */
    BalanceOptions options(Membership membership, boolean verbose) {
        if (membership.isAlone()) {
            if (trace != null) {
                throw new BadInputException("--balance-trace: a job of one node has no balancing steps; ask for more with --nodes");
            }
            if (strategy != null && verbose) {
                System.err.println("flotilla: --balance " + strategy + ": the job has one node, in which idle PEs steal from busy ones; nothing has to move");
            }
            return BalanceOptions.NONE;
        }
        return new BalanceOptions(strategy == null ? BalanceOptions.DEFAULT : strategy, everyNanos, membership.node() == 0 ? traceFile() : null);
    }

    private Path traceFile() {
        if (trace == null) {
            return null;
        }
        Path file = Path.of(trace).toAbsolutePath();
        try {
            Files.newOutputStream(file).close();
        } catch (IOException reason) {
            throw new BadInputException(file.getParent() == null || Files.isDirectory(file.getParent())
                    ? "--balance-trace " + trace + ": cannot be written: " + reason.getMessage() + "; name another file"
                    : "--balance-trace " + trace + ": there is no folder " + file.getParent() + "; make it first");
        }
        return file;
    }
}
