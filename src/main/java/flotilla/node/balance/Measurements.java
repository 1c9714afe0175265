package flotilla.node.balance;

import flotilla.balance.Load;
import flotilla.balance.Pes;
import flotilla.balance.Traffic;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Makes one {@link Load} of what the nodes have measured. On node 0; for one thread. */
final class Measurements {
    private final int ranks;
    private final int[] firstPe;
    private final int pes;
    /** By rank, what was measured last. */
    private final long[] measured;
    private final double[] work;
    private final long[] bytes;
    private final int[] places;
    private final LastingShare[] lasting;

    /** @param pes of each node */
    Measurements(int ranks, int[] pes, int[] startNodes) {
        this.ranks = ranks;
        this.firstPe = new int[pes.length + 1];
        for (int node = 0; node < pes.length; node++) {
            firstPe[node + 1] = firstPe[node] + pes[node];
        }
        this.pes = firstPe[pes.length];
        this.measured = new long[ranks];
        this.work = new double[ranks];
        this.bytes = new long[ranks];
        this.places = new int[ranks];
        this.lasting = new LastingShare[pes.length];
        Arrays.setAll(lasting, node -> new LastingShare());
        Arrays.setAll(places, rank -> firstPe[startNodes[rank]]);
    }

    /**
     * All nodes' samples, by PEs. A rank that is on its way is where it was last, costs what it did then, and does not move.
     *
     * @param stays whether a rank is known not to be able to move
     */
    Load load(NodeSample[] samples, IntPredicate stays) {
        var node = new int[pes];
        var speed = new double[pes];
        var background = new long[pes];
        var idle = new long[pes];
        var movable = new boolean[ranks];
        long interval = 1;
        for (int n = 0; n < samples.length; n++) {
            NodeSample sample = samples[n];
            interval = Math.max(interval, Math.min(sample.interval(), Load.MOST_NANOS));
            double share = lasting[n].with(sample.interval(), sample.share());
            for (int pe = 0; pe < firstPe[n + 1] - firstPe[n]; pe++) {
                int at = firstPe[n] + pe;
                node[at] = n;
                speed[at] = 1;
                idle[at] = Math.min(sample.idle()[pe], sample.interval());
                background[at] = (long) ((sample.interval() - idle[at]) * (1 - share));
            }
            for (int i = 0; i < sample.ranks().length; i++) {
                int rank = sample.ranks()[i];
                long passed = Math.max(0, sample.measured()[i] - measured[rank]);
                measured[rank] = Math.max(measured[rank], sample.measured()[i]);
                work[rank] = Math.min(Load.MOST_WORK, sample.set()[i] >= 0 ? sample.set()[i] : passed * sample.share());
                bytes[rank] = Math.clamp(sample.bytes()[i], 0, Load.MOST_BYTES);
                places[rank] = firstPe[n] + Math.min(sample.pes()[i], firstPe[n + 1] - firstPe[n] - 1);
                movable[rank] = sample.movable()[i] && !stays.test(rank);
            }
        }
        return new Load(interval, work.clone(), places.clone(), bytes.clone(), movable, traffic(samples), new Pes(node, speed, background, idle));
    }

    /** A rank that has moved may have sent from two nodes. */
    private Traffic traffic(NodeSample[] samples) {
        int pairs = Arrays.stream(samples).mapToInt(sample -> sample.sender().length).sum();
        if (pairs == 0) {
            return Traffic.none(ranks);
        }
        var all = new long[pairs][];
        int count = 0;
        for (NodeSample sample : samples) {
            for (int i = 0; i < sample.sender().length; i++) {
                all[count++] = new long[] {sample.sender()[i], sample.receiver()[i], sample.messages()[i], sample.sent()[i]};
            }
        }
        Arrays.sort(all, (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
        int kept = 0;
        for (long[] pair : all) {
            if (kept > 0 && all[kept - 1][0] == pair[0] && all[kept - 1][1] == pair[1]) {
                all[kept - 1][2] += pair[2];
                all[kept - 1][3] += pair[3];
            } else {
                all[kept++] = pair;
            }
        }
        var offsets = new int[ranks + 1];
        var peers = new int[kept];
        var messages = new long[kept];
        var sent = new long[kept];
        for (int i = 0; i < kept; i++) {
            offsets[(int) all[i][0] + 1]++;
            peers[i] = (int) all[i][1];
            messages[i] = Math.min(Traffic.MOST, all[i][2]);
            sent[i] = Math.min(Traffic.MOST, all[i][3]);
        }
        for (int rank = 0; rank < ranks; rank++) {
            offsets[rank + 1] += offsets[rank];
        }
        return new Traffic(offsets, peers, messages, sent);
    }

    int nodes() {
        return firstPe.length - 1;
    }

    /** The node of a rank as far as is known. */
    int nodeOf(int rank) {
        int pe = places[rank];
        int node = Arrays.binarySearch(firstPe, pe);
        // Each node has a PE, so that no two begin with the same.
        return node >= 0 ? node : -node - 2;
    }

    /** The places, by PEs, that ranks have when they are on these nodes: those that stay keep their PE. */
    int[] placesOn(int[] nodes) {
        int[] result = places.clone();
        for (int rank = 0; rank < ranks; rank++) {
            if (nodes[rank] != nodeOf(rank)) {
                result[rank] = firstPe[nodes[rank]];
            }
        }
        return result;
    }
}
