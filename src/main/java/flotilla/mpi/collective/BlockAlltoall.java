package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.datatype.Runs;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.NodeLayout;
import flotilla.mpi.rounds.Rounds;

/**
 * MPI_Alltoall of small parts by messages: the members of a node give all their parts to the first of them, the first ones of
 * all nodes exchange what their members have for each other, and hand it out. That is two messages per member and one between
 * any two nodes, where each pair of members would need one.
 */
final class BlockAlltoall extends Rounds {
    /** Bytes of a part at most. */
    private static final int SMALL = 256;
    /** A node must have so many members on average. */
    private static final int WORTH = 4;

    private static final int EXCHANGE = 1;
    private static final int HAND_OUT = 2;
    private static final int TAKE = 3;

    private final Contribution member;
    private final int size;
    private final int block;
    /** Where this member's block begins and ends in the layout. */
    private final int start;
    private final int end;
    private final int part;
    /** This member's parts, in the order of ranks: what it gives, then what it gets. */
    private long own;
    /** For the first of a block, by member of it: its parts likewise. */
    private long[] streams;
    /** By block: what members of this one have for its members, and the other way round; by sender, then by receiver. */
    private long[] outgoing;
    private long[] incoming;

    /** All members decide alike, from arguments that must be alike. */
    static boolean isFor(Contribution member) {
        Comm comm = member.comm;
        long bytes = member.receive.equalBytes();
        return !comm.isInter() && bytes > 0 && bytes <= SMALL
                && NodeLayout.of(member.rank.world, comm.group).blocks() * WORTH <= comm.size();
    }

    BlockAlltoall(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
        size = comm.size();
        NodeLayout layout = layout();
        block = layout.blockOf(layout.indexOf(comm.rank));
        start = layout.start(block);
        end = layout.start(block + 1);
        part = (int) member.receive.equalBytes();
    }

    /** Not kept: where the rank moves to, the group has its own. */
    private NodeLayout layout() {
        return NodeLayout.of(rank.world, comm.group);
    }

    private long bytes() {
        return (long) part * size;
    }

    @Override
    protected boolean round() {
        int first = layout().rankAt(start);
        switch (phase) {
            case 0 -> {
                own = allocate(bytes()).address;
                pack();
                if (first == comm.rank) {
                    receiveStreams();
                    phase = EXCHANGE;
                } else {
                    send(first, own, bytes(), BYTE);
                    phase = TAKE;
                }
            }
            case EXCHANGE -> {
                exchange();
                phase = HAND_OUT;
            }
            case HAND_OUT -> {
                handOut();
                return false;
            }
            case TAKE -> {
                receive(first, own, bytes(), BYTE);
                phase = TAKE + 1;
            }
            default -> {
                unpack();
                return false;
            }
        }
        return true;
    }

    private void pack() {
        if (member.snapshot != null) {
            Memory.copy(member.snapshot.address + Memory.getLong(member.snapshot.address), own, bytes());
            return;
        }
        long sent = member.send.equalBytes();
        if (sent != part) {
            // What others receive is theirs to see; they wait for as much as they ask for themselves.
            fail(new MpiException(ErrorClass.TRUNCATE, "rank " + comm.rank + " of " + comm.describe() + " sends parts of " + sent
                    + " bytes, and has room for parts of " + part));
        } else {
            Pack.pack(member.send.address(0), member.send.count(0) * size, member.send.type(0), own);
        }
    }

    private void unpack() {
        long before = (long) part * comm.rank;
        Parts parts = member.receive;
        if (member.inPlace) {
            // What the member has for itself stands there already.
            Memory.copy(member.snapshot.address + Memory.getLong(member.snapshot.address) + before, own + before, part);
        }
        Pack.unpack(own, bytes(), parts.address(0), parts.count(0) * size, parts.type(0));
    }

    // The first of a block.

    private void receiveStreams() {
        streams = new long[end - start];
        streams[0] = own;
        for (int i = 1; i < streams.length; i++) {
            streams[i] = allocate(bytes()).address;
            receive(layout().rankAt(start + i), streams[i], bytes(), BYTE);
        }
    }

    private long bytesBetween(int other) {
        return (long) part * (end - start) * (layout().start(other + 1) - layout().start(other));
    }

    private void exchange() {
        int blocks = layout().blocks();
        outgoing = new long[blocks];
        incoming = new long[blocks];
        for (int i = 1; i < blocks; i++) {
            int other = (block - i + blocks) % blocks;
            incoming[other] = allocate(bytesBetween(other)).address;
            receive(layout().rankAt(layout().start(other)), incoming[other], bytesBetween(other), BYTE);
        }
        for (int i = 0; i < blocks; i++) {
            int other = (block + i) % blocks;
            long at = allocate(bytesBetween(other)).address;
            outgoing[other] = at;
            for (long stream : streams) {
                for (int to = layout().start(other); to < layout().start(other + 1); to++) {
                    Runs.move(stream + (long) part * layout().rankAt(to), at, part);
                    at += part;
                }
            }
            if (other != block) {
                send(layout().rankAt(layout().start(other)), outgoing[other], bytesBetween(other), BYTE);
            }
        }
        incoming[block] = outgoing[block];
    }

    private void handOut() {
        int members = end - start;
        for (int from = 0; from < layout().blocks(); from++) {
            long at = incoming[from];
            for (int i = layout().start(from); i < layout().start(from + 1); i++) {
                long place = (long) part * layout().rankAt(i);
                for (int to = 0; to < members; to++) {
                    Runs.move(at, streams[to] + place, part);
                    at += part;
                }
            }
        }
        for (int i = 1; i < members; i++) {
            send(layout().rankAt(start + i), streams[i], bytes(), BYTE);
        }
        unpack();
    }
}
