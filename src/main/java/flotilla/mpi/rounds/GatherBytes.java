package flotilla.mpi.rounds;

import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/**
 * All members say something, and all get what follows from it: what is said goes up a tree, and down again where it is needed.
 */
public final class GatherBytes extends SpreadBytes {
    private static final int ABOVE = 1;
    private static final int UP = 2;
    private static final int ACROSS = 3;
    private static final int JOINED = 4;
    private static final int SPREAD = 5;

    private final byte[] said;
    private NativeBlock[] frames;
    private long[] streams;
    /** What the members of this one's subtree have said. */
    private long stream;
    private long length;
    private long otherFrame;
    private long other;

    /**
     * @param call name of the MPI function, the same for all members
     * @param said of this member
     * @param outcome that this member concludes if nobody in its process has
     */
    public GatherBytes(Rank rank, Comm comm, String call, byte[] said, Outcome outcome) {
        super(rank, comm, call, outcome);
        this.said = said;
        tree.build(rank.world, comm.group, false, Tree.FLAT, 0, comm.rank);
    }

    @Override
    protected boolean round() {
        while (true) {
            switch (phase) {
                case 0 -> {
                    frames = new NativeBlock[tree.children()];
                    streams = new long[frames.length];
                    for (int i = 0; i < frames.length; i++) {
                        frames[i] = allocate(Frame.room(Frame.MOST_DATA));
                        receiveFrame(tree.child(i), frames[i].address, Frame.room(Frame.MOST_DATA));
                    }
                    phase = ABOVE;
                    return true;
                }
                case ABOVE -> {
                    receiveStreams();
                    phase = UP;
                    return true;
                }
                case UP -> {
                    join();
                    phase = SPREAD;
                    if (!tree.isRoot()) {
                        sendStream();
                        return true;
                    }
                    if (comm.isInter()) {
                        exchange();
                        phase = ACROSS;
                        return true;
                    }
                    setBytes(stream, length);
                }
                case ACROSS -> {
                    phase = JOINED;
                    if (Frame.isError(otherFrame)) {
                        fail(Frame.error(otherFrame));
                    } else {
                        other = allocate(length + Frame.count(otherFrame)).address;
                        receiveAcross(0, other + length, Frame.count(otherFrame), BYTE);
                    }
                    return true;
                }
                case JOINED -> {
                    if (!hasFailed()) {
                        Memory.copy(stream, other, length);
                        setBytes(other, length + Frame.count(otherFrame));
                    }
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
        return comm.totalSize();
    }

    private void receiveStreams() {
        length = partBytes(said.length);
        for (int i = 0; i < frames.length; i++) {
            long frame = frames[i].address;
            if (Frame.isError(frame)) {
                fail(Frame.error(frame));
                continue;
            }
            if (Frame.kind(frame) != kind) {
                fail(new MpiException(ErrorClass.OTHER, "the ranks of " + comm.describe() + " call different collectives"));
                drop(tree.child(i), frame);
                continue;
            }
            length += Frame.count(frame);
            streams[i] = Frame.data(frame);
            if (Frame.follow(frame) > 0) {
                streams[i] = allocate(Frame.count(frame)).address;
                receive(tree.child(i), streams[i], Frame.count(frame), BYTE);
            }
        }
    }

    private void join() {
        stream = allocate(Frame.HEADER + length).address + Frame.HEADER;
        if (hasFailed()) {
            return;
        }
        putPart(stream, comm.position(), said);
        long at = stream + partBytes(said.length);
        for (int i = 0; i < streams.length; i++) {
            long bytes = Frame.count(frames[i].address);
            Memory.copy(streams[i], at, bytes);
            at += bytes;
        }
    }

    private void sendStream() {
        boolean fits = length <= Frame.MOST_DATA && !hasFailed();
        long frame = fits ? stream - Frame.HEADER : allocate(Frame.room(0)).address;
        putFrame(frame, kind, -1, length, 0, fits ? 0 : 1);
        sendFrame(tree.parent(), frame, fits ? length : 0);
        if (!fits && !hasFailed()) {
            send(tree.parent(), stream, length, BYTE);
        }
    }

    /** The heads of the two groups tell each other. */
    private void exchange() {
        long frame = allocate(Frame.room(0)).address;
        putFrame(frame, kind, -1, length, 0, 1);
        sendFrameAcross(0, frame, 0);
        if (!hasFailed()) {
            sendTrailingAcross(0, stream, length, BYTE);
        }
        otherFrame = allocate(Frame.room(0)).address;
        receiveFrameAcross(0, otherFrame, Frame.room(0));
    }
}
