package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.DownwardRounds;
import flotilla.mpi.rounds.Tree;

/**
 * MPI_Bcast by messages: down the tree from the root; on an intercommunicator to the head of the other group, and down its
 * tree.
 */
final class TreeBcast extends DownwardRounds {
    /** In frames on intercommunicators, where the groups name the root differently. */
    private static final int NO_ROOT = -1;

    private final Contribution member;

    TreeBcast(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
        boolean inter = comm.isInter();
        describe(member.kind.ordinal(), root(), 0);
        if (member.root == StandardAbi.PROC_NULL || inter && member.root == StandardAbi.ROOT) {
            return;
        }
        tree.build(rank.world, comm.group, false, Tree.FLAT, inter ? 0 : member.root, comm.rank);
        Parts parts = tree.isRoot() && !inter ? member.send : member.receive;
        setData(parts.address(0), parts.count(0), parts.type(0));
        if (inter) {
            setSourceAcross(member.root);
        }
    }

    private int root() {
        return comm.isInter() ? NO_ROOT : member.root;
    }

    @Override
    protected boolean round() {
        if (member.root == StandardAbi.PROC_NULL) {
            return false;
        }
        if (comm.isInter() && member.root == StandardAbi.ROOT) {
            sendAllAcross(0, member.send.address(0), member.send.count(0), member.send.type(0));
            return false;
        }
        return downRound();
    }

    @Override
    protected void check(long frame) {
        MessageCollectives.check(member, root(), frame);
    }
}
