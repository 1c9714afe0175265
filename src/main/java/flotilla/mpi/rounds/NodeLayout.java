package flotilla.mpi.rounds;

import flotilla.mpi.core.Group;
import flotilla.mpi.core.World;
import java.util.Arrays;

/**
 * How a group is spread over the nodes on which its members started: the members, ordered by block, where a block is what
 * started on one node. The same for all who ask, wherever ranks have moved since.
 */
public final class NodeLayout {
    /** Group ranks block by block, ascending in each; null when that is 0, 1, 2, ... */
    private final int[] order;
    /** Where each group rank stands in {@link #order}; null likewise. */
    private final int[] index;
    /** Where each block begins in {@link #order}, and where the last one ends. */
    private final int[] starts;
    /** The layout in which blocks are runs of consecutive ranks, when this is another; made on first use. */
    private NodeLayout runs;

    private NodeLayout(int[] order, int[] starts) {
        this.order = order;
        this.starts = starts;
        if (order == null) {
            index = null;
        } else {
            index = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                index[order[i]] = i;
            }
        }
    }

    /** One block per node. */
    public static NodeLayout of(World world, Group group) {
        var layout = (NodeLayout) group.layout;
        if (layout == null) {
            layout = byNode(world, group);
            group.layout = layout; // benign race: every thread makes the same
        }
        return layout;
    }

    /** One block for each run of consecutive ranks of a node, so that blocks are in the order of ranks. */
    static NodeLayout inOrder(World world, Group group) {
        NodeLayout layout = of(world, group);
        if (layout.order == null) {
            return layout;
        }
        if (layout.runs == null) {
            layout.runs = byRun(world, group);
        }
        return layout.runs;
    }

    private static int home(World world, Group group, int rank) {
        return world.nodes.homeOf(group.worldRank(rank));
    }

    private static NodeLayout byRun(World world, Group group) {
        var starts = new int[group.size() + 1];
        int blocks = 0;
        for (int i = 0; i < group.size(); i++) {
            if (i == 0 || home(world, group, i) != home(world, group, i - 1)) {
                starts[blocks++] = i;
            }
        }
        starts[blocks] = group.size();
        return new NodeLayout(null, Arrays.copyOf(starts, blocks + 1));
    }

    private static NodeLayout byNode(World world, Group group) {
        int size = group.size();
        var first = new int[world.nodes.count()];
        Arrays.fill(first, -1);
        int blocks = 0;
        boolean scattered = false;
        var homes = new int[size];
        for (int i = 0; i < size; i++) {
            homes[i] = home(world, group, i);
            if (first[homes[i]] < 0) {
                first[homes[i]] = blocks++;
            } else {
                scattered |= homes[i] != homes[i - 1];
            }
        }
        if (!scattered) {
            return byRun(world, group);
        }
        // Blocks in the order of their first members.
        var starts = new int[blocks + 1];
        for (int home : homes) {
            starts[first[home] + 1]++;
        }
        for (int i = 0; i < blocks; i++) {
            starts[i + 1] += starts[i];
        }
        var order = new int[size];
        int[] at = starts.clone();
        for (int i = 0; i < size; i++) {
            order[at[first[homes[i]]]++] = i;
        }
        return new NodeLayout(order, starts);
    }

    /** Whether all stand in the order of their ranks. */
    public boolean isInOrder() {
        return order == null;
    }

    public int blocks() {
        return starts.length - 1;
    }

    /** Where a block begins; of {@link #blocks} where the last ends. */
    public int start(int block) {
        return starts[block];
    }

    /** Group rank of who stands at an index. */
    public int rankAt(int at) {
        return order == null ? at : order[at];
    }

    public int indexOf(int rank) {
        return index == null ? rank : index[rank];
    }

    public int blockOf(int at) {
        int found = Arrays.binarySearch(starts, at);
        return found >= 0 ? found : -found - 2;
    }
}
