package flotilla.mpi.p2p;

import flotilla.memory.Memory;

/**
 * How the news of a message look between nodes: numbers, little-endian, and an eager message's data. A message with little data
 * fits into one cache line, together with what the transport puts before it. All kinds of frames begin with {@link #KIND}; those below {@link #FIRST_OTHER} are of point-to-point communication.
 */
final class MessageFrame {
    /** A message with its data. */
    static final int EAGER = 1;
    /** A message whose data the receiver asks for when it has a place for it. */
    static final int OFFER = 2;
    /** The receiver of an offered message has a place for it. */
    static final int CLEAR_TO_SEND = 3;
    /** Room for eager messages that is free again. */
    static final int CREDIT = 4;
    /** The sender of an offered message has withdrawn it. */
    static final int WITHDRAWN = 5;
    static final int FIRST_OTHER = 16;

    /** 4 bytes each, but for those from {@link #CONTEXT} to {@link #RECEIVE}, which have 8. */
    static final int KIND = 0;
    /** World rank of who is to get the frame; of a credit, nobody's. */
    static final int TO = 4;
    /** World rank of the sender of the message. */
    static final int FROM = 8;
    /** Rank of the sender in its group of the communicator. */
    static final int SOURCE = 12;
    static final int TAG = 16;
    /** Place of the message among those from its sender to its receiver. */
    static final int SEQUENCE = 20;
    static final int CONTEXT = 24;
    /** Of the message; those that are wanted, of CLEAR_TO_SEND; those that are free, of CREDIT. */
    static final int LENGTH = 32;
    /** Here an eager message has its data, and no other numbers. */
    static final int DATA = 40;
    /** Of the send that is offered: see {@link RemoteSends}. */
    static final int SEND = 40;
    /** Of the receive: key of the bulk. */
    static final int RECEIVE = 48;
    /** Node which is clear to send to. */
    static final int NODE = 56;
    /** Of a frame without data. */
    static final int BYTES = 64;
    /** Behind a message's frame: what a {@link MessageWatch} has noted of it, if there is one. */
    static final int NOTED_BYTES = 16;
    /** Room for any message's frame. */
    static final int MOST_BYTES = BYTES + MessagePool.EAGER + NOTED_BYTES;

    static void putMessage(long frame, int kind, int to, int from, int sequence, long context, int source, int tag, long length) {
        Memory.putInt(frame + KIND, kind);
        Memory.putInt(frame + TO, to);
        Memory.putInt(frame + FROM, from);
        Memory.putInt(frame + SOURCE, source);
        Memory.putInt(frame + TAG, tag);
        Memory.putInt(frame + SEQUENCE, sequence);
        Memory.putLong(frame + CONTEXT, context);
        Memory.putLong(frame + LENGTH, length);
    }

    static void putCredit(long frame, long bytes) {
        Memory.putInt(frame + KIND, CREDIT);
        Memory.putLong(frame + LENGTH, bytes);
    }

    static boolean isEager(long frame) {
        return Memory.getInt(frame + KIND) == EAGER;
    }

    /** Bytes of a frame, of kind {@link #EAGER} or {@link #OFFER}, with its data and without what is noted. */
    static int size(long frame) {
        return isEager(frame) ? DATA + Math.toIntExact(Memory.getLong(frame + LENGTH)) : BYTES;
    }

    static void putNoted(long frame, long time, long place) {
        Memory.putLong(frame + size(frame), time);
        Memory.putLong(frame + size(frame) + Long.BYTES, place);
    }

    static long notedTime(long frame) {
        return Memory.getLong(frame + size(frame));
    }

    static long notedPlace(long frame) {
        return Memory.getLong(frame + size(frame) + Long.BYTES);
    }

    private MessageFrame() {}
}
