package flotilla.mpi.core;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One virtual MPI process: its handles, its inbox, its matching queues, and what it waits for. Everything here is
 * touched only by the PE that runs the rank, except {@link #post} and {@link #wake}; or, when the rank has more threads,
 * by whoever holds {@link #lock}.
 */
public final class Rank {
    /** The call waits: the PE runs other ranks and polls {@link #wait} when this one has been woken. */
    public static final int BLOCKED = Integer.MIN_VALUE;
    /** A guest function runs before the call goes on. */
    public static final int CALLING = Integer.MIN_VALUE + 1;

    public final int worldRank;
    public final World world;
    public final Face face;
    /** Where the content of the rank's slot begins. */
    public final long slot;
    /** Address of the control block of the rank's main thread. */
    public final long mainControl;
    /** Address of the control block of the thread whose trap is being answered. */
    public long control;

    public final HandleTable<Comm> comms = new HandleTable<>();
    public final HandleTable<Group> groups = new HandleTable<>();
    public final HandleTable<Datatype> datatypes = new HandleTable<>();
    public final HandleTable<Op> ops = new HandleTable<>();
    public final HandleTable<Request> requests = new HandleTable<>();
    public final HandleTable<Errhandler> errhandlers = new HandleTable<>();
    public final HandleTable<Info> infos = new HandleTable<>();
    public final HandleTable<Keyval> keyvals = new HandleTable<>();
    public final HandleTable<Delivery> messages = new HandleTable<>();

    public Comm commWorld;
    public Comm commSelf;
    /** The communicator of the call in progress, for its error handler; null when the call has none. */
    public Comm currentComm;
    /** Index in the function table of the MPI function in progress. */
    public int currentFunction = -1;
    public Wait wait;
    /** Memory that is not there and that a call under way has touched: the call fails when it ends; else 0. */
    public long badAddress;
    public Environment environment = Environment.BEFORE_INIT;
    /** Thread level given by MPI_Init_thread, canonical. */
    public int threadLevel;
    /** The point-to-point layer's state of this rank, made on first use. */
    public Object endpoint;
    /** The blocking point-to-point calls' state of this thread of the rank, made on first use. */
    public Object blocking;
    /** The wait and test calls' state of this thread of the rank, made on first use. */
    public Object completion;
    /** The collective calls' state of this thread of the rank, made on first use. */
    public Object collective;
    /** Error classes, codes and strings that the program has added; null until it adds one. */
    public UserErrors userErrors;
    /** Names, attributes and handles of datatypes. */
    public DatatypeExtras datatypeExtras = new DatatypeExtras();
    /** Where integer attributes lie that C reads through a pointer. */
    public AttributeCells attributeCells = new AttributeCells(this);
    /** The scheduler's state of this rank. */
    public Object thread;
    /** What the PE that runs the rank lends it; changes when the rank moves to another PE. */
    public PeLocal pe;
    /** Held while a trap of this rank is answered, from when the rank has more threads than one; null before. */
    public ReentrantLock lock;
    /** Which threads of this rank wait for a word of its memory to change; null while it has one thread. */
    public Object wordWaits;
    /** The rank is wanted in another process: it waits when its trap has been answered. */
    public volatile boolean leaving;
    /** Set by a call that found nothing to do: others should run before it asks again. See {@link #foundNothing}. */
    public boolean yield;
    public final Counters counters = new Counters();
    /** What has begun beside the calls and not ended: collective operations by messages. */
    public int activitiesUnderWay;

    /** Transfers under way between this rank's memory and another node: it stays while there are any. */
    public final AtomicInteger pins = new AtomicInteger();

    private Activity activities;
    /** Made on first use, in a job of several nodes. */
    private TemporaryMemory temporaryMemory;
    /** On the way to another process: what the rank has written of lines that have no end yet, by stream. */
    public byte[][] unfinishedLines;
    private final Inbox inbox = new Inbox();
    private ArrayDeque<CallState.Frame> guestCalls = new ArrayDeque<>(0);

    /** Where a rank stands between MPI_Init and MPI_Finalize. */
    public enum Environment { BEFORE_INIT, INITIALIZED, FINALIZED }

    /** Counted by the rank itself; others may read stale values. */
    public static final class Counters implements Serializable {
        private static final long serialVersionUID = 1;

        public long messagesSent;
        public long bytesSent;
        public long switches;
        public long runNanos;
        /** Of {@link #runNanos} what load balancing shall not count: the rank has asked for that. */
        public long unmeasuredNanos;
        /** {@link #runNanos} when the rank has asked not to be measured any more, or -1. */
        public long pausedAt = -1;
        /** The load in ns that the rank has set for each interval, or -1 when it is measured. */
        public long setNanos = -1;
        /** Balancing steps that the rank has asked for together with all others. */
        public int steps;

        /** Takes over what was counted in another process. */
        public void adopt(Counters other) {
            messagesSent = other.messagesSent;
            bytesSent = other.bytesSent;
            switches = other.switches;
            runNanos = other.runNanos;
            unmeasuredNanos = other.unmeasuredNanos;
            pausedAt = other.pausedAt;
            setNanos = other.setNanos;
            steps = other.steps;
        }

        /** What load balancing counts: grows, while it is measured. */
        public long measuredNanos() {
            long paused = pausedAt;
            return (paused < 0 ? runNanos : paused) - unmeasuredNanos;
        }
    }

    /** A rank of this process from now on. */
    public Rank(World world, int worldRank, Face face, long slot, long control) {
        this(worldRank, world, face, slot, control);
        world.enter(this);
    }

    private Rank(int worldRank, World world, Face face, long slot, long control) {
        this.world = world;
        this.worldRank = worldRank;
        this.face = face;
        this.slot = slot;
        this.mainControl = control;
        this.control = control;
    }

    /** A rank that is on its way to this process: unknown to others until {@link World#enter}. */
    public static Rank arriving(World world, int worldRank, Face face, long slot, long control) {
        return new Rank(worldRank, world, face, slot, control);
    }

    /** Why the rank, which waits in a trap, cannot go to another process just now; or null. */
    public String whyItStays() {
        if (environment != Environment.INITIALIZED) {
            return environment == Environment.BEFORE_INIT ? "it has not called MPI_Init" : "it has called MPI_Finalize";
        }
        if (!guestCalls.isEmpty()) {
            return "it is in a function that MPI has called";
        }
        for (Activity activity = activities; activity != null; activity = activity.next) {
            String reason = activity.whyItStays();
            if (reason != null) {
                return reason;
            }
        }
        if (wait != null && !(wait instanceof Serializable)) {
            return "it waits for something other than a message: " + wait.describe(this);
        }
        return pins.get() > 0 ? "data is on its way to or from its memory" : null;
    }

    // Arguments of the trap in progress.

    public long argument(int index) {
        return Memory.getLong(control + ControlBlock.ARGUMENTS + 8L * index);
    }

    public Comm comm(long raw) {
        Comm comm = object(comms, HandleKind.COMM, ErrorClass.COMM, "communicator", raw);
        if (comm.freed) {
            throw invalid(ErrorClass.COMM, HandleKind.COMM, "communicator", raw);
        }
        currentComm = comm;
        return comm;
    }

    /** Null for MPI_COMM_NULL. */
    public Comm commOrNull(long raw) {
        return raw == face.raw(HandleKind.COMM, face.nullHandle(HandleKind.COMM)) ? null : comm(raw);
    }

    public Datatype datatype(long raw) {
        return object(datatypes, HandleKind.DATATYPE, ErrorClass.TYPE, "datatype", raw);
    }

    public Group group(long raw) {
        return object(groups, HandleKind.GROUP, ErrorClass.GROUP, "group", raw);
    }

    public Op op(long raw) {
        return object(ops, HandleKind.OP, ErrorClass.OP, "operation", raw);
    }

    public Errhandler errhandler(long raw) {
        return object(errhandlers, HandleKind.ERRHANDLER, ErrorClass.ARG, "error handler", raw);
    }

    /** Null for MPI_INFO_NULL. */
    public Info info(long raw) {
        return face.handle(HandleKind.INFO, raw) == face.nullHandle(HandleKind.INFO)
                ? null : object(infos, HandleKind.INFO, ErrorClass.INFO, "info object", raw);
    }

    public Request request(long raw) {
        return object(requests, HandleKind.REQUEST, ErrorClass.REQUEST, "request", raw);
    }

    /** Gives the program a new request, by a handle that is written to {@code address} of its memory. */
    public void publish(Request request, long address) {
        request.handle = requests.add(request);
        face.putHandle(HandleKind.REQUEST, address, request.handle);
    }

    private <T> T object(HandleTable<T> table, HandleKind kind, int errorClass, String what, long raw) {
        T object = table.get(face.handle(kind, raw));
        if (object == null) {
            throw invalid(errorClass, kind, what, raw);
        }
        return object;
    }

    private MpiException invalid(int errorClass, HandleKind kind, String what, long raw) {
        boolean isNull = face.handle(kind, raw) == face.nullHandle(kind);
        return new MpiException(errorClass,
                isNull ? "the " + what + " is the null handle" : "0x" + Long.toHexString(raw) + " is not a " + what);
    }

    /** Goes over to another thread of this rank, which {@code other} describes, and the other way round. Under {@link #lock}. */
    public void exchange(CallState other) {
        long otherControl = other.control;
        other.control = control;
        control = otherControl;
        Wait otherWait = other.wait;
        other.wait = wait;
        wait = otherWait;
        int otherFunction = other.currentFunction;
        other.currentFunction = currentFunction;
        currentFunction = otherFunction;
        Comm otherComm = other.currentComm;
        other.currentComm = currentComm;
        currentComm = otherComm;
        long otherBadAddress = other.badAddress;
        other.badAddress = badAddress;
        badAddress = otherBadAddress;
        boolean otherYield = other.yield;
        other.yield = yield;
        yield = otherYield;
        Object otherBlocking = other.blocking;
        other.blocking = blocking;
        blocking = otherBlocking;
        Object otherCompletion = other.completion;
        other.completion = completion;
        completion = otherCompletion;
        Object otherCollective = other.collective;
        other.collective = collective;
        collective = otherCollective;
        PeLocal otherPe = other.pe;
        other.pe = pe;
        pe = otherPe;
        ArrayDeque<CallState.Frame> otherCalls = other.guestCalls;
        other.guestCalls = guestCalls;
        guestCalls = otherCalls;
    }

    // Waiting.

    /** Leaves a wait behind, unless it is satisfied already. */
    public int waitFor(Wait what) {
        int answer = ask(what);
        if (answer == BLOCKED) {
            wait = what;
        }
        return answer;
    }

    /**
     * Asks a wait, after the inbox has been emptied; first run what guest functions the operations under way need. Answers as
     * {@link Wait#poll}; after {@link #CALLING} the wait is asked again, and left behind unless it is satisfied.
     */
    public int ask(Wait what) {
        Activity needy = activitiesUnderWay == 0 ? null : firstNeedy();
        return needy == null ? what.poll(this) : needy.callGuest(this, (rank, value) -> rank.waitFor(what));
    }

    /**
     * The end of a call that has found nothing to do, a failed test or probe: others run before the rank goes on, and guest
     * functions that operations under way need. Answers as {@link Wait#poll}.
     */
    public int foundNothing() {
        Activity needy = activitiesUnderWay == 0 ? null : firstNeedy();
        if (needy != null) {
            return needy.callGuest(this, (rank, value) -> rank.foundNothing());
        }
        yield = true;
        return 0;
    }

    private Activity firstNeedy() {
        Activity activity = activities;
        while (activity != null && !activity.wantsGuest()) {
            activity = activity.next;
        }
        return activity;
    }

    /** Something begins that goes on whenever the inbox has been emptied, until {@link #end}. */
    public void begin(Activity activity) {
        activitiesUnderWay++;
        activity.previous = null;
        activity.next = activities;
        if (activities != null) {
            activities.previous = activity;
        }
        activities = activity;
    }

    /** It has ended. */
    public void end(Activity activity) {
        activitiesUnderWay--;
        if (activity.previous == null) {
            activities = activity.next;
        } else {
            activity.previous.next = activity.next;
        }
        if (activity.next != null) {
            activity.next.previous = activity.previous;
        }
    }

    /** What has begun and not ended, as {@link #resume} takes it. */
    public Activity[] activities() {
        var all = new ArrayList<Activity>();
        for (Activity activity = activities; activity != null; activity = activity.next) {
            all.add(activity);
        }
        return all.toArray(new Activity[0]);
    }

    /** What had begun in another process goes on here. */
    public void resume(Activity[] begun, TemporaryMemory memory) {
        for (int i = begun.length - 1; i >= 0; i--) {
            begin(begun[i]);
        }
        temporaryMemory = memory;
    }

    /**
     * Memory for data of a call under way. In a job of several nodes it is the rank's own and goes along when the rank moves, as
     * long as there is room.
     *
     * @throws MpiException MPI_ERR_NO_MEM
     */
    public NativeBlock takeBlock(long bytes) {
        if (!world.isDistributed()) {
            return NativeBlock.take(bytes);
        }
        if (temporaryMemory == null) {
            temporaryMemory = new TemporaryMemory(mainControl);
        }
        NativeBlock block = temporaryMemory.take(bytes);
        return block != null ? block : NativeBlock.take(bytes);
    }

    /** The rank is about to leave. Answers its memory for calls under way, without what these do not use; null when it has had none. */
    public TemporaryMemory packTemporaryMemory() {
        if (temporaryMemory != null) {
            temporaryMemory.discard();
        }
        return temporaryMemory;
    }

    private void advanceActivities() {
        Activity activity = activities;
        while (activity != null) {
            Activity following = activity.next;
            activity.advance(this);
            activity = following;
        }
    }

    /** Any thread: puts something into the inbox and wakes the rank. */
    public void post(Delivery delivery) {
        inbox.push(delivery);
        world.scheduler().wake(this);
    }

    /** Any thread. */
    public void wake() {
        world.scheduler().wake(this);
    }

    /** Whether there is something in the inbox. */
    public boolean hasMail() {
        return !inbox.isEmpty();
    }

    /** Lets everything in the inbox take effect, and what is under way go on. */
    public void drainInbox() {
        takeEffect();
        if (activitiesUnderWay != 0) {
            advanceActivities();
        }
    }

    /** Lets everything in the inbox take effect; what waits for it goes on later. */
    public void takeEffect() {
        Delivery delivery = inbox.takeAll();
        if (delivery != null && lock != null) {
            // It may be what another thread of this rank waits for.
            wake();
        }
        while (delivery != null) {
            Delivery next = delivery.next;
            delivery.next = null;
            delivery.deliver(this);
            delivery = next;
        }
    }

    /** Everything in the inbox, oldest first, which has no effect here any more. Any thread, once the rank has left. */
    public List<Delivery> takeMail() {
        var mail = new ArrayList<Delivery>();
        for (Delivery delivery = inbox.takeAll(); delivery != null;) {
            Delivery next = delivery.next;
            delivery.next = null;
            mail.add(delivery);
            delivery = next;
        }
        return mail;
    }

    // Guest functions.

    /**
     * Asks for a call of a guest function on the rank's own stack; {@code goOn} continues when it has returned.
     *
     * @param arguments at most {@link ControlBlock#MAX_CALL_ARGUMENTS}
     * @return {@link #CALLING}
     */
    public int callGuest(long function, GuestReturn goOn, long... arguments) {
        Memory.putLong(control + ControlBlock.CALL_FUNCTION, function);
        for (int i = 0; i < arguments.length; i++) {
            Memory.putLong(control + ControlBlock.CALL_ARGUMENTS + 8L * i, arguments[i]);
        }
        guestCalls.push(new CallState.Frame(goOn, currentFunction, currentComm));
        return CALLING;
    }

    /** Address in the control block for the {@code index}-th 8-byte value that a guest function gets a pointer to; 0 to 15. */
    public long callScratch(int index) {
        return control + ControlBlock.CALL_SCRATCH + 8L * index;
    }

    /** The function asked for last has returned. Answers as {@link Wait#poll}. */
    public int guestReturned(long value) {
        CallState.Frame frame = guestCalls.pop();
        currentFunction = frame.function();
        currentComm = frame.comm();
        try {
            return frame.goOn().returned(this, value);
        } catch (MpiException e) {
            return raise(frame.function(), frame.comm(), e);
        }
    }

    // Errors.

    /** An MPI call failed: what the error handler of its communicator makes of that. Answers as {@link Wait#poll}. */
    public int raise(int function, Comm comm, MpiException failure) {
        return Errors.raise(this, function, comm, failure);
    }

    /** An error on {@code comm}, or on none if null, ends the job. */
    public boolean isErrorFatal(Comm comm) {
        return Errors.isFatal(this, comm);
    }

    /** Calls the error handler of {@code comm} with {@code failure} on the program's wish (MPI_Comm_call_errhandler). */
    public int invokeErrhandler(Comm comm, MpiException failure) {
        return Errors.invoke(this, currentFunction, comm, failure);
    }

    /** A function of the table that has no handler: ends the job there, by name. */
    public int unimplemented(int function) {
        String name = world.functionName(function);
        world.scheduler().abort(this, 1, "rank " + worldRank + " called " + name + ", which this version does not have");
        return BLOCKED;
    }
}
