package flotilla.mpi.rounds;

import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/**
 * Data goes down a tree: a frame, and when the data does not fit in there, its packed stream in segments, so that all levels of
 * the tree are at work at the same time. A member passes on what comes, even if it has less room itself. The source may stand in
 * the other group, and then sends to the head of this one.
 */
public abstract class DownwardRounds extends Rounds {
    /** Bytes of a segment: between nodes, sending one takes some tens of microseconds. */
    protected static final int SEGMENT = 256 << 10;

    private static final int SEND_SEGMENT = 1;
    private static final int RECEIVED_FRAME = 2;
    private static final int RECEIVE_SEGMENT = 3;
    private static final int RECEIVED_SEGMENT = 4;
    private static final int STORE_SEGMENT = 5;

    protected final Tree tree = new Tree();

    private int step;
    private int kind;
    private int root;
    private long check;
    /** The data, or room for it. */
    private long address;
    private long count;
    private Datatype type;
    /** The rank of the other group from which the head of this one gets the data, or -1. */
    private int sourceAcross = -1;

    private long frame;
    /** Bytes of the data, and how many of them have been sent on or received. */
    private long total;
    private long at;
    /** Where the packed stream stands as a whole, or -1; then segments go through {@link #segment}. */
    private long run;
    private long segment;

    /** @see Rounds#Rounds */
    protected DownwardRounds(Rank rank, Comm comm, Channel channel, int tag) {
        super(rank, comm, channel, tag);
    }

    /** What frames of this call say: see {@link Frame}. */
    protected final void describe(int callKind, int callRoot, long callCheck) {
        kind = callKind;
        root = callRoot;
        check = callCheck;
    }

    /** The data that this member has, or room for what it gets. */
    protected final void setData(long where, long items, Datatype itemType) {
        address = where;
        count = items;
        type = itemType;
    }

    /** The head of this group gets the data from a member of the other group. */
    protected final void setSourceAcross(int rankOfOther) {
        sourceAcross = rankOfOther;
    }

    /**
     * The frame with which the data begin has come and says no error.
     *
     * @throws MpiException when the data are not what this member expects
     */
    protected abstract void check(long frameAddress);

    /** Begins the next round of the transfer to all of {@link #tree}. @return false when it is the last */
    protected final boolean downRound() {
        while (true) {
            switch (step) {
                case 0 -> {
                    if (tree.isRoot() && sourceAcross < 0) {
                        return beginAsSource();
                    }
                    frame = allocate(Frame.room(Frame.MOST_DATA)).address;
                    if (tree.isRoot()) {
                        receiveFrameAcross(sourceAcross, frame, Frame.room(Frame.MOST_DATA));
                    } else {
                        receiveFrame(tree.parent(), frame, Frame.room(Frame.MOST_DATA));
                    }
                    step = RECEIVED_FRAME;
                    return true;
                }
                case SEND_SEGMENT -> {
                    long length = Math.min(SEGMENT, total - at);
                    sendToChildren(segmentToSend(at, length), length);
                    at += length;
                    return at < total;
                }
                case RECEIVED_FRAME -> {
                    if (!takeFrame()) {
                        return false;
                    }
                    step = RECEIVE_SEGMENT;
                }
                case RECEIVE_SEGMENT -> {
                    receiveSegment(at);
                    step = RECEIVED_SEGMENT;
                    return true;
                }
                case RECEIVED_SEGMENT -> {
                    long length = Math.min(SEGMENT, total - at);
                    sendToChildren(run >= 0 ? run + at : segment, length);
                    step = STORE_SEGMENT;
                    if (run >= 0) {
                        at += length;
                        if (at == total) {
                            return false;
                        }
                        receiveSegment(at);
                        step = RECEIVED_SEGMENT;
                    }
                    return true;
                }
                default -> {
                    long length = Math.min(SEGMENT, total - at);
                    Pack.unpackRange(segment, at, length, address, count, type);
                    at += length;
                    if (at == total) {
                        return false;
                    }
                    step = RECEIVE_SEGMENT;
                }
            }
        }
    }

    private boolean beginAsSource() {
        total = count * (count == 0 ? 0 : type.size());
        boolean fits = total <= Frame.MOST_DATA;
        frame = allocate(Frame.room(fits ? total : 0)).address;
        putFrame(frame, kind, root, total, check, fits ? 0 : segments(total));
        if (!hasFailed() && fits && total > 0) {
            Pack.pack(address, count, type, Frame.data(frame));
        }
        for (int i = 0; i < tree.children(); i++) {
            sendFrame(tree.child(i), frame, fits ? total : 0);
        }
        if (fits || hasFailed()) {
            return false;
        }
        run = type.isContiguous(count) ? address + type.trueLb() : -1;
        segment = run >= 0 || tree.children() == 0 ? 0 : allocate(SEGMENT).address;
        step = SEND_SEGMENT;
        return tree.children() > 0;
    }

    private static int segments(long bytes) {
        return Math.toIntExact((bytes + SEGMENT - 1) / SEGMENT);
    }

    private long segmentToSend(long offset, long length) {
        if (run >= 0) {
            return run + offset;
        }
        Pack.packRange(address, count, type, offset, length, segment);
        return segment;
    }

    /** Sends the frame on and takes what it carries. Answers whether segments follow. */
    private boolean takeFrame() {
        boolean failed = Frame.isError(frame);
        total = failed ? 0 : Frame.count(frame);
        boolean fits = failed || Frame.follow(frame) == 0;
        for (int i = 0; i < tree.children(); i++) {
            sendFrame(tree.child(i), frame, fits ? total : 0);
        }
        if (failed) {
            fail(Frame.error(frame));
            return false;
        }
        boolean wanted = true;
        long room = count == 0 ? 0 : count * type.size();
        try {
            check(frame);
            if (total > room) {
                throw new MpiException(ErrorClass.TRUNCATE, "the data for rank " + comm.rank + " of " + comm.describe()
                        + " has " + total + " bytes, the receive buffer has room for " + room);
            }
        } catch (MpiException e) {
            fail(e);
            wanted = e.errorClass() == ErrorClass.TRUNCATE && room > 0;
        }
        if (!wanted) {
            count = 0;
            room = 0;
        }
        if (fits) {
            if (count > 0) {
                Pack.unpack(Frame.data(frame), Math.min(total, room), address, count, type);
            }
            return false;
        }
        run = total <= room && type.isContiguous(count) ? address + type.trueLb() : -1;
        segment = run >= 0 ? 0 : allocate(SEGMENT).address;
        return true;
    }

    private void receiveSegment(long offset) {
        long length = Math.min(SEGMENT, total - offset);
        long to = run >= 0 ? run + offset : segment;
        if (tree.isRoot()) {
            receiveAcross(sourceAcross, to, length, BYTE);
        } else {
            receive(tree.parent(), to, length, BYTE);
        }
    }

    private void sendToChildren(long from, long length) {
        for (int i = 0; i < tree.children(); i++) {
            send(tree.child(i), from, length, BYTE);
        }
    }

    /**
     * Sends data to a member of the other group, which receives it by {@link #downRound}; the call's end waits until it has
     * been taken.
     */
    protected final void sendAllAcross(int peer, long from, long items, Datatype itemType) {
        long bytes = items * (items == 0 ? 0 : itemType.size());
        boolean fits = bytes <= Frame.MOST_DATA;
        long own = allocate(Frame.room(fits ? bytes : 0)).address;
        putFrame(own, kind, root, bytes, check, fits ? 0 : segments(bytes));
        if (hasFailed() || fits) {
            if (!hasFailed() && bytes > 0) {
                Pack.pack(from, items, itemType, Frame.data(own));
            }
            sendFrameAcross(peer, own, bytes);
            return;
        }
        sendFrameAcross(peer, own, 0);
        long stream;
        if (itemType.isContiguous(items)) {
            stream = from + itemType.trueLb();
        } else {
            stream = allocate(bytes).address;
            Pack.pack(from, items, itemType, stream);
        }
        for (long offset = 0; offset < bytes; offset += SEGMENT) {
            sendTrailingAcross(peer, stream + offset, Math.min(SEGMENT, bytes - offset), BYTE);
        }
    }
}
