package flotilla.mpi.core;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** What all ranks of a job share in this node. */
public final class World {
    private final Rank[] ranks;
    private final Scheduler scheduler;
    private final AtomicLong nextContext = new AtomicLong(16);
    private final ConcurrentHashMap<Object, Object> openMeetings = new ConcurrentHashMap<>();
    private final Shared shared = new Shared();
    public final Group group;
    public final Comm.Shared worldShared = new Comm.Shared(1);
    /** System.nanoTime() when the job started. */
    public final long startTime;
    public final String processorName;
    /** Program index by world rank is each rank's own; the number of ranks the job was started with. */
    public final int universeSize;

    private final IntFunction<String> functionNames;

    /** Null when all ranks are in this process, for good. */
    public final Nodes nodes;
    /** By world rank, what it has sent from here; null when that is not counted. Set before ranks run. */
    private PeerCounts[] sent;
    private Balancing balancing;

    /** A job in one process. */
    public World(int size, Scheduler scheduler, IntFunction<String> functionNames, String processorName, long startTime) {
        this(size, scheduler, functionNames, processorName, startTime, null);
    }

    /**
     * @param functionNames name of an MPI function by its index in the function table
     * @param nodes where ranks are, in a job of several nodes; else null
     */
    public World(int size, Scheduler scheduler, IntFunction<String> functionNames, String processorName, long startTime,
            Nodes nodes) {
        this.nodes = nodes;
        this.ranks = new Rank[size];
        this.functionNames = functionNames;
        this.scheduler = scheduler;
        this.group = Group.consecutive(0, size);
        this.processorName = processorName;
        this.startTime = startTime;
        this.universeSize = size;
    }

    /**
     * The meeting that goes by {@code key} and has not begun, made by whoever comes first: for calls that are collective
     * over a group that has no communicator yet. Whoever concludes it calls {@link #closeMeeting}. Any thread.
     */
    @SuppressWarnings("unchecked") // a key determines the class of its meeting
    public <M> M openMeeting(Object key, Supplier<M> create) {
        return (M) openMeetings.computeIfAbsent(key, unused -> create.get());
    }

    /** The next call with this key is another meeting. */
    public void closeMeeting(Object key) {
        openMeetings.remove(key);
    }

    /**
     * What the ranks in this node share instead of having one each: the first object offered under {@code key}, for as long as
     * somebody uses it. Any thread.
     *
     * @param key with a value's equality; what is offered under an equal key is as good
     */
    public <T> T share(Object key, T offered) {
        return shared.share(key, offered);
    }

    /** What {@link #share} was offered under {@code key}, or null when nobody uses it any more. */
    public <T> T shared(Object key) {
        return shared.get(key);
    }

    /** The object for a group that ranks in this node use, so that it takes its memory once. Any thread. */
    public Group share(Group group) {
        if (nodes == null || group.isConsecutive()) {
            return group;
        }
        Group present = shared.share(group.key(), group);
        return present.equals(group) ? present : group;
    }

    public String functionName(int function) {
        return functionNames.apply(function);
    }

    public int size() {
        return ranks.length;
    }

    /** Null for a rank that is in another process. */
    public Rank rank(int worldRank) {
        return ranks[worldRank];
    }

    /** What a rank has sent from this node; null when that is not counted. */
    public PeerCounts sent(int worldRank) {
        return sent == null ? null : sent[worldRank];
    }

    /** Before ranks run: what they send is counted by receiver. */
    public void countMessages() {
        sent = new PeerCounts[ranks.length];
        Arrays.setAll(sent, rank -> new PeerCounts());
    }

    public Balancing balancing() {
        return balancing;
    }

    /** Before ranks run. */
    public void setBalancing(Balancing chosen) {
        balancing = chosen;
    }

    /** A rank is in this process from now on. */
    public void enter(Rank rank) {
        ranks[rank.worldRank] = rank;
    }

    /** A rank is in another process from now on. */
    public void leave(Rank rank) {
        ranks[rank.worldRank] = null;
    }

    public Scheduler scheduler() {
        return scheduler;
    }

    /** Whether members of a communicator may be in different processes, so that they share no objects. */
    public boolean isDistributed() {
        return nodes != null;
    }

    /** The host on which a rank started, as a number. */
    public int firstHost(int worldRank) {
        return nodes == null ? 0 : nodes.hostOf(nodes.homeOf(worldRank));
    }

    /**
     * A context for a communicator that members of {@code parent} make in their last collective call on it. In one process one
     * member asks and tells the others. In a job of several each asks, and all get the same number without a message: a
     * 64-bit hash of what they all know.
     *
     * @param branch distinguishes communicators made in the same call; the same for all members of one
     */
    public long newContext(Comm parent, long branch) {
        return nodes == null ? nextContext.getAndIncrement() : Contexts.derive(parent.context, parent.collectiveCalls, branch);
    }
}
