package flotilla.node.balance;

import java.util.ArrayDeque;

/**
 * What the kernel lets a node's PEs run when nothing passing is in their way: the highest share of the last {@value #WINDOW_NANOS} ns.
 * Another program that shares a core with them stays for long; the JVM's compiler and the runtime's own threads, which take a share as
 * well, are done with what they do before ranks could be moved out of their way, or even because ranks have moved.
 */
final class LastingShare {
    private static final long WINDOW_NANOS = 2_000_000_000;

    private record Measured(long interval, double share) {}

    private final ArrayDeque<Measured> recent = new ArrayDeque<>();
    private long covered;

    /** @param interval ns for which the share has been measured: 0 to 1 */
    double with(long interval, double share) {
        recent.addLast(new Measured(interval, share));
        covered += interval;
        while (covered - recent.getFirst().interval >= WINDOW_NANOS) {
            covered -= recent.removeFirst().interval;
        }
        return recent.stream().mapToDouble(Measured::share).max().orElseThrow();
    }
}
