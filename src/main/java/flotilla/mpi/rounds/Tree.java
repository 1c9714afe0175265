package flotilla.mpi.rounds;

import flotilla.mpi.core.Group;
import flotilla.mpi.core.World;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A tree over the members of a group, as one of them sees it: its parent and its children. Each subtree is a range of the
 * {@link NodeLayout}, with its head in front (the root may stand anywhere), so a walk in order meets the members in the layout's
 * order: reductions can combine along it. Blocks are subtrees; their heads are connected by a binomial tree (Thakur,
 * Rabenseifner, Gropp: Optimization of collective communication operations in MPICH, 2005), the others of a block by a flatter
 * one.
 */
public final class Tree implements Serializable {
    /** Children of a member in its block when messages are short: few levels cost few switches between ranks. */
    public static final int FLAT = 16;
    /** For a binomial tree in the block as well: combining long vectors is spread over its members. */
    public static final int BINOMIAL = 2;

    /** Group rank, or -1 for the root. */
    private int parent;
    /** Group ranks in the layout's order. */
    private int[] children = new int[8];
    private int count;
    private int before;

    /** Where the parts of a range begin, ascending, and where the last ends. */
    private int[] bounds = new int[18];
    private int parts;
    private int rangeStart;
    private int rangeEnd;
    /** The head of whose range the range is a part of, or -1. */
    private int above;

    /**
     * @param inOrder whether a walk must meet the members in the order of their ranks;
     *
     * @param width {@link #FLAT} or {@link #BINOMIAL}
     */
    public void build(World world, Group group, boolean inOrder, int width, int root, int member) {
        NodeLayout layout = inOrder ? NodeLayout.inOrder(world, group) : NodeLayout.of(world, group);
        build(layout, width, root, member);
    }

    void build(NodeLayout layout, int width, int root, int member) {
        int rootIndex = layout.indexOf(root);
        int rootBlock = layout.blockOf(rootIndex);
        int index = layout.indexOf(member);
        int block = layout.blockOf(index);
        int head = block == rootBlock ? rootIndex : layout.start(block);
        count = 0;
        before = 0;
        parent = -1;
        int inFront = 0;
        if (index == head) {
            descend(0, layout.blocks(), rootBlock, block, BINOMIAL);
            if (above >= 0) {
                parent = layout.rankAt(above == rootBlock ? rootIndex : layout.start(above));
            }
            split(rangeStart, block, BINOMIAL);
            for (int i = 0; i < parts; i++) {
                add(layout.rankAt(layout.start(bounds[i])));
            }
            inFront = parts;
        }
        descend(layout.start(block), layout.start(block + 1), head, index, width);
        if (above >= 0) {
            parent = layout.rankAt(above);
        }
        int end = rangeEnd;
        split(rangeStart, index, width);
        for (int i = 0; i < parts; i++) {
            add(layout.rankAt(bounds[i]));
        }
        before = inFront + parts;
        split(index + 1, end, width);
        for (int i = 0; i < parts; i++) {
            add(layout.rankAt(bounds[i]));
        }
        if (index == head) {
            descend(0, layout.blocks(), rootBlock, block, BINOMIAL);
            split(block + 1, rangeEnd, BINOMIAL);
            for (int i = 0; i < parts; i++) {
                add(layout.rankAt(layout.start(bounds[i])));
            }
        }
    }

    private void add(int child) {
        if (count == children.length) {
            children = Arrays.copyOf(children, 2 * count);
        }
        children[count++] = child;
    }

    /** Finds the range of which {@code target} is the head in the tree over [start, end) with this head. */
    private void descend(int start, int end, int head, int target, int width) {
        rangeStart = start;
        rangeEnd = end;
        above = -1;
        int current = head;
        while (current != target) {
            above = current;
            if (target < current) {
                split(rangeStart, current, width);
            } else {
                split(current + 1, rangeEnd, width);
            }
            int part = 0;
            while (bounds[part + 1] <= target) {
                part++;
            }
            rangeStart = bounds[part];
            rangeEnd = bounds[part + 1];
            current = rangeStart;
        }
    }

    /** Cuts [start, end) into the ranges of children. */
    private void split(int start, int end, int width) {
        int length = Math.max(end - start, 0);
        parts = width == BINOMIAL ? 32 - Integer.numberOfLeadingZeros(length) : Math.min(length, width);
        if (bounds.length <= parts) {
            bounds = new int[parts + 1];
        }
        bounds[parts] = end;
        if (width == BINOMIAL) {
            // Halves: the last part is the larger half, the one before half of the rest.
            int rest = length;
            for (int i = parts - 1; i >= 0; i--) {
                rest >>>= 1;
                bounds[i] = start + rest;
            }
        } else {
            for (int i = 0; i < parts; i++) {
                bounds[i] = start + (int) ((long) length * i / parts);
            }
        }
    }

    public boolean isRoot() {
        return parent < 0;
    }

    public int parent() {
        return parent;
    }

    public int children() {
        return count;
    }

    /** How many children's subtrees stand before this member in the layout's order; the others stand behind it. */
    public int childrenBefore() {
        return before;
    }

    /** Group rank of a child; they are in the layout's order. */
    public int child(int number) {
        return children[number];
    }
}
