package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.DownwardRounds;
import flotilla.mpi.rounds.Frame;
import flotilla.mpi.rounds.Tree;
import java.util.Arrays;

/**
 * MPI_Reduce, MPI_Allreduce and MPI_Reduce_scatter by messages. Vectors are combined up a tree, and the result goes down again where
 * all want it. Long vectors go in segments; of a long MPI_Reduce_scatter each member's part is reduced with that member as root.
 *
 * <p>A member combines its own vector with those of its children in their order in the tree, whoever comes first: the result is the same
 * bit by bit each time. The order is that of ranks, except that with operations that commute a node's members come together.
 */
final class TreeReduction extends DownwardRounds {
    private static final int RECEIVE = 1;
    private static final int RECEIVED = 2;
    private static final int NEXT_CHILD = 3;
    private static final int UP = 4;
    private static final int DOWN = 5;
    private static final int END = 6;

    private final Contribution member;
    private final Datatype type;
    private final boolean inter;
    /** Whether each member's part of the result is reduced on its own. */
    private final boolean scattered;
    /** In a rooted call on an intercommunicator: this member is the root, and has no vector. */
    private final boolean acrossRoot;

    /** The member whose part is reduced now, when scattered. */
    private int owner;
    /** The items reduced now: [at, at + items), in a vector that begins at {@link #first} and ends before {@link #end}. */
    private long first;
    private long at;
    private long items;
    private long end;
    /** Whether the items fit in a frame. */
    private boolean fits;

    private NativeBlock[] frames = new NativeBlock[0];
    private NativeBlock ownFrame;
    /** Vectors of the children, or two that are used in turn; addresses of displacement 0. */
    private long[] vectors = new long[0];
    private long vectorItems;
    /** Room for this member's own vector, when something is to be combined into it. */
    private long copy;
    private long copyItems;
    /** The next child whose vector comes, in the order in which they are combined. */
    private int next;
    /** What has been combined so far. */
    private long sum;
    /** Where the whole result goes, if this member or the tree below it gets it; displacement 0. */
    private long result;

    TreeReduction(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
        type = member.type;
        inter = comm.isInter();
        acrossRoot = inter && member.root == StandardAbi.ROOT && member.kind == CollectiveKind.REDUCE;
        scattered = member.kind == CollectiveKind.REDUCE_SCATTER && !inter && member.count * type.size() > Frame.MOST_DATA;
        describe(member.kind.ordinal(), frameRoot(), MessageCollectives.operation(member));
        end = scattered ? member.segmentLength(0) : member.count;
    }

    private int frameRoot() {
        return member.kind == CollectiveKind.REDUCE && !inter ? member.root : -1;
    }

    private int root() {
        return scattered ? owner : member.kind == CollectiveKind.REDUCE && !inter ? member.root : 0;
    }

    /** Whether the result goes to more than the root of the tree. */
    private boolean goesDown() {
        return member.kind == CollectiveKind.ALLREDUCE || member.kind == CollectiveKind.REDUCE_SCATTER && !scattered;
    }

    @Override
    protected boolean round() {
        while (true) {
            switch (phase) {
                case 0 -> {
                    if (RootedCollective.isBystander(member)) {
                        return false;
                    }
                    if (acrossRoot) {
                        setSourceAcross(0);
                        setData(member.receive.buffer, member.count, type);
                        tree.build(rank.world, Group.consecutive(0, 1), false, Tree.FLAT, 0, 0);
                        phase = DOWN;
                        continue;
                    }
                    placeResult();
                    phase = RECEIVE;
                }
                case RECEIVE -> {
                    receiveFrames();
                    phase = RECEIVED;
                    return true;
                }
                case RECEIVED -> {
                    checkFrames();
                    boolean more = true;
                    sum = member.send.buffer + at * type.extent();
                    next = 0;
                    if (hasFailed()) {
                        for (int i = 0; i < tree.children(); i++) {
                            drop(tree.child(i), frames[i].address);
                        }
                        phase = UP;
                    } else if (fits) {
                        for (int i = 0; i < tree.children(); i++) {
                            addChild(unpacked(child(i)), false);
                        }
                        phase = UP;
                    } else {
                        phase = NEXT_CHILD;
                        more = tree.children() > 0;
                    }
                    if (more) {
                        return true;
                    }
                }
                case NEXT_CHILD -> {
                    if (next == tree.children()) {
                        phase = UP;
                        continue;
                    }
                    makeVectors(2);
                    int child = child(next);
                    long vector = sum == vectors[0] ? vectors[1] : vectors[0];
                    receive(tree.child(child), vector, items, type);
                    addChild(vector, true);
                    next++;
                    return true;
                }
                case UP -> {
                    boolean wait = up();
                    at += items;
                    phase = RECEIVE;
                    if (at >= end && !nextOwner()) {
                        phase = goesDown() ? DOWN : END;
                        prepareDown();
                    }
                    if (phase == END) {
                        finishUp();
                        return false;
                    }
                    if (wait) {
                        return true;
                    }
                }
                case DOWN -> {
                    if (downRound()) {
                        return true;
                    }
                    phase = END;
                    return true;
                }
                default -> {
                    takeSegment();
                    return false;
                }
            }
        }
    }

    /** The whole result, where this member receives it as a whole. */
    private void placeResult() {
        result = switch (member.kind) {
            case REDUCE_SCATTER -> scattered ? 0 : vector(member.count);
            case REDUCE -> inter ? comm.rank == 0 ? vector(member.count) : 0 : comm.rank == member.root ? member.receive.buffer : 0;
            // With two groups, what is combined here is not what is received here.
            default -> inter && comm.rank == 0 ? vector(member.count) : member.receive.buffer;
        };
    }

    // Up.

    private void receiveFrames() {
        long size = Math.max(type.size(), 1);
        items = Math.min(Math.max(1, SEGMENT / size), end - at);
        fits = items * type.size() <= Frame.MOST_DATA;
        boolean inOrder = member.kernel == null && !member.op.commutative;
        tree.build(rank.world, comm.group, inOrder, fits ? Tree.FLAT : Tree.BINOMIAL, root(), comm.rank);
        int children = tree.children();
        if (frames.length < children) {
            int before = frames.length;
            frames = Arrays.copyOf(frames, children);
            for (int i = before; i < children; i++) {
                frames[i] = allocate(frameRoom());
            }
        }
        for (int i = 0; i < children; i++) {
            receiveFrame(tree.child(i), frames[i].address, frameRoom());
        }
    }

    /** Room for the longest frame of this call. */
    private long frameRoom() {
        return Frame.room(Math.min(member.count * type.size(), Frame.MOST_DATA));
    }

    private void checkFrames() {
        for (int i = 0; i < tree.children(); i++) {
            long frame = frames[i].address;
            try {
                if (Frame.isError(frame)) {
                    throw Frame.error(frame);
                }
                checkVector(frame, member.count);
            } catch (MpiException e) {
                fail(e);
            }
        }
    }

    private void checkVector(long frame, long count) {
        MessageCollectives.check(member, frameRoot(), frame);
        MessageCollectives.checkVector(member, frame, count);
    }

    /** The children in the order in which they are combined: those behind this member, then those before, from the nearest on. */
    private int child(int number) {
        int behind = tree.children() - tree.childrenBefore();
        return number < behind ? tree.childrenBefore() + number : tree.children() - 1 - number;
    }

    /** Combines a child's vector, which comes in this round or is there, into the sum. @param one whether one vector is received per round */
    private void addChild(long vector, boolean one) {
        int number = one ? next : next++;
        if (items == 0) {
            return;
        }
        boolean behind = number < tree.children() - tree.childrenBefore();
        if (behind) {
            combineLater(sum, vector);
            sum = vector;
            return;
        }
        if (sum == member.send.buffer + at * type.extent()) {
            if (copyItems < items) {
                copy = vector(items);
                copyItems = items;
            }
            Pack.copy(sum, items, type, copy, items, type, Long.MAX_VALUE);
            sum = copy;
        }
        combineLater(vector, sum);
    }

    /** A child's vector in its frame, or a copy laid out as the type says. */
    private long unpacked(int child) {
        long data = Frame.data(frames[child].address);
        if (type.isContiguous(items)) {
            return data - type.trueLb();
        }
        makeVectors(tree.children());
        Pack.unpack(data, items * type.size(), vectors[child], items, type);
        return vectors[child];
    }

    private void makeVectors(int number) {
        if (vectors.length >= number && vectorItems >= items) {
            return;
        }
        vectors = new long[number];
        for (int i = 0; i < number; i++) {
            vectors[i] = vector(items);
        }
        vectorItems = items;
    }

    /** Room for a vector; answers the address of its displacement 0, which may be outside for types with other bounds. */
    private long vector(long length) {
        long span = (Math.max(length, 1) - 1) * type.extent();
        long low = type.trueLb() + Math.min(span, 0);
        long high = type.trueUb() + Math.max(span, 0);
        return allocate(high - low).address - low;
    }

    /** Passes on what has been combined. Answers whether there is something to wait for. */
    private boolean up() {
        if (tree.isRoot()) {
            if (!hasFailed() && items > 0) {
                long to = (scattered ? member.receive.buffer : result) + (at - first) * type.extent();
                if (sum != to) {
                    Pack.copy(sum, items, type, to, items, type, Long.MAX_VALUE);
                }
            }
            return false;
        }
        if (ownFrame == null) {
            ownFrame = allocate(frameRoom());
        }
        long frame = ownFrame.address;
        putFrame(frame, member.kind.ordinal(), frameRoot(), member.count, MessageCollectives.operation(member), fits ? 0 : 1);
        if (!hasFailed() && fits && items > 0) {
            Pack.pack(sum, items, type, Frame.data(frame));
        }
        sendFrame(tree.parent(), frame, fits ? items * type.size() : 0);
        if (!hasFailed() && !fits) {
            send(tree.parent(), sum, items, type);
        }
        return true;
    }

    /** Goes over to the next member's part of the result. */
    private boolean nextOwner() {
        if (!scattered) {
            return false;
        }
        // A part may be empty.
        do {
            owner++;
            first = end;
            at = end;
            end += owner < comm.size() ? member.segmentLength(owner) : 0;
        } while (owner < comm.size() && at == end);
        return owner < comm.size();
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

    // Down.

    private void prepareDown() {
        if (phase != DOWN) {
            return;
        }
        tree.build(rank.world, comm.group, false, Tree.FLAT, 0, comm.rank);
        if (inter && comm.rank == 0) {
            sendAllAcross(0, result, member.count, type);
            setSourceAcross(0);
            result = member.kind == CollectiveKind.ALLREDUCE ? member.receive.buffer : vector(member.count);
        }
        setData(result, member.count, type);
    }

    /** The head of the group that gives sends the result to a root in the other. */
    private void finishUp() {
        if (member.kind == CollectiveKind.REDUCE && inter && comm.rank == 0) {
            sendAllAcross(member.root, result, member.count, type);
        }
    }

    @Override
    protected void check(long frame) {
        checkVector(frame, member.count * type.size());
    }

    private void takeSegment() {
        if (member.kind == CollectiveKind.REDUCE_SCATTER && !scattered && !hasFailed() && member.segmentLength > 0) {
            Pack.copy(result + member.segmentOffset * type.extent(), member.segmentLength, type, member.receive.buffer,
                    member.segmentLength, type, Long.MAX_VALUE);
        }
    }
}
