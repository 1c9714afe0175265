package flotilla.balance.simulate;

/**
 * What a strategy would have made of a job.
 *
 * @param imbalance longest time of a node by the average, over all intervals
 * @param time ns that the job would have taken, moves included
 * @param ideal ns that it would take if balance was perfect and free
 * @param moves of ranks
 * @param movedBytes of their memory
 * @param bytesBetweenNodes what ranks of different nodes sent each other, in an average interval
 * @param firstDecision ns, with code that had not run before
 * @param laterDecision ns, the median of all others; the first where there is no other
 */
public record Outcome(String strategy, double imbalance, double time, double ideal, long moves, double movedBytes,
        double bytesBetweenNodes, long firstDecision, long laterDecision) {
    /** How many times faster the job would have been than with the other. */
    public double speedUpAgainst(Outcome other) {
        return time > 0 ? other.time / time : 1;
    }
}
