package flotilla.mpi.collective;

import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.Frame;
import flotilla.mpi.rounds.Rounds;
import flotilla.mpi.rounds.Tree;
import java.util.Arrays;

/**
 * MPI_Scan and MPI_Exscan by messages, over a tree whose subtrees are runs of ranks with the head in front. Sums of the
 * subtrees go up; what comes before a subtree goes down to its head, which adds its own vector and those of its first children
 * for each further child.
 */
final class TreeScan extends Rounds {
    /** Bytes of a segment. A member has one for each child. */
    private static final int SEGMENT = 64 << 10;

    private static final int RECEIVED = 1;
    private static final int UP = 2;
    private static final int DOWN = 3;
    private static final int BEFORE = 4;
    private static final int DELIVER = 5;

    private final Contribution member;
    private final Datatype type;
    private final Tree tree = new Tree();
    private final long check;
    private long at;
    private long items;
    private boolean fits;

    private NativeBlock[] frames = new NativeBlock[0];
    private long[] room = new long[0];
    private long ownFrame;
    /** By child: its vector; once combined, the sum of this member's range up to the child's end. */
    private long[] sums = new long[0];
    /** What comes before this member's range. */
    private long before;
    /** That and this member's own vector. */
    private long upToOwn;

    TreeScan(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
        type = member.type;
        check = MessageCollectives.operation(member);
    }

    @Override
    protected boolean round() {
        while (true) {
            switch (phase) {
                case 0 -> {
                    receiveFrames();
                    phase = RECEIVED;
                    return true;
                }
                case RECEIVED -> {
                    takeSums();
                    phase = UP;
                    return true;
                }
                case UP -> {
                    if (tree.isRoot()) {
                        phase = DELIVER;
                        continue;
                    }
                    sendUp();
                    receiveFrame(tree.parent(), ownFrame, Frame.room(Frame.MOST_DATA));
                    phase = DOWN;
                    return true;
                }
                case DOWN -> {
                    phase = BEFORE;
                    if (receiveBefore()) {
                        return true;
                    }
                }
                case BEFORE -> {
                    addBefore();
                    phase = DELIVER;
                    return true;
                }
                default -> {
                    sendDown();
                    deliver();
                    at += items;
                    phase = 0;
                    return at < member.count && !hasFailed();
                }
            }
        }
    }

    private long own() {
        return member.send.buffer + at * type.extent();
    }

    private void receiveFrames() {
        items = Math.min(Math.max(1, SEGMENT / Math.max(type.size(), 1)), member.count - at);
        fits = items * type.size() <= Frame.MOST_DATA;
        tree.build(rank.world, comm.group, true, fits ? Tree.FLAT : Tree.BINOMIAL, 0, comm.rank);
        int children = tree.children();
        if (ownFrame == 0) {
            ownFrame = allocate(Frame.room(Frame.MOST_DATA)).address;
            before = vector();
            upToOwn = vector();
        }
        if (frames.length < children) {
            int present = frames.length;
            frames = Arrays.copyOf(frames, children);
            room = Arrays.copyOf(room, children);
            sums = Arrays.copyOf(sums, children);
            for (int i = present; i < children; i++) {
                frames[i] = allocate(Frame.room(Frame.MOST_DATA));
            }
        }
        for (int i = 0; i < children; i++) {
            receiveFrame(tree.child(i), frames[i].address, Frame.room(Frame.MOST_DATA));
        }
    }

    /** Room for the vector of the first segment, the longest; answers the address of its displacement 0. */
    private long vector() {
        long span = (Math.max(items, 1) - 1) * type.extent();
        long low = type.trueLb() + Math.min(span, 0);
        return allocate(type.trueUb() + Math.max(span, 0) - low).address - low;
    }

    private void takeSums() {
        int children = tree.children();
        for (int i = 0; i < children; i++) {
            try {
                if (Frame.isError(frames[i].address)) {
                    throw Frame.error(frames[i].address);
                }
                MessageCollectives.check(member, -1, frames[i].address);
                MessageCollectives.checkVector(member, frames[i].address, member.count);
            } catch (MpiException e) {
                fail(e);
            }
        }
        if (hasFailed()) {
            for (int i = 0; i < children; i++) {
                drop(tree.child(i), frames[i].address);
            }
            return;
        }
        long sum = own();
        for (int i = 0; i < children && items > 0; i++) {
            long data = Frame.data(frames[i].address);
            if (fits && type.isContiguous(items)) {
                sums[i] = data - type.trueLb();
            } else {
                if (room[i] == 0) {
                    room[i] = vector();
                }
                sums[i] = room[i];
                if (fits) {
                    Pack.unpack(data, items * type.size(), sums[i], items, type);
                } else {
                    receive(tree.child(i), sums[i], items, type);
                }
            }
            combineLater(sum, sums[i]);
            sum = sums[i];
        }
    }

    private void sendUp() {
        int children = tree.children();
        send(tree.parent(), ownFrame, children == 0 ? own() : sums[children - 1]);
    }

    /** Sends a frame with a vector. */
    private void send(int peer, long frame, long vector) {
        putFrame(frame, member.kind.ordinal(), -1, member.count, check, fits ? 0 : 1);
        if (!hasFailed() && fits && items > 0) {
            Pack.pack(vector, items, type, Frame.data(frame));
        }
        sendFrame(peer, frame, fits ? items * type.size() : 0);
        if (!hasFailed() && !fits) {
            send(peer, vector, items, type);
        }
    }

    /** Answers whether data follow the frame from above. */
    private boolean receiveBefore() {
        if (Frame.isError(ownFrame)) {
            fail(Frame.error(ownFrame));
            return false;
        }
        if (fits) {
            if (items > 0) {
                Pack.unpack(Frame.data(ownFrame), items * type.size(), before, items, type);
            }
            return false;
        }
        receive(tree.parent(), before, items, type);
        return true;
    }

    private void addBefore() {
        if (hasFailed() || items == 0) {
            return;
        }
        Pack.copy(own(), items, type, upToOwn, items, type, Long.MAX_VALUE);
        if (tree.children() > 0 || member.kind == CollectiveKind.SCAN) {
            combineLater(before, upToOwn);
        }
        for (int i = 0; i < tree.children() - 1; i++) {
            combineLater(before, sums[i]);
        }
    }

    private void sendDown() {
        // From behind: the vector for a child may stand in the frame of the one before, and its own frame is written here.
        for (int i = tree.children() - 1; i >= 0; i--) {
            send(tree.child(i), frames[i].address, i > 0 ? sums[i - 1] : tree.isRoot() ? own() : upToOwn);
        }
    }

    private void deliver() {
        if (hasFailed() || items == 0) {
            return;
        }
        long to = member.receive.buffer + at * type.extent();
        if (member.kind == CollectiveKind.EXSCAN) {
            if (!tree.isRoot()) {
                Pack.copy(before, items, type, to, items, type, Long.MAX_VALUE);
            }
        } else if (tree.isRoot()) {
            if (to != own()) {
                Pack.copy(own(), items, type, to, items, type, Long.MAX_VALUE);
            }
        } else {
            Pack.copy(upToOwn, items, type, to, items, type, Long.MAX_VALUE);
        }
    }

    @Override
    protected int combine(long in, long inout, GuestReturn goOn) {
        if (member.kernel == null) {
            return Collectives.callOperation(rank, member.op, in, inout, items, member.rawType, goOn);
        }
        member.kernel.combine(in, inout, items);
        return 0;
    }

    @Override
    protected boolean combinesInGuest() {
        return member.kernel == null;
    }
}
