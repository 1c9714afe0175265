package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.Rounds;

/**
 * MPI_Alltoall(v, w) by messages: a round is an exchange with some members at growing distances, so that not all send to the same
 * one at a time. Empty parts are no messages.
 */
final class PairwiseAlltoall extends Rounds {
    /** Members that a round exchanges with. */
    private static final int WINDOW = 32;

    private final Contribution member;
    private int distance = 1;

    PairwiseAlltoall(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
    }

    @Override
    protected boolean round() {
        if (comm.isInter()) {
            exchangeAcross();
            return false;
        }
        int size = comm.size();
        int own = comm.rank;
        if (distance == 1 && !member.inPlace && Parts.copy(member.send, own, member.receive, own)) {
            fail(Collective.truncated(member, member.send.bytes(own), member.receive.bytes(own), own));
        }
        int end = Math.min(distance + WINDOW, size);
        for (int i = distance; i < end; i++) {
            int source = (own - i + size) % size;
            Parts parts = member.receive;
            if (parts.bytes(source) > 0) {
                receive(source, parts.address(source), parts.count(source), parts.type(source));
            }
        }
        for (int i = distance; i < end; i++) {
            send((own + i) % size);
        }
        distance = end;
        return distance < size;
    }

    private void send(int peer) {
        if (member.snapshot != null) {
            long table = member.snapshot.address + 8L * peer;
            long start = Memory.getLong(table);
            long bytes = Memory.getLong(table + 8) - start;
            if (bytes > 0) {
                send(peer, member.snapshot.address + start, bytes, BYTE);
            }
        } else if (member.send.bytes(peer) > 0) {
            send(peer, member.send.address(peer), member.send.count(peer), member.send.type(peer));
        }
    }

    private void exchangeAcross() {
        int peers = comm.peers().size();
        for (int i = 0; i < peers; i++) {
            if (member.receive.bytes(i) > 0) {
                receiveAcross(i, member.receive.address(i), member.receive.count(i), member.receive.type(i));
            }
        }
        for (int i = 0; i < peers; i++) {
            int peer = (comm.rank + i) % peers;
            if (member.send.bytes(peer) > 0) {
                sendAcross(peer, member.send.address(peer), member.send.count(peer), member.send.type(peer));
            }
        }
    }
}
