package flotilla.balance.strategy;

import java.util.Arrays;

/**
 * Cuts a graph into parts, in levels when there are many: METIS takes the longer the more parts it makes at once. A million
 * vertices become 10,000 parts in half the time when they first become a hundred, each of which is cut again; a few per cent more
 * edges are cut.
 */
final class Partition {
    private static final int MOST_AT_ONCE = 64;
    /** In each level; what is above tolerance in the end is refined. */
    private static final int THOUSANDTHS = 20;

    private final Metis metis;
    private final int seed;

    Partition(Metis metis, int seed) {
        this.metis = metis;
        this.seed = seed;
    }

    /**
     * @param shares of each part of the weight, more than 0, that add up to 1
     * @return the part of each vertex
     */
    int[] of(Graph graph, double[] shares) {
        if (shares.length <= MOST_AT_ONCE) {
            return atOnce(graph, shares);
        }
        int groups = (int) Math.ceil(Math.sqrt(shares.length));
        var first = new int[groups + 1];
        Arrays.setAll(first, group -> (int) ((long) group * shares.length / groups));
        var ofGroups = new double[groups];
        Arrays.setAll(ofGroups, group -> Arrays.stream(shares, first[group], first[group + 1]).sum());
        int[] groupOf = of(graph, ofGroups);
        var order = new int[graph.vertices()];
        Arrays.setAll(order, vertex -> vertex);
        var members = new Residents(order, groupOf, groups);
        var position = new int[graph.vertices()];
        var parts = new int[graph.vertices()];
        for (int group = 0; group < groups; group++) {
            var own = new int[members.to(group) - members.from(group)];
            for (int i = 0; i < own.length; i++) {
                own[i] = members.rank(members.from(group) + i);
                position[own[i]] = i;
            }
            double[] within = Arrays.copyOfRange(shares, first[group], first[group + 1]);
            double total = ofGroups[group];
            Arrays.setAll(within, part -> within[part] / total);
            int[] partOf = of(graph.part(own, position, groupOf), within);
            for (int i = 0; i < own.length; i++) {
                parts[own[i]] = first[group] + partOf[i];
            }
        }
        return parts;
    }

    private int[] atOnce(Graph graph, double[] shares) {
        var parts = new int[graph.vertices()];
        if (shares.length == 1) {
            return parts;
        }
        if (graph.vertices() <= shares.length) {
            Arrays.setAll(parts, vertex -> vertex);
            return parts;
        }
        var narrow = new float[shares.length];
        for (int part = 0; part < narrow.length; part++) {
            narrow[part] = (float) shares[part];
        }
        return metis.parts(graph, narrow, THOUSANDTHS, seed);
    }
}
