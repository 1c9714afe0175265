package flotilla.mpi.rounds;

import flotilla.mpi.core.Activity;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.p2p.Endpoint;
import flotilla.mpi.p2p.ReceiveRequest;
import flotilla.mpi.p2p.SendMode;
import flotilla.mpi.p2p.SendRequest;
import java.util.Arrays;

/**
 * One member's part of a collective call by messages. A round posts requests and names vectors to combine; when all requests are
 * complete and all vectors combined, the next begins. It goes on whenever the rank looks at its inbox.
 *
 * <p>A failure is noted and the rounds go on, since others wait for this member's messages; the call fails at its end.
 */
public abstract class Rounds extends Activity {
    /**
     * One call in so many waits until its data has been taken: it bounds how far a member runs ahead of those that it only
     * sends to, and with that the memory of what is on the way.
     */
    private static final int PATIENT = 32;

    protected static final Datatype BYTE = PredefinedDatatypes.get(BasicType.BYTE);
    /** Bytes, too, of a message that may be longer than expected. */
    private static final Datatype FRAME = PredefinedDatatypes.get(BasicType.PACKED);

    protected final Rank rank;
    /** The communicator of the call. */
    protected final Comm comm;
    private final Channel channel;
    /** Number of the call on its channel; the tag of its messages. */
    private final int tag;
    private final SendMode mode;

    /** Where the call stands, for {@link #round}. */
    protected int phase;

    private Request[] requests = new Request[4];
    /** By request: the rank that it receives from, or -1 - the rank that it sends to. */
    private int[] peers = new int[4];
    /** Sends that the rounds do not wait for, only the end of the call. */
    private Request[] trailing = new Request[4];
    private int trailingCount;
    private int posted;
    /** Requests below are complete. */
    private int firstPending;

    /** Pairs of addresses: in, inout. */
    private long[] combinations = new long[4];
    private int combinationCount;
    private int nextCombination;
    private boolean guestRuns;

    private NativeBlock[] blocks = new NativeBlock[4];
    private int blockCount;

    private boolean last;
    private boolean finished;
    private int error;
    private String errorDetail;

    /**
     * @param channel whose messages the call uses
     * @param tag     number of the call on that channel
     */
    protected Rounds(Rank rank, Comm comm, Channel channel, int tag) {
        this.rank = rank;
        this.comm = comm;
        this.channel = channel;
        this.tag = tag & Integer.MAX_VALUE;
        mode = tag % PATIENT == 0 ? SendMode.SYNCHRONOUS : SendMode.STANDARD;
    }

    /** The member makes the call: goes on as far as it can. */
    public final void begin() {
        rank.drainInbox();
        rank.begin(this);
        advance(rank);
    }

    public final boolean isFinished() {
        return finished;
    }

    /** Why the call fails for this member, once it is finished; else null. */
    public final MpiException failure() {
        return error == 0 ? null : new MpiException(error, errorDetail);
    }

    /** Begins the next round. @return false when it is the last */
    protected abstract boolean round();

    /**
     * {@code inout = in op inout} for this call's operation. Answers 0, or {@link Rank#CALLING} and then what {@code goOn}
     * answers.
     */
    protected int combine(long in, long inout, GuestReturn goOn) {
        throw new IllegalStateException();
    }

    /** Whether {@link #combine} calls a guest function. */
    protected boolean combinesInGuest() {
        return false;
    }

    /** The call is over: gives back what is not the engine's. */
    protected void ended() {}

    // Progress.

    @Override
    protected final void advance(Rank self) {
        while (!finished && !guestRuns) {
            if (!isRoundComplete() || nextCombination < combinationCount && !combineAll()) {
                return;
            }
            if (last) {
                if (areTrailingComplete()) {
                    finish();
                }
                return;
            }
            try {
                last = !round();
            } catch (MpiException e) {
                fail(e);
                last = true;
            }
        }
    }

    private boolean isRoundComplete() {
        while (firstPending < posted) {
            Request request = requests[firstPending];
            if (!request.isComplete()) {
                return false;
            }
            complete(request, peers[firstPending]);
            requests[firstPending] = null;
            firstPending++;
        }
        firstPending = 0;
        posted = 0;
        return true;
    }

    private boolean areTrailingComplete() {
        while (trailingCount > 0) {
            Request request = trailing[trailingCount - 1];
            if (!request.isComplete()) {
                return false;
            }
            request.release(rank, null);
            trailing[--trailingCount] = null;
        }
        return true;
    }

    private void complete(Request request, int peer) {
        if (request.error != 0 && !(request.error == ErrorClass.TRUNCATE && isExcess(request))) {
            fail(request.error != ErrorClass.TRUNCATE ? new MpiException(request.error, request.errorDetail)
                    : new MpiException(ErrorClass.TRUNCATE, "the part from rank " + peer + " of " + comm.describe()
                            + " is longer than the " + request.bytes + " bytes that the receive buffer has room for"));
        }
        request.release(rank, null);
    }

    /** Answers false when guest functions must run first. */
    private boolean combineAll() {
        if (combinesInGuest()) {
            return false;
        }
        while (nextCombination < combinationCount) {
            combine(combinations[2 * nextCombination], combinations[2 * nextCombination + 1], null);
            nextCombination++;
        }
        combinationCount = 0;
        nextCombination = 0;
        return true;
    }

    @Override
    protected final boolean wantsGuest() {
        return nextCombination < combinationCount && posted == 0 && !guestRuns && !finished;
    }

    @Override
    protected final int callGuest(Rank self, GuestReturn goOn) {
        guestRuns = true;
        int at = nextCombination++;
        return combine(combinations[2 * at], combinations[2 * at + 1], (r, value) -> {
            guestRuns = false;
            if (nextCombination < combinationCount) {
                return callGuest(r, goOn);
            }
            combinationCount = 0;
            nextCombination = 0;
            advance(r);
            if (r.lock != null) {
                // Another thread of the rank may wait for this call.
                r.wake();
            }
            return goOn.returned(r, 0);
        });
    }

    private void finish() {
        finished = true;
        for (int i = 0; i < blockCount; i++) {
            blocks[i].give();
            blocks[i] = null;
        }
        blockCount = 0;
        ended();
        rank.end(this);
    }

    // For subclasses.

    /** The call fails at its end; of several failures the first counts. */
    protected final void fail(MpiException e) {
        if (error == 0) {
            error = e.errorClass();
            errorDetail = e.getMessage();
        }
    }

    protected final boolean hasFailed() {
        return error != 0;
    }

    /** To a member of the local group. */
    protected final void send(int peer, long address, long count, Datatype type) {
        send(channel.local, tag, peer, address, count, type);
    }

    /** To a member of the local group; only the end of the call waits until the data has been taken. */
    protected final void sendTrailing(int peer, long address, long count, Datatype type) {
        trail(channel.local, peer, address, count, type);
    }

    /** As {@link #sendTrailing}, to a member of the other group. */
    protected final void sendTrailingAcross(int peer, long address, long count, Datatype type) {
        trail(channel.remote, peer, address, count, type);
    }

    private void trail(Comm via, int peer, long address, long count, Datatype type) {
        SendRequest request = Endpoint.of(rank).newSend(mode, address, count, type, peer, tag, via);
        request.start(rank);
        if (request.isComplete()) {
            request.release(rank, null);
            return;
        }
        if (trailingCount == trailing.length) {
            trailing = Arrays.copyOf(trailing, 2 * trailingCount);
        }
        trailing[trailingCount++] = request;
    }

    /** From a member of the local group. */
    protected final void receive(int peer, long address, long count, Datatype type) {
        receive(channel.local, tag, peer, address, count, type);
    }

    /** To a member of the other group. */
    protected final void sendAcross(int peer, long address, long count, Datatype type) {
        send(channel.remote, tag, peer, address, count, type);
    }

    /** From a member of the other group. */
    protected final void receiveAcross(int peer, long address, long count, Datatype type) {
        receive(channel.remote, tag, peer, address, count, type);
    }

    /** A frame from a member of the local group: of one with more than {@code room} bytes, what fits. */
    protected final void receiveFrame(int peer, long frame, long room) {
        receive(channel.local, tag, peer, frame, room, FRAME);
    }

    /** A frame from a member of the other group. */
    protected final void receiveFrameAcross(int peer, long frame, long room) {
        receive(channel.remote, tag, peer, frame, room, FRAME);
    }

    /** Receives what follows a frame and nobody wants, so that its sender can go on. */
    protected final void drop(int peer, long frame) {
        for (int i = Frame.follow(frame); i > 0; i--) {
            receiveFrame(peer, frame, 0);
        }
    }

    final void send(Comm via, int withTag, int peer, long address, long count, Datatype type) {
        SendRequest request = Endpoint.of(rank).newSend(mode, address, count, type, peer, withTag, via);
        request.start(rank);
        post(request, -1 - peer);
    }

    final void receive(Comm via, int withTag, int peer, long address, long count, Datatype type) {
        ReceiveRequest request = Endpoint.of(rank).newReceive(address, count, type, peer, withTag, via);
        request.start(rank);
        post(request, peer);
    }

    /** Whether it does not matter that a message was longer than expected. */
    private static boolean isExcess(Request request) {
        return request instanceof ReceiveRequest receive && receive.type() == FRAME;
    }

    private void post(Request request, int peer) {
        if (request.isComplete()) {
            complete(request, peer);
            return;
        }
        if (posted == requests.length) {
            requests = Arrays.copyOf(requests, 2 * posted);
            peers = Arrays.copyOf(peers, 2 * posted);
        }
        requests[posted] = request;
        peers[posted] = peer;
        posted++;
    }

    /** After this round's requests are complete, and before the next round: {@code inout = in op inout}. */
    protected final void combineLater(long in, long inout) {
        if (2 * combinationCount == combinations.length) {
            combinations = Arrays.copyOf(combinations, 2 * combinations.length);
        }
        combinations[2 * combinationCount] = in;
        combinations[2 * combinationCount + 1] = inout;
        combinationCount++;
    }

    /** Memory that is given back when the call ends. */
    protected final NativeBlock allocate(long bytes) {
        if (blockCount == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * blockCount);
        }
        NativeBlock block = rank.takeBlock(bytes);
        blocks[blockCount++] = block;
        return block;
    }

    /** Writes the header of a frame: what this member says of its call, and that it has failed if so. */
    protected final void putFrame(long frame, int kind, int root, long count, long check, int follow) {
        Frame.put(frame, kind, root, count, check, follow);
        if (error != 0) {
            Frame.putError(frame, error, errorDetail);
        }
    }

    /** Sends a frame with {@code data} bytes behind its header, or with its error. */
    protected final void sendFrame(int peer, long frame, long data) {
        send(peer, frame, Frame.length(frame, data), BYTE);
    }

    protected final void sendFrameAcross(int peer, long frame, long data) {
        sendAcross(peer, frame, Frame.length(frame, data), BYTE);
    }

    /** The member whose message is missing, for reports: "waiting for rank 3"; empty when none is. */
    public final String state() {
        for (int i = firstPending; i < posted; i++) {
            if (!requests[i].isComplete()) {
                int peer = peers[i];
                return peer >= 0 ? "waiting for data from rank " + peer : "waiting for rank " + (-1 - peer) + " to take data";
            }
        }
        return "";
    }
}
