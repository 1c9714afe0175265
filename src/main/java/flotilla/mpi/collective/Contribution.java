package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.core.CollectiveLink;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Meeting;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.reduce.Kernel;
import flotilla.mpi.reduce.Kernels;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.Rounds;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What one member brings to a collective call: its arguments, and afterwards its own failure. Blocking calls use the
 * rank's own object again and again. Others read a contribution only between the member's arrival and the moment in which
 * the meeting lets it go.
 */
public final class Contribution implements Wait, Serializable, Supplier<Collective> {
    public final Rank rank;
    /** False for a nonblocking operation, whose owner goes on after it has arrived. */
    public final boolean blocking;
    public CollectiveKind kind;
    public Comm comm;
    /** {@link Comm#position()} */
    public int position;
    /** Root as the member gave it: a rank of the (remote) group, MPI_ROOT or MPI_PROC_NULL. */
    public int root;
    public final Parts send = new Parts();
    public final Parts receive = new Parts();

    // Reductions. The buffers are those of send and receive, SINGLE.
    public long count;
    public Datatype type;
    public Op op;
    /** Null for a user's operation. */
    public transient Kernel kernel;
    /** The type's handle as the guest holds it, for its function. */
    public long rawType;
    /** Elements before and in the member's part of the result (MPI_Reduce_scatter). */
    public long segmentOffset;
    public long segmentLength;
    /** Address of every member's 4-byte number of elements, or 0 when all have {@link #segmentLength} (MPI_Reduce_scatter). */
    private long segments;
    private NativeBlock keptSegments;

    /** Members on the edges of the topology: see {@link NeighborCollective}. */
    transient NeighborCollective.Edges edges;

    /** The call is in place: {@link #send} describes data in the receive buffer. */
    public boolean inPlace;

    private final transient Predicate<Meeting> ofKind = candidate -> candidate instanceof Collective collective && collective.kind == kind;
    /** Index of the MPI function in the function table. */
    private int function;
    /** False for one call in 32, in which everybody waits: it bounds how far a member can run ahead of the others. */
    private boolean eager;
    /** Set by the member itself when the meeting needs it no longer. */
    boolean finished;
    /** Why this member's call fails; written by whoever copies its data. */
    MpiException failure;
    /** Input of an in-place call, put aside. */
    NativeBlock snapshot;
    transient Collective meeting;
    /** The call in progress, in a job of several nodes; then there is no meeting. */
    private Rounds rounds;
    /** The link of this call in the chain, and the one before. */
    private transient CollectiveLink link;
    private transient CollectiveLink passed;

    private Contribution(Rank rank, boolean blocking) {
        this.rank = rank;
        this.blocking = blocking;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        kernel = op != null && op.isPredefined() ? Kernels.forReduction(op.predefined, type) : null;
    }

    /** For a blocking call. */
    public static Contribution blocking(Rank rank, CollectiveKind kind, Comm comm) {
        var own = (Contribution) rank.collective;
        if (own == null) {
            own = new Contribution(rank, true);
            rank.collective = own;
        } else if (own.meeting != null || own.rounds != null) {
            own = new Contribution(rank, true);
        }
        return own.begin(kind, comm);
    }

    /** For a nonblocking or persistent operation. */
    public static Contribution nonblocking(Rank rank, CollectiveKind kind, Comm comm) {
        return new Contribution(rank, false).begin(kind, comm);
    }

    /**
     * MPI_Reduce_scatter: address of every member's number of elements, which a nonblocking call copies; 0 when all have as
     * many.
     */
    public void setSegments(long counts) {
        segments = counts;
        if (!blocking && counts != 0 && rank.world.isDistributed()) {
            keptSegments = rank.takeBlock(4L * comm.size());
            Memory.copy(counts, keptSegments.address, 4L * comm.size());
            segments = keptSegments.address;
        }
    }

    /** Elements in a member's part of the result. */
    long segmentLength(int ofRank) {
        return segments == 0 ? segmentLength : Memory.getInt(segments + 4L * ofRank);
    }

    private Contribution begin(CollectiveKind kind, Comm comm) {
        this.kind = kind;
        this.comm = comm;
        position = comm.position();
        function = rank.currentFunction;
        inPlace = false;
        root = 0;
        return this;
    }

    /** Makes a meeting of the contribution's kind, for the first to arrive, or finds one that has served before. */
    @Override
    public Collective get() {
        var found = (Collective) link.takeSpare(ofKind);
        Collective begun = found == null ? create() : found;
        begun.begin(this);
        return begun;
    }

    private Collective create() {
        return switch (kind) {
            case BARRIER -> new BarrierCollective(this);
            case BCAST, GATHER, SCATTER -> new RootedCollective(this);
            case ALLGATHER -> new AllgatherCollective(this);
            case ALLTOALL -> new AlltoallCollective(this);
            case REDUCE, ALLREDUCE, REDUCE_SCATTER, SCAN, EXSCAN -> new ReductionCollective(this);
            case NEIGHBOR_ALLGATHER, NEIGHBOR_ALLTOALL -> new NeighborCollective(this);
        };
    }

    /** Finds the meeting of this call on the communicator's chain. */
    void seek(Comm chain) {
        finished = false;
        failure = null;
        if (rank.world.isDistributed()) {
            chain.countCollective();
            rounds = MessageCollectives.create(this, Channel.of(chain), chain.collectiveCalls);
            return;
        }
        passed = chain.lastCollective();
        link = chain.nextCollective();
        Collective found = chain.meeting(Collective.class, this);
        found.check(this);
        eager = (chain.collectiveCalls & 31) != 0;
        meeting = found;
    }

    /** Puts aside the data of calls in place that others still read when its buffer is written. */
    void prepare() {
        if (!inPlace) {
            return;
        }
        if (kind == CollectiveKind.ALLTOALL) {
            snapshot = AlltoallCollective.snapshot(rank, receive, comm.size());
        } else if (kind == CollectiveKind.REDUCE_SCATTER && count > 0) {
            long span = (count - 1) * type.extent();
            long low = type.trueLb() + Math.min(span, 0);
            snapshot = rank.takeBlock(type.trueUb() + Math.max(span, 0) - low);
            send.buffer = snapshot.address - low;
            Pack.copy(receive.buffer, count, type, send.buffer, count, type, Long.MAX_VALUE);
        }
    }

    /** Arrives. Answers 0, or {@link Rank#CALLING} while guest functions run. */
    int join() {
        if (rounds != null) {
            rounds.begin();
            return 0;
        }
        if (RootedCollective.isBystander(this)) {
            finished = true;
            return 0;
        }
        return meeting.join(this);
    }

    boolean isComplete() {
        return rounds != null ? rounds.isFinished() : meeting.isComplete(this);
    }

    /** Every member has begun this call: nobody needs the one before any more. Only before this member's call returns. */
    void reusePassed() {
        passed.moveBehind(link);
    }

    /** Whether the member may leave small data behind and go on. */
    boolean isEager() {
        return eager;
    }

    /** Leaves a complete meeting. @throws MpiException when the call fails, for all members or for this one */
    void depart() {
        if (rounds != null) {
            MpiException problem = rounds.failure();
            release();
            if (problem != null) {
                throw problem;
            }
            return;
        }
        Collective left = meeting;
        try {
            left.depart(this);
        } finally {
            release();
        }
        MpiException common = left.commonFailure();
        if (common != null) {
            throw common;
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void release() {
        meeting = null;
        rounds = null;
        link = null;
        passed = null;
        edges = null;
        if (snapshot != null) {
            snapshot.give();
            snapshot = null;
        }
        if (blocking) {
            clear();
        }
    }

    /** Lets go of what belongs to the arguments. */
    void clear() {
        send.clear();
        receive.clear();
        if (keptSegments != null) {
            keptSegments.give();
            keptSegments = null;
        }
        type = null;
        op = null;
        kernel = null;
    }

    @Override
    public int poll(Rank rank) {
        if (!isComplete()) {
            return Rank.BLOCKED;
        }
        depart();
        return 0;
    }

    /** "MPI_Allreduce on MPI_COMM_WORLD (3 of 4 ranks are there)". */
    @Override
    public String describe(Rank rank) {
        String name = function < 0 ? kind.function : rank.world.functionName(function);
        String state = rounds != null ? rounds.state() : meeting == null ? "" : meeting.state(this);
        return name + " on " + comm.describe() + (state.isEmpty() ? "" : " (" + state + ")");
    }
}
