package flotilla.mpi.rounds;

import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;

/** The leaders of two groups tell each other something, and all members of both get what follows from it. */
public final class LeadersBytes extends SpreadBytes {
    private static final int TOLD = 1;
    private static final int HEARD = 2;
    private static final int SPREAD = 3;

    private final byte[] said;
    private final Comm peers;
    private final int remoteLeader;
    private final int peerTag;
    private long mine;
    private long frame;
    private long heard;
    private long length;

    /**
     * @param comm   of this member's group
     * @param leader rank of its leader
     * @param peer   connects the leaders; null at other members, whose further arguments mean nothing
     * @param tag    of the call, the same for both leaders
     * @param said   at the leader; the outcome gets what the leader with the smaller world rank has said first, then the other's
     */
    public LeadersBytes(Rank rank, Comm comm, String call, int leader, Comm peer, int remoteLeader, int tag, byte[] said,
            Outcome outcome) {
        super(rank, comm, call, outcome);
        this.said = said;
        this.remoteLeader = remoteLeader;
        this.peerTag = tag;
        peers = peer == null ? null : Channel.ofLeaders(peer);
        tree.build(rank.world, comm.group, false, Tree.FLAT, leader, comm.rank);
    }

    @Override
    protected boolean round() {
        while (true) {
            switch (phase) {
                case 0 -> {
                    phase = SPREAD;
                    if (tree.isRoot()) {
                        length = partBytes(said.length);
                        mine = allocate(length).address;
                        putPart(mine, isFirst() ? 0 : 1, said);
                        frame = allocate(Frame.room(0)).address;
                        long own = allocate(Frame.room(0)).address;
                        putFrame(own, kind, -1, length, 0, 1);
                        send(peers, peerTag, remoteLeader, own, Frame.HEADER, BYTE);
                        receive(peers, peerTag, remoteLeader, frame, Frame.HEADER, BYTE);
                        phase = TOLD;
                        return true;
                    }
                }
                case TOLD -> {
                    long bytes = Frame.count(frame);
                    heard = allocate(length + bytes).address;
                    receive(peers, peerTag, remoteLeader, heard + length, bytes, BYTE);
                    send(peers, peerTag, remoteLeader, mine, length, BYTE);
                    phase = HEARD;
                    return true;
                }
                case HEARD -> {
                    Memory.copy(mine, heard, length);
                    setBytes(heard, length + Frame.count(frame));
                    phase = SPREAD;
                }
                default -> {
                    return spreadRound();
                }
            }
        }
    }

    @Override
    int speakers() {
        return 2;
    }

    private boolean isFirst() {
        return rank.worldRank < peers.peers().worldRank(remoteLeader);
    }
}
