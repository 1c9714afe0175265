package flotilla.balance.trace;

import flotilla.balance.Load;

/**
 * One balancing step of a job.
 *
 * @param load what was measured
 * @param strategy that decided; a name of up to {@value #LONGEST_NAME} characters of ASCII
 * @param decided PE of each rank from then on
 * @param decisionNanos that the decision took
 * @param moveNanos that the moves took
 */
public record TraceStep(Load load, String strategy, int[] decided, long decisionNanos, long moveNanos) {
    static final int LONGEST_NAME = 64;

    /** @throws IllegalArgumentException when not every rank has a PE that is there, or a time is negative */
    public TraceStep {
        if (strategy.length() > LONGEST_NAME || !strategy.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException("a strategy that has no proper name");
        }
        if (decided.length != load.ranks()) {
            throw new IllegalArgumentException("not each rank has a place");
        }
        for (int rank = 0; rank < decided.length; rank++) {
            if (decided[rank] < 0 || decided[rank] >= load.pes().count()) {
                throw new IllegalArgumentException("rank " + rank + " is to go to PE " + decided[rank] + " of "
                        + load.pes().count());
            }
        }
        if (decisionNanos < 0 || moveNanos < 0) {
            throw new IllegalArgumentException("a decision or a move has taken less than no time");
        }
    }
}
