package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.DownwardRounds;
import flotilla.mpi.rounds.Frame;
import flotilla.mpi.rounds.NodeLayout;
import flotilla.mpi.rounds.Ring;
import flotilla.mpi.rounds.Tree;

/**
 * MPI_Allgather(v) by messages. Small parts go up a tree, where they are put together, and all go down again. Large ones go
 * round a ring in which the members of a node are neighbours, without a copy in between (Thakur, Rabenseifner, Gropp 2005).
 * Between groups each member sends its part to each of the other group.
 */
final class MessageAllgather extends DownwardRounds {
    /** Bytes of a part, on average, up to which the tree serves. */
    private static final int SMALL = 4 << 10;

    private static final int ROUND_RING = 1;
    private static final int RECEIVE = 2;
    private static final int RECEIVED = 3;
    private static final int UP = 4;
    private static final int DOWN = 5;

    private final Contribution member;

    /** Steps that have been made round the ring. */
    private int steps;
    /** Made on first use, wherever the member is. */
    private transient Ring ring;

    private NativeBlock[] frames;
    /** Addresses of what the children have sent: for each part its bytes, and the data. */
    private long[] streams;
    /** The parts of the whole group. */
    private long all;
    private long allBytes;
    private long own;
    private long ownBytes;
    /** Whether all parts have one length and come in the order of the receive buffer: then streams are the bare parts. */
    private boolean bare;

    MessageAllgather(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
        describe(member.kind.ordinal(), -1, 0);
    }

    @Override
    protected boolean round() {
        while (true) {
            switch (phase) {
                case 0 -> {
                    if (comm.isInter()) {
                        exchangeAcross();
                        return false;
                    }
                    long total = measure();
                    if (total > (long) SMALL * comm.size()) {
                        placeOwn();
                        phase = ROUND_RING;
                    } else {
                        tree.build(rank.world, comm.group, false, Tree.FLAT, 0, comm.rank);
                        phase = RECEIVE;
                    }
                }
                case ROUND_RING -> {
                    return goRound();
                }
                case RECEIVE -> {
                    frames = new NativeBlock[tree.children()];
                    streams = new long[tree.children()];
                    for (int i = 0; i < frames.length; i++) {
                        frames[i] = allocate(Frame.room(Frame.MOST_DATA));
                        receiveFrame(tree.child(i), frames[i].address, Frame.room(Frame.MOST_DATA));
                    }
                    phase = RECEIVED;
                    return true;
                }
                case RECEIVED -> {
                    receiveStreams();
                    phase = UP;
                    return true;
                }
                case UP -> {
                    boolean wait = up();
                    phase = DOWN;
                    if (wait) {
                        return true;
                    }
                }
                case DOWN -> {
                    if (downRound()) {
                        return true;
                    }
                    phase = DOWN + 1;
                    return true;
                }
                default -> {
                    if (!hasFailed() && !bare) {
                        takeAll();
                    }
                    return false;
                }
            }
        }
    }

    /** Bytes of all parts together. */
    private long measure() {
        long each = member.receive.equalBytes();
        bare = each >= 0 && NodeLayout.of(rank.world, comm.group).isInOrder();
        if (bare) {
            allBytes = each * comm.size();
            return allBytes;
        }
        long total = 0;
        for (int i = 0; i < comm.size(); i++) {
            total += member.receive.bytes(i);
            allBytes += room(member.receive.bytes(i));
        }
        return total;
    }

    private void exchangeAcross() {
        int peers = comm.peers().size();
        for (int i = 0; i < peers; i++) {
            Parts parts = member.receive;
            receiveAcross(i, parts.address(i), parts.count(i), parts.type(i));
        }
        for (int i = 0; i < peers; i++) {
            Parts parts = member.send;
            sendAcross((comm.rank + i) % peers, parts.address(comm.rank), parts.count(comm.rank), parts.type(comm.rank));
        }
    }

    // The ring.

    private void placeOwn() {
        if (!member.inPlace && Parts.copy(member.send, comm.rank, member.receive, comm.rank)) {
            fail(Collective.truncated(member, member.send.bytes(comm.rank), member.receive.bytes(comm.rank), comm.rank));
        }
    }

    private boolean goRound() {
        if (ring == null) {
            ring = new Ring(rank.world, comm.group, comm.rank);
        }
        Parts parts = member.receive;
        int mine = ring.behind(steps);
        int next = ring.behind(steps + 1);
        receive(ring.behind(1), parts.address(next), parts.count(next), parts.type(next));
        send(ring.behind(-1), parts.address(mine), parts.count(mine), parts.type(mine));
        steps++;
        return steps < comm.size() - 1;
    }

    // The tree.

    /** Bytes of a part with its length in front, in a stream. */
    private long room(long bytes) {
        return bare ? bytes : 8 + (bytes + 7 & -8);
    }

    private void receiveStreams() {
        ownBytes = room(member.send.bytes(comm.rank));
        for (int i = 0; i < frames.length; i++) {
            long frame = frames[i].address;
            if (Frame.isError(frame)) {
                fail(Frame.error(frame));
                continue;
            }
            MessageCollectives.check(member, -1, frame);
            ownBytes += Frame.count(frame);
            if (Frame.follow(frame) == 0) {
                streams[i] = Frame.data(frame);
            } else {
                streams[i] = allocate(Frame.count(frame)).address;
                receive(tree.child(i), streams[i], Frame.count(frame), BYTE);
            }
        }
    }

    /** Puts the parts of the subtree together and sends them up. Answers whether there is something to wait for. */
    private boolean up() {
        boolean fits = ownBytes <= Frame.MOST_DATA;
        long frame = allocate(Frame.room(fits ? ownBytes : 0)).address;
        own = fits ? Frame.data(frame) : allocate(ownBytes).address;
        putFrame(frame, member.kind.ordinal(), -1, ownBytes, 0, fits ? 0 : 1);
        if (!hasFailed()) {
            long bytes = member.send.bytes(comm.rank);
            if (!bare) {
                Memory.putLong(own, bytes);
            }
            member.send.pack(comm.rank, bare ? own : own + 8);
            long at = own + room(bytes);
            for (int i = 0; i < streams.length; i++) {
                long length = Frame.count(frames[i].address);
                Memory.copy(streams[i], at, length);
                at += length;
            }
        }
        if (tree.isRoot()) {
            if (bare) {
                unpackBare();
            } else {
                all = own;
                allBytes = ownBytes;
                setData(all, allBytes, BYTE);
            }
            return false;
        }
        sendFrame(tree.parent(), frame, fits ? ownBytes : 0);
        if (!fits && !hasFailed()) {
            send(tree.parent(), own, ownBytes, BYTE);
        }
        if (bare) {
            setBareData();
        } else {
            all = allocate(allBytes).address;
            setData(all, allBytes, BYTE);
        }
        return true;
    }

    /** The data goes down from receive buffer to receive buffer. */
    private void setBareData() {
        setData(member.receive.address(0), member.receive.count(0) * comm.size(), member.receive.type(0));
    }

    private void unpackBare() {
        setBareData();
        if (!hasFailed() && ownBytes > allBytes) {
            fail(new MpiException(ErrorClass.TRUNCATE, "the parts of " + comm.describe() + " have " + ownBytes
                    + " bytes together, the receive buffer has room for " + allBytes));
        }
        if (!hasFailed() && ownBytes > 0) {
            Pack.unpack(own, ownBytes, member.receive.address(0), member.receive.count(0) * comm.size(), member.receive.type(0));
        }
    }

    @Override
    protected void check(long frame) {
        MessageCollectives.check(member, -1, frame);
    }

    private void takeAll() {
        var order = new Ring(rank.world, comm.group, 0);
        long at = all;
        for (int i = 0; i < comm.size() && at < all + allBytes; i++) {
            int part = order.behind(-i);
            long bytes = Memory.getLong(at);
            boolean inPlace = member.inPlace && part == comm.rank;
            if (!inPlace && member.receive.unpack(part, at + 8, bytes)) {
                fail(Collective.truncated(member, bytes, member.receive.bytes(part), part));
            }
            at += room(bytes);
        }
    }
}
