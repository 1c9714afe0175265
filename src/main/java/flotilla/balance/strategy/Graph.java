package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Traffic;
import java.util.Arrays;

/**
 * Who talks to whom, without directions, as METIS has it: each edge stands twice, once for each end.
 *
 * @param starts of each vertex's neighbours, one more than there are vertices
 * @param weights of vertices, at least 1, that add up to less than 2^31
 * @param edges weights of edges, as those of vertices
 */
record Graph(int[] starts, int[] neighbours, int[] weights, int[] edges) {
    /** Sums of weights have to fit into an int, with 1 for each vertex or edge on top. */
    private static final double TOTAL_WEIGHT = 1 << 30;
    private static final double NEARLY = 0.99;
    private static final int MOST_CUTS = 100;

    /**
     * Vertices are ranks and weigh their work, edges the bytes that went either way. A rank that is more than a PE's part weighs
     * as much as that: it will be alone there, and METIS complains on standard output of parts that get no vertex.
     *
     * @param parts that it will be cut into
     */
    static Graph of(Load load, int parts) {
        Traffic sent = load.traffic();
        Traffic received = sent.transposed();
        int ranks = sent.ranks();
        var starts = new int[ranks + 1];
        var neighbours = new int[2 * sent.peers().length];
        var bytes = new double[neighbours.length];
        int count = 0;
        for (int rank = 0; rank < ranks; rank++) {
            int i = sent.offsets()[rank];
            int j = received.offsets()[rank];
            while (i < sent.offsets()[rank + 1] || j < received.offsets()[rank + 1]) {
                int to = i < sent.offsets()[rank + 1] ? sent.peers()[i] : Integer.MAX_VALUE;
                int from = j < received.offsets()[rank + 1] ? received.peers()[j] : Integer.MAX_VALUE;
                neighbours[count] = Math.min(to, from);
                bytes[count++] = (to <= from ? sent.bytes()[i++] : 0.0) + (from <= to ? received.bytes()[j++] : 0.0);
            }
            starts[rank + 1] = count;
        }
        return new Graph(starts, Arrays.copyOf(neighbours, count), scaled(capped(load.work(), parts)),
                scaled(Arrays.copyOf(bytes, count)));
    }

    /** Cut off at what is a part of all that is left of them. */
    private static double[] capped(double[] weights, int parts) {
        double cap = Double.MAX_VALUE;
        for (int i = 0; i < MOST_CUTS; i++) {
            double before = cap;
            cap = Arrays.stream(weights).map(weight -> Math.min(weight, before)).sum() / parts;
            if (cap >= before * NEARLY) {
                break;
            }
        }
        double last = cap;
        return Arrays.stream(weights).map(weight -> Math.min(weight, last)).toArray();
    }

    private static int[] scaled(double[] weights) {
        double total = Arrays.stream(weights).sum();
        double factor = total > 0 ? TOTAL_WEIGHT / total : 0;
        return Arrays.stream(weights).mapToInt(weight -> 1 + (int) (weight * factor)).toArray();
    }

    int vertices() {
        return weights.length;
    }

    /**
     * What is between some of the vertices.
     *
     * @param members vertices of the part, which become 0, 1 and so on
     * @param position of each member in {@code members}; of other vertices anything
     * @param parts of all vertices
     */
    Graph part(int[] members, int[] position, int[] parts) {
        int most = 0;
        for (int member : members) {
            most += starts[member + 1] - starts[member];
        }
        var within = new int[members.length + 1];
        var others = new int[most];
        var weight = new int[members.length];
        var weightOfEdge = new int[most];
        int count = 0;
        for (int i = 0; i < members.length; i++) {
            int member = members[i];
            weight[i] = weights[member];
            for (int at = starts[member]; at < starts[member + 1]; at++) {
                if (parts[neighbours[at]] == parts[member]) {
                    others[count] = position[neighbours[at]];
                    weightOfEdge[count++] = edges[at];
                }
            }
            within[i + 1] = count;
        }
        return new Graph(within, Arrays.copyOf(others, count), weight, Arrays.copyOf(weightOfEdge, count));
    }
}
