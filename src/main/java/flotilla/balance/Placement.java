package flotilla.balance;

/**
 * What it would mean to put ranks to these places.
 *
 * @param longest ns that the slowest PE takes for what it has
 * @param average ns that all would take were work a fluid
 * @param moves ranks that are elsewhere now
 * @param movedBytes their memory, where the node is another
 * @param bytesBetweenNodes what ranks of different nodes send each other in an interval
 */
public record Placement(double longest, double average, int moves, long movedBytes, double bytesBetweenNodes) {
    public static Placement of(Load load, int[] places) {
        int[] node = load.pes().node();
        int moves = 0;
        long movedBytes = 0;
        for (int rank = 0; rank < places.length; rank++) {
            int before = load.places()[rank];
            if (places[rank] != before) {
                moves++;
                movedBytes += node[places[rank]] == node[before] ? 0 : load.bytes()[rank];
            }
        }
        return new Placement(longest(load, places), load.average(), moves, movedBytes, bytesBetweenNodes(load, places));
    }

    /** The ns that the slowest PE takes. */
    public static double longest(Load load, int[] places) {
        double longest = 0;
        for (double one : load.times(places)) {
            longest = Math.max(longest, one);
        }
        return longest;
    }

    private static double bytesBetweenNodes(Load load, int[] places) {
        int[] node = load.pes().node();
        Traffic traffic = load.traffic();
        double sum = 0;
        for (int rank = 0; rank < places.length; rank++) {
            int here = node[places[rank]];
            for (int i = traffic.offsets()[rank]; i < traffic.offsets()[rank + 1]; i++) {
                if (node[places[traffic.peers()[i]]] != here) {
                    sum += traffic.bytes()[i];
                }
            }
        }
        return sum;
    }

    /** Longest by average: 1 when balanced, also when there is no work. */
    public double imbalance() {
        return average > 0 ? longest / average : 1;
    }
}
