package flotilla.mpi.rounds;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;

/**
 * All wait for all: word goes up the tree that everybody is there, and down again. Of two groups, the heads tell each other in
 * between.
 */
public final class TreeBarrier extends Rounds {
    private static final int ABOVE = 1;
    private static final int ACROSS = 2;
    private static final int BELOW = 3;

    private final Tree tree = new Tree();

    public TreeBarrier(Rank rank, Comm comm, Channel channel, int tag) {
        super(rank, comm, channel, tag);
        tree.build(rank.world, comm.group, false, Tree.FLAT, 0, comm.rank);
    }

    @Override
    protected boolean round() {
        switch (phase) {
            case 0 -> {
                for (int i = 0; i < tree.children(); i++) {
                    receive(tree.child(i), 0, 0, BYTE);
                }
                phase = ABOVE;
            }
            case ABOVE -> {
                if (!tree.isRoot()) {
                    send(tree.parent(), 0, 0, BYTE);
                    receive(tree.parent(), 0, 0, BYTE);
                    phase = BELOW;
                } else {
                    phase = ACROSS;
                }
            }
            case ACROSS -> {
                if (comm.isInter()) {
                    sendAcross(0, 0, 0, BYTE);
                    receiveAcross(0, 0, 0, BYTE);
                }
                phase = BELOW;
            }
            default -> {
                for (int i = 0; i < tree.children(); i++) {
                    send(tree.child(i), 0, 0, BYTE);
                }
                return false;
            }
        }
        return true;
    }
}
