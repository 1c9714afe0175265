package flotilla.mpi.rounds;

import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Bytes go down a tree, and all members get what follows from them. A member is asked first whether somebody in its process knows
 * the outcome already: then it needs no bytes, and n members of a node have one outcome, not n.
 */
public abstract class SpreadBytes extends Rounds {
    /** Kinds of calls from here on are not those of collective operations. */
    private static final int FIRST_KIND = 1000;

    private static final int OFFERED = 1;
    private static final int ANSWERED = 2;
    private static final int SERVE = 3;
    private static final int REPLIED = 4;

    /** What members of a process have in common while the call lasts. */
    private record Told(byte[] stream, Outcome outcome) {}

    /** By which the members of a node find the outcome: no two calls of a job have the same context and number. */
    private record Key(long context, int call, int node) {}

    final Tree tree = new Tree();
    final int kind;
    private final Key key;
    private final Outcome own;
    private Told told;
    private int step;
    private long frame;
    /** The bytes that go down, where they are needed. */
    private long bytes;
    private long length;
    private NativeBlock[] replies;

    SpreadBytes(Rank rank, Comm comm, String call, Outcome own) {
        super(rank, comm, Channel.of(comm), comm.collectiveCalls);
        this.own = own;
        kind = FIRST_KIND + (call.hashCode() & 0xFFFF);
        key = new Key(comm.context, comm.collectiveCalls, rank.world.nodes.nodeOf(rank.worldRank));
    }

    /** Members of one process have the outcome in common. */
    @Override
    protected final String whyItStays() {
        return "it is in a call that makes a communicator";
    }

    /** Once the call is finished; null when it has failed. */
    public final Outcome outcome() {
        return told == null ? null : told.outcome();
    }

    /** How many say something: positions are below. */
    abstract int speakers();

    /** The root of the tree has the bytes: a stream of {@link #putPart}. */
    final void setBytes(long address, long count) {
        bytes = address;
        length = count;
    }

    /** Begins the next round. @return false when it is the last */
    final boolean spreadRound() {
        while (true) {
            switch (step) {
                case 0 -> {
                    if (tree.isRoot()) {
                        if (!hasFailed()) {
                            conclude();
                        }
                        step = SERVE;
                        continue;
                    }
                    frame = allocate(Frame.room(0)).address;
                    receiveFrame(tree.parent(), frame, Frame.room(0));
                    step = OFFERED;
                    return true;
                }
                case OFFERED -> {
                    if (Frame.isError(frame)) {
                        fail(Frame.error(frame));
                        step = SERVE;
                        continue;
                    }
                    length = Frame.count(frame);
                    told = rank.world.shared(key);
                    putFrame(frame, kind, -1, told == null ? 1 : 0, 0, 0);
                    sendFrame(tree.parent(), frame, 0);
                    step = ANSWERED;
                    if (told == null) {
                        bytes = allocate(length).address;
                        receive(tree.parent(), bytes, length, BYTE);
                    }
                    return true;
                }
                case ANSWERED -> {
                    if (told == null) {
                        conclude();
                    }
                    step = SERVE;
                }
                case SERVE -> {
                    offer();
                    step = REPLIED;
                    return !hasFailed() && tree.children() > 0;
                }
                default -> {
                    serve();
                    return false;
                }
            }
        }
    }

    private void conclude() {
        byte[] stream = Memory.get(bytes, Math.toIntExact(length));
        own.conclude(rank, parts(stream, speakers()));
        told = rank.world.share(key, new Told(stream, own));
    }

    private void offer() {
        replies = new NativeBlock[tree.children()];
        for (int i = 0; i < replies.length; i++) {
            replies[i] = allocate(Frame.room(0));
            putFrame(replies[i].address, kind, -1, length, 0, 0);
            sendFrame(tree.child(i), replies[i].address, 0);
            if (!hasFailed()) {
                receiveFrame(tree.child(i), replies[i].address, Frame.room(0));
            }
        }
    }

    private void serve() {
        for (int i = 0; i < replies.length; i++) {
            if (Frame.count(replies[i].address) != 0) {
                if (bytes == 0) {
                    bytes = allocate(length).address;
                    Memory.put(told.stream(), 0, bytes, told.stream().length);
                }
                send(tree.child(i), bytes, length, BYTE);
            }
        }
    }

    // Streams of parts.

    /** Bytes of a part with {@code count} bytes. */
    static long partBytes(int count) {
        return 8L + count;
    }

    /** What the member at a position says. */
    static void putPart(long address, int position, byte[] said) {
        Memory.putInt(address, position);
        Memory.putInt(address + 4, said.length);
        Memory.put(said, 0, address + 8, said.length);
    }

    private static byte[][] parts(byte[] stream, int members) {
        var parts = new byte[members][];
        ByteBuffer buffer = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            int position = buffer.getInt();
            parts[position] = new byte[buffer.getInt()];
            buffer.get(parts[position]);
        }
        return parts;
    }
}
