package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.Rounds;

/** MPI_Gather(v) and MPI_Scatter(v) by messages: each part goes from where it stands to where it is wanted, in one message. */
final class DirectRooted extends Rounds {
    private final Contribution member;
    private final boolean inward;

    DirectRooted(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
        inward = member.kind == CollectiveKind.GATHER;
    }

    @Override
    protected boolean round() {
        if (member.root == StandardAbi.PROC_NULL) {
            return false;
        }
        boolean inter = comm.isInter();
        boolean isRoot = inter ? member.root == StandardAbi.ROOT : member.root == comm.rank;
        if (!isRoot) {
            transfer(inter, member.root, inward ? member.send : member.receive, 0);
            return false;
        }
        int peers = comm.peers().size();
        for (int i = 0; i < peers; i++) {
            // Beginning behind the root: not all roots of calls on subgroups begin with the same member.
            int peer = inter ? i : (comm.rank + 1 + i) % peers;
            if (!inter && peer == comm.rank) {
                moveOwn();
            } else {
                transfer(inter, peer, inward ? member.receive : member.send, peer);
            }
        }
        return false;
    }

    private void moveOwn() {
        int own = comm.rank;
        if (!member.inPlace && Parts.copy(member.send, inward ? 0 : own, member.receive, inward ? own : 0)) {
            fail(Collective.truncated(member, member.send.bytes(own), member.receive.bytes(own), own));
        }
    }

    private void transfer(boolean across, int peer, Parts parts, int part) {
        boolean sends = parts == member.send;
        if (across && sends) {
            sendAcross(peer, parts.address(part), parts.count(part), parts.type(part));
        } else if (across) {
            receiveAcross(peer, parts.address(part), parts.count(part), parts.type(part));
        } else if (sends) {
            send(peer, parts.address(part), parts.count(part), parts.type(part));
        } else {
            receive(peer, parts.address(part), parts.count(part), parts.type(part));
        }
    }
}
