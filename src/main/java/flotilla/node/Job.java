package flotilla.node;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.balance.BalanceException;
import flotilla.control.ControlException;
import flotilla.control.ControlServer;
import flotilla.fault.FaultReport;
import flotilla.fault.UnwrittenOutput;
import flotilla.image.LoadException;
import flotilla.image.LoadOptions;
import flotilla.image.PreparedProgram;
import flotilla.image.Privatization;
import flotilla.image.RankImages;
import flotilla.image.RankStart;
import flotilla.memory.AddressSpaceException;
import flotilla.memory.HostLibrary;
import flotilla.memory.MappingLimits;
import flotilla.memory.Memory;
import flotilla.memory.SlotRange;
import flotilla.migrate.Arrival;
import flotilla.mpi.comm.Predefined;
import flotilla.mpi.core.CallState;
import flotilla.mpi.core.Nodes;
import flotilla.mpi.core.Placement;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Scheduler;
import flotilla.mpi.core.World;
import flotilla.mpi.dispatch.FunctionNames;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.MpichFace;
import flotilla.mpi.face.StandardFace;
import flotilla.mpi.p2p.Network;
import flotilla.mpi.p2p.WatchedNetwork;
import flotilla.node.balance.Balancer;
import flotilla.node.balance.ByHand;
import flotilla.node.balance.Refusals;
import flotilla.node.balance.Requests;
import flotilla.observe.CallTrace;
import flotilla.observe.CheckedTraps;
import flotilla.observe.GlobalsCheck;
import flotilla.observe.JobSummary;
import flotilla.observe.JobWatch;
import flotilla.observe.TracedTraps;
import flotilla.observe.timeline.Timeline;
import flotilla.observe.timeline.TimelineTraps;
import flotilla.pmi.PmiException;
import flotilla.pmi.ProcessManager;
import flotilla.schedule.Schedule;
import flotilla.transport.JobSecret;
import flotilla.transport.Transport;
import flotilla.transport.TransportOptions;
import flotilla.transport.TransportStart;
import flotilla.transport.Transports;
import flotilla.trap.Debugger;
import flotilla.trap.Guest;
import flotilla.trap.GuestTraps;
import flotilla.trap.JobCanary;
import flotilla.trap.SystemServices;
import flotilla.trap.Traps;
import java.io.FileDescriptor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One job in this process, from its options to its exit status. */
public final class Job {
    /** What a job ended by --timeout exits with, as timeout(1) does. */
    public static final int TIMED_OUT = 124;
    private static final int DEADLOCK = 1;
    private static final int INTERNAL_ERROR = 70;
    /** Ranks that compute do not hold up the end of the job for longer. */
    private static final long LAST_TRAPS_MILLIS = 300;
    /** That a signal may take from the launcher to a node by way of their connection. */
    private static final long FOR_THE_LAUNCHER = 500_000_000;
    /** That a process manager may take to notice that a node has died, and to end the others. */
    private static final long FOR_THE_PROCESS_MANAGER = 5_000_000_000L;
    private static final Duration CONNECT_TIME = Duration.ofSeconds(30);
    /** Longer than LastWords and a report take. */
    private static final long LONGEST_END_MILLIS = 15_000;
    /** A job that ends earlier need not be found by others. */
    private static final Duration UNSEEN = Duration.ofMillis(250);

    private final JobOptions options;
    private final Membership membership;
    private final Privatization method;
    private final List<PreparedProgram> programs = new ArrayList<>();
    /** Of all nodes. */
    private final int ranks;
    private final Placement placement;
    /** By world rank, as all that follows: null for ranks that are not here. */
    private final RankImages[] images;
    /** Of all ranks, wherever they are. */
    private final PreparedProgram[] programOf;
    private final Predefined[] predefinedOf;
    private final Output standardOutput;
    private final Output standardError;
    private final CompletableFuture<EndRequest> requests = new CompletableFuture<>();
    private final AtomicInteger endStatus = new AtomicInteger();
    /** Null when nothing is traced. */
    private final CallTrace trace;
    /** Null when there is none. */
    private final Timeline timeline;
    /** Null when ranks' variables are not compared. */
    private final GlobalsCheck check;
    private final Traps traps;
    private final AtomicBoolean ending = new AtomicBoolean();
    /** The signal sent to the process that ended the job, or 0. */
    private volatile int endedBy;
    private long slotSize;
    private JobCanary canary;
    /** To the other nodes; null when there are none, as those that follow. */
    private Transport transport;
    private Network network;
    private JobControl course;
    private Balancer balancer;
    /** PEs of each node. */
    private int[] pes;
    private Mover mover;
    private Schedule schedule;
    /** Address of a table of the ranks' control blocks. */
    private long controls;
    private Debugger debugger;
    private final TestMoves testMoves;
    /** Null but in tests. */
    private ForcedMoves moves;
    private World world;
    private Input input;
    private Alarms alarms;
    private WorkingDirectory folders;

    /** How the job is to end; see {@link #endWith(int, Rank, Supplier)}. */
    private record EndRequest(int status, Rank last, Supplier<String> report, Thread from) {}

    private Job(JobOptions options, Membership membership) {
        this.options = options;
        this.membership = membership;
        // What differs between ranks shows when each has its own.
        this.method = Privatization.named(options.checkGlobals() == null ? options.privatize() : "pie");
        this.ranks = options.ranks();
        this.placement = new Placement(ranks, membership.nodes());
        this.images = new RankImages[ranks];
        this.programOf = new PreparedProgram[ranks];
        this.predefinedOf = new Predefined[ranks];
        this.standardOutput = new Output(FileDescriptor.out, ranks, options.label());
        this.standardError = new Output(FileDescriptor.err, ranks, options.label());
        this.check = options.checkGlobals() == null ? null
                : new GlobalsCheck(options.checkGlobals(), images, line -> System.err.println("flotilla: " + line));
        this.trace = options.traced().isEmpty() && check == null ? null
                : new CallTrace(ranks, options.traced(), standardError::line, (rank, address) -> images[rank.worldRank].symbolize(address));
        this.timeline = options.timeline() == null ? null : Timeline.begin(options.timeline(),
                String.join(" : ", options.programs().stream().map(JobOptions.Program::name).toList()), ranks, membership.node(), membership.nodes());
        Traps guests = timeline != null ? new TimelineTraps(new Services(), timeline)
                : check != null ? new CheckedTraps(new Services(), trace, check)
                : trace != null ? new TracedTraps(new Services(), trace) : new GuestTraps(new Services());
        this.testMoves = TestMoves.read(membership.nodes(), options.pes());
        this.traps = method.whyOnePe() != null ? new SwappingTraps(guests, rank -> images[rank.worldRank].enter())
                : testMoves.waits() > 0 ? new MovingTraps(guests, testMoves.waits(), rank -> moves.move(rank)) : guests;
    }

    /**
     * Runs a job with one node to its end.
     *
     * @return its exit status: those of its ranks, combined bit by bit as MPICH does, or what it was aborted with
     * @throws LoadException or {@link AddressSpaceException} when it cannot start; the message is one line for the user
     */
    public static int run(JobOptions options) {
        return run(options, Membership.alone());
    }

    /**
     * Runs one node of a job to the end of the job.
     *
     * @param options of the whole job, but for the PEs, which are this node's
     * @return the exit status of this node's ranks, combined
     * @throws RefusedException when the job cannot start, as all nodes know
     */
    public static int run(JobOptions options, Membership membership) {
        var job = new Job(options, membership);
        job.prepare();
        return job.await();
    }

    private void prepare() {
        HostLibrary.load(options.guestLibraries().resolve("libflotilla-host.so"));
        folders = WorkingDirectory.enter(options.programs(), options.pes());
        SlotRange range = SlotAgreement.choose(membership, ranks + method.sharedSlots(options.programs().size()), options.stackBytes());
        SlotRange slots = method.staggersSlots() ? range.stagger() : range;
        slotSize = slots.slotSize();
        if (options.verbose() && membership.node() == 0) {
            // For who reads addresses: in traces, profiles, a debugger.
            System.err.printf("flotilla: rank R has the memory from 0x%x + R * 0x%x%n", slots.base(), slots.slotSize());
            if (method.whyOnePe() != null) {
                System.err.println("flotilla: one PE: --privatize=" + method.name() + " allows no more, since " + method.whyOnePe());
            }
        }
        membership.together("load", () -> load(slots));
        ProgramAgreement.check(membership, programs);
        if (!membership.isAlone()) {
            network = timeline == null ? new Network(membership.node(), placement, membership.hosts())
                    : new WatchedNetwork(membership.node(), placement, membership.hosts(), timeline);
            transport = connect();
        }
        Guest.installFaultHandler(slots.base(), slots.base() + slots.slotSize() * slots.count(), slots.slotSize());

        canary = agreeOnCanary();
        // For tests: members of communicators behave as though they were in different processes.
        Nodes nodes = network == null && "messages".equals(System.getenv("FLOTILLA_COLLECTIVES")) ? new OneNode() : network;
        world = new World(ranks, new Waker(), FunctionNames::name, ProcessorName.get(), System.nanoTime(), nodes);
        debugger = new Debugger();
        pes = membership.exchange("nodepes", Integer.toString(options.pes())).stream().mapToInt(Integer::parseInt).toArray();
        moves = testMoves.waits() == 0 ? null : new ForcedMoves(images, programOf, debugger, slots, testMoves.checked());
        schedule = new Schedule(options.pes(), placement, membership.node(), traps, new Ending(), canary, options.stats() || options.balance().measures(),
                "forced".equals(System.getenv("FLOTILLA_STEALING")));
        schedule.stayWhile(debugger::wantsRanksToStay);
        var refusals = new Refusals(line -> System.err.println("flotilla: " + line));
        if (method.whyOnePe() != null || moves != null) {
            schedule.runOneAtATime();
        }
        if (network != null) {
            network.begin(world, transport);
            schedule.connect(network, pesOfHost() <= Runtime.getRuntime().availableProcessors());
            mover = new Mover(network, schedule, world, new MovingRanks(slots));
            if (timeline != null) {
                agreeOnStart();
            }
            course = new JobControl(network, schedule, ranks, new Course(), () -> Reports.waiting(world, schedule));
            balancer = membership.together("balancing", () -> balancer(refusals));
        }
        world.setBalancing(new Requests(schedule, membership.node(), pes, balancer, refusals));
        controls = Arena.global().allocate(8L * ranks, 8).address();
        debugger.describe(slots, ranks, controls, schedule.states(), Schedule.STATE_BYTES);
        input = new Input(schedule);
        alarms = new Alarms(schedule, ranks);
        addRanks(slots);
        if (debugger.isThere()) {
            debugger.ranksLoaded();
        }
    }

    /** The timelines of all nodes begin when node 0's has. */
    private void agreeOnStart() {
        membership.awaitAll();
        long together = System.nanoTime();
        int[] hosts = membership.hosts();
        String[] first = membership.exchange("timeline", together + " " + timeline.start()).getFirst().split(" ");
        long start = Long.parseLong(first[1]);
        // Processes on a host have one clock. On others it began when these did; what they have in common is that all were here.
        timeline.startAt(hosts[membership.node()] == hosts[0] ? start : together - (Long.parseLong(first[0]) - start));
    }

    private Balancer balancer(Refusals refusals) {
        if (options.balance().trace() != null) {
            world.countMessages();
        }
        try {
            var footprint = new Footprint();
            return new Balancer(options.balance(), network, schedule, world, pes, IntStream.range(0, ranks).map(placement::node).toArray(),
                    rank -> footprint.of(rank.slot + programOf[rank.worldRank].symbol("flotilla_heap_here")),
                    refusals, line -> System.err.println("flotilla: " + line), options.verbose(),
                    timeline == null ? (strategy, moved, nanos) -> { } : timeline::balanced);
        } catch (BalanceException impossible) {
            throw new LoadException(impossible.getMessage());
        }
    }

    private int pesOfHost() {
        int[] hosts = membership.hosts();
        return IntStream.range(0, pes.length).filter(node -> hosts[node] == hosts[membership.node()]).map(node -> pes[node]).sum();
    }

    /** Connects this node with the others. */
    private Transport connect() {
        TransportStart start = membership.together("transport", () -> Transports.start(options.transport(), JobSecret.parse(membership.secret()),
                membership.node(), membership.nodes(), new TransportOptions(membership.address(), CONNECT_TIME,
                        line -> System.err.println("flotilla: " + line))));
        List<String> cards = membership.exchange("card", start.card());
        return membership.together("connection", () -> start.connect(cards, network));
    }

    /** The ranks of all nodes have ended: so do the nodes, as the process manager is told. */
    private void finishWithOthers() {
        try {
            membership.awaitAll();
            if (transport != null) {
                transport.close();
            }
            membership.finish();
            requests.complete(new EndRequest(endStatus.get(), null, () -> null, null));
        } catch (PmiException gone) {
            // The listener is told that, and ends this node.
        }
    }

    /** What nodes tell each other of the job. */
    private final class Course implements JobControl.Listener {
        @Override
        public void finished() {
            finishWithOthers();
        }

        @Override
        public void deadlocked(int blocked, String waiting) {
            endWith(DEADLOCK, null, Reports.deadlock(ranks, blocked, waiting).stripTrailing());
        }

        @Override
        public void lost(int node, String reason) {
            // The process manager knows how that node has ended, and ends the others. If it does not:
            LockSupport.parkNanos(FOR_THE_PROCESS_MANAGER);
            endWith(1, null, membership.describe(node) + " can't be reached any more: " + reason);
        }
    }

    /** Prepares the programs, for the ranks of this node. */
    private Void load(SlotRange slots) {
        int mappings = 0;
        for (JobOptions.Program program : options.programs()) {
            var load = new LoadOptions(options.guestLibraries(), slots.slotSize(), options.stackBytes(), options.heapBytes(),
                    options.copies(), program.environment());
            PreparedProgram prepared = method.prepare(program.path(), load);
            programs.add(prepared);
            mappings = Math.max(mappings, prepared.mappingsPerRank());
            if (membership.node() == 0) {
                tellBefore(program, prepared);
            }
        }
        MappingLimits.check(placement.count(membership.node()), mappings);
        int first = 0;
        for (int i = 0; i < programs.size(); i++) {
            int count = options.programs().get(i).count();
            programs.get(i).reserve(here(first, first + count));
            first += count;
        }
        return null;
    }

    /** How many of the ranks [first, end) start here. */
    private int here(int first, int end) {
        int own = placement.first(membership.node());
        return Math.max(0, Math.min(end, own + placement.count(membership.node())) - Math.max(first, own));
    }

    private void tellBefore(JobOptions.Program program, PreparedProgram prepared) {
        prepared.report().notices().forEach(notice -> System.err.println("flotilla: " + notice));
        List<String> missing = UnansweredFunctions.of(prepared.report());
        if (!missing.isEmpty()) {
            System.err.println("flotilla: " + program.name() + " refers to MPI functions that this version does not have; "
                    + "calling one ends the job: " + String.join(", ", missing));
        }
    }

    /** Node 0's, or a rank that moved would die at its first return from a protected function. */
    private JobCanary agreeOnCanary() {
        JobCanary own = JobCanary.ofProcess();
        return new JobCanary(Long.parseUnsignedLong(membership.exchange("canary", Long.toHexString(own.value())).getFirst(), 16));
    }

    private void addRanks(SlotRange slots) {
        long pointerGuard = Guest.readFs(0x30);
        boolean terminal = Boolean.getBoolean("flotilla.stdoutIsTerminal");
        // The others' ranks begin meanwhile; one node tells for all.
        StartProgress progress = StartProgress.of(placement.count(membership.node()), membership.isAlone() ? "ranks have begun"
                : "ranks of node " + membership.node() + " have begun", options.verbose() && membership.node() == 0);
        int worldRank = 0;
        for (int index = 0; index < programs.size(); index++) {
            JobOptions.Program program = options.programs().get(index);
            PreparedProgram prepared = programs.get(index);
            Face face = faceOf(prepared);
            List<String> arguments = new ArrayList<>();
            arguments.add(program.name());
            arguments.addAll(program.arguments());
            List<String> environment = RankEnvironment.of(program.environment(), ranks);
            var predefined = new Predefined(startInfo(program));
            int programIndex = index;
            for (int i = 0; i < program.count(); i++, worldRank++) {
                int number = worldRank;
                programOf[number] = prepared;
                predefinedOf[number] = predefined;
                long base = slots.base(number);
                long control = base + prepared.control();
                Memory.putLong(controls + 8L * number, control);
                if (placement.node(number) != membership.node()) {
                    continue;
                }
                var rank = new Rank(world, number, face, base, control);
                var start = new RankStart(number, ranks, index, program.count(), arguments, environment, terminal, canary.value(),
                        pointerGuard);
                if (timeline != null) {
                    timeline.watch(rank);
                }
                Runnable beginning = () -> {
                    progress.one();
                    images[number] = prepared.instantiate(base, start);
                    folders.give(control, programIndex);
                    images[number].outside(Guest::admit);
                    images[number].chains(debugger::showImages);
                    predefined.installInto(rank);
                };
                if (debugger.isThere()) {
                    // Breakpoints are set in memory that is there.
                    beginning.run();
                    beginning = null;
                }
                schedule.add(rank, beginning);
            }
        }
    }

    private static Face faceOf(PreparedProgram program) {
        return program.face().equals("mpich") ? MpichFace.INSTANCE : StandardFace.INSTANCE;
    }

    /** The halves of ranks that come and go. */
    private final class MovingRanks implements Mover.Residents {
        private final SlotRange slots;

        MovingRanks(SlotRange slots) {
            this.slots = slots;
        }

        @Override
        public RankImages images(int worldRank) {
            return images[worldRank];
        }

        @Override
        public String whyItStays(int worldRank) {
            return alarms.isSet(worldRank) ? "it has set a timer" : null;
        }

        @Override
        public void hide(int worldRank, boolean hidden) {
            if (hidden) {
                images[worldRank].chains(debugger::hideImages);
            } else {
                images[worldRank].chains(debugger::showImages);
            }
        }

        @Override
        public String departs(Rank rank) {
            rank.unfinishedLines = new byte[][] {standardOutput.takeUnfinished(rank.worldRank), standardError.takeUnfinished(rank.worldRank)};
            return timeline == null ? "" : timeline.departs(rank);
        }

        @Override
        public void stays(Rank rank, String told) {
            goOnWithLines(rank);
            if (timeline != null) {
                timeline.stays(rank, told);
            }
        }

        @Override
        public void arrives(Rank rank, int from, long bytes, String told) {
            goOnWithLines(rank);
            if (timeline != null) {
                timeline.arrives(rank, from, bytes, told);
            }
        }

        private void goOnWithLines(Rank rank) {
            standardOutput.goOnWith(rank.worldRank, rank.unfinishedLines[0]);
            standardError.goOnWith(rank.worldRank, rank.unfinishedLines[1]);
            rank.unfinishedLines = null;
        }

        @Override
        public void left(int worldRank) {
            images[worldRank] = null;
        }

        @Override
        public Arrival arrival(int worldRank, byte[] description) {
            return new Arrival(programOf[worldRank], slots.base(worldRank), description);
        }

        @Override
        public Rank arrived(int worldRank, RankImages arrived) {
            images[worldRank] = arrived;
            PreparedProgram program = programOf[worldRank];
            long base = slots.base(worldRank);
            Rank rank = Rank.arriving(world, worldRank, faceOf(program), base, base + program.control());
            predefinedOf[worldRank].installInto(rank);
            if (timeline != null) {
                timeline.watch(rank);
            }
            return rank;
        }
    }

    /** The entries of MPI_INFO_ENV (MPI-3.1 section 10.3.4). */
    private Map<String, String> startInfo(JobOptions.Program program) {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("command", program.name());
        info.put("argv", String.join(" ", program.arguments()));
        info.put("maxprocs", Integer.toString(program.count()));
        info.put("host", world.processorName);
        info.put("arch", System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch"));
        info.put("wdir", program.workingDirectory().toString());
        return info;
    }

    /** Waits for the end of the job and carries it out: on this thread, because a PE's may have left a lock of libc taken. */
    private int await() {
        // Others would wait for what a thread that is gone was to do.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> failedItself(thread.getName(), failure));
        Thread.ofPlatform().daemon().name("end").start(this::endAnyhow);
        JobSignals signals = JobSignals.watch(membership.isLaunched() ? this::signalledToNode : this::signalled);
        membership.listen(new Outside());
        if (course != null) {
            mover.listen(new Mover.Listener() {
                @Override
                public void moved(int worldRank, int from, int to, long bytes, long waited, long nanos) {
                    balancer.moved(worldRank, to, bytes, nanos);
                }

                @Override
                public void stayed(int worldRank, int to, String reason) {
                    balancer.stayed(worldRank, to, reason);
                }
            });
            mover.start();
            if (testMoves.randomNanos() > 0) {
                RandomMoves.start(mover, world, testMoves.randomNanos());
            }
            course.start();
            balancer.start(mover);
        }
        schedule.start();
        ControlServer server = ControlServer.start(this::handlers, UNSEEN, this::tellTrouble);
        try {
            if (options.timeout() != null) {
                requests.get(options.timeout().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (TimeoutException e) {
            ending.set(true);
            requests.complete(new EndRequest(TIMED_OUT, null, () -> "the job was ended after "
                    + options.timeout().toMillis() / 1000.0 + " s (--timeout)\n" + Reports.waiting(world, schedule).stripTrailing(), null));
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        EndRequest request = requests.join();
        server.close();
        if (balancer != null) {
            balancer.end();
        }
        schedule.stop();
        if (ending.get()) {
            awaitTraps(request.from());
            endTimeline();
            LastWords.say(schedule, traps, request.last(), rank -> rank.slot + programOf[rank.worldRank].symbol("flotilla_flush_output"));
        } else {
            endTimeline();
        }
        flushOutput();
        if (check != null) {
            System.err.println("flotilla: " + check.summary());
        }
        String message = request.report().get();
        if (message != null) {
            System.err.println("flotilla: " + message);
        }
        if (moves != null) {
            System.err.print("flotilla: " + moves.summary());
        }
        if (options.stats()) {
            System.err.print(Reports.statistics(world, schedule, System.nanoTime() - world.startTime));
            if (mover != null) {
                System.err.print(mover.summary());
            }
            if (balancer != null && balancer.summary() != null) {
                System.err.println("flotilla: " + balancer.summary());
            }
        }
        if (ending.get()) {
            // Not by System.exit, which takes locks of libc.
            leave(request.status());
        }
        signals.stop();
        return request.status();
    }

    private void endTimeline() {
        String trouble = timeline == null ? null : timeline.end();
        if (trouble != null) {
            System.err.println("flotilla: the timeline in " + options.timeline() + " is not complete: " + trouble);
        }
    }

    /** What others may ask this process. */
    private Map<String, ControlServer.Handler> handlers() {
        List<JobSummary.Program> shown = options.programs().stream()
                .map(program -> new JobSummary.Program(program.name(), program.count())).toList();
        var handlers = new HashMap<>(new JobWatch(world, schedule, shown, membership.node(), membership.processes(),
                ending::get).handlers());
        if (balancer != null) {
            handlers.putAll(balancer.handlers());
        } else {
            handlers.put(ByHand.NAME, request -> {
                throw new ControlException("the job has one node, so that there is none to move a rank to");
            });
        }
        return handlers;
    }

    private void tellTrouble(String trouble) {
        if (options.verbose()) {
            System.err.println("flotilla: " + trouble);
        }
    }

    /** Ranks that are about to trap are waited for, so that LastWords finds them. */
    private void awaitTraps(Thread except) {
        try {
            schedule.awaitTraps(LAST_TRAPS_MILLIS, except);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** However the end goes on, it comes: output that nobody takes, or a lock that nobody gives back, does not hold it up. */
    private void endAnyhow() {
        EndRequest request = requests.join();
        if (ending.get()) {
            try {
                Thread.sleep(LONGEST_END_MILLIS);
            } catch (InterruptedException e) {
                // Nobody does that.
            }
            membership.abort(request.status(), "the end of the job took too long");
            Guest.exitNow(request.status());
        }
    }

    private void leave(int status) {
        membership.abort(status, "a rank or a signal has ended the job");
        // What ranks have started ends with them. (After kill -9 of this process the kernel ends what they forked: process.c.)
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        System.out.flush();
        System.err.flush();
        if (endedBy != 0) {
            Guest.dieBy(endedBy);
        }
        Guest.exitNow(status);
    }

    private void signalled(int signal) {
        if (signal == JobSignals.SIGQUIT) {
            tellWhatRanksDo();
            return;
        }
        if (!ending.get()) {
            endedBy = signal;
        }
        endWith(128 + signal, null, "the job was ended by " + JobSignals.describe(signal)
                + (membership.isAlone() ? "" : " sent to " + membership.describe(membership.node())));
    }

    /** What a terminal sends it sends to the launcher, too, which tells the nodes what is to be done. So may SIGTERM have come. */
    private void signalledToNode(int signal) {
        if (signal == JobSignals.SIGTERM) {
            LockSupport.parkNanos(FOR_THE_LAUNCHER);
            signalled(signal);
        }
    }

    private void tellWhatRanksDo() {
        String where = membership.isAlone() ? "" : " on node " + membership.node();
        System.err.print("flotilla: " + schedule.alive() + " of " + placement.count(membership.node()) + " ranks run" + where + ":\n"
                + Reports.waiting(world, schedule));
    }

    /** What happens to the job outside of this node. */
    private final class Outside implements ProcessManager.Listener {
        @Override
        public void lost() {
            // Whoever has read our output is gone, or knows.
            endWith(128 + JobSignals.SIGTERM, null, () -> null);
        }

        @Override
        public void end(int status) {
            endWith(status, null, () -> null);
        }

        @Override
        public void report() {
            tellWhatRanksDo();
        }
    }

    private void flushOutput() {
        standardOutput.flushAll();
        standardError.flushAll();
        if (trace != null) {
            trace.end();
        }
    }

    /** For the thread of the rank whose trap is being answered; to be made before others of its threads may trap. */
    private FaultReport report(Rank rank) {
        Path core = options.core() ? Path.of("core." + ProcessHandle.current().pid() + ".rank" + rank.worldRank) : null;
        return new FaultReport(images, rank.worldRank, rank.control, core);
    }

    private void endWith(int status, Rank last, String message) {
        endWith(status, last, () -> message);
    }

    /**
     * Ends the job before its ranks have. The first caller's reason counts. Never returns to a rank's PE: the process ends.
     *
     * @param last the rank that ends it, when it waits in a trap and can pass on its output; or null
     * @param report makes the message for the user, or null; called when all other output has been passed on
     */
    private void endWith(int status, Rank last, Supplier<String> report) {
        if (ending.compareAndSet(false, true)) {
            schedule.stop();
            requests.complete(new EndRequest(status, last, report, Thread.currentThread()));
        }
        while (true) {
            LockSupport.park(this);
        }
    }

    /** The MPI layer's way to the scheduler. */
    private final class Waker implements Scheduler {
        @Override
        public void wake(Rank rank) {
            schedule.wake(rank);
        }

        @Override
        public boolean claim(Rank rank) {
            return schedule.claim(rank);
        }

        @Override
        public void letGo(Rank rank, boolean completed) {
            schedule.letGo(rank, completed);
        }

        @Override
        public void abort(Rank rank, int status, String message) {
            endWith(status, rank, message);
        }
    }

    private final class Ending implements Schedule.Listener {
        @Override
        public void deadlocked() {
            endWith(DEADLOCK, null, Reports.deadlock(ranks, schedule.alive(), Reports.waiting(world, schedule)).stripTrailing());
        }

        @Override
        public void finished() {
            if (membership.isAlone()) {
                if (membership.isManaged()) {
                    // The process manager may take its time, and a PE may not.
                    Thread.ofPlatform().daemon().name("end of the only node").start(Job.this::finishWithOthers);
                } else {
                    requests.complete(new EndRequest(endStatus.get(), null, () -> null, null));
                }
            }
        }

        @Override
        public void failed(Rank rank, Throwable failure) {
            if (failure instanceof LoadException || failure instanceof AddressSpaceException) {
                endWith(2, null, "rank " + rank.worldRank + ": " + failure.getMessage());
                return;
            }
            failedItself("rank " + rank.worldRank, failure);
        }
    }

    /** The runtime itself has failed; {@code where} says at what. Never returns. */
    private void failedItself(String where, Throwable failure) {
        if (options.verbose()) {
            failure.printStackTrace();
        }
        endWith(INTERNAL_ERROR, null, where + ": error in the runtime itself: " + failure + " (please report it, with the output of -v)");
    }

    private final class Services implements SystemServices {
        @Override
        public long output(Rank rank, int descriptor, long address, long bytes) {
            return (descriptor == 2 ? standardError : standardOutput).write(rank.worldRank, address, bytes);
        }

        @Override
        public int input(Rank rank, long address, long bytes) {
            standardOutput.flush(rank.worldRank); // a prompt
            return input.read(rank, address, bytes);
        }

        @Override
        public int sleep(Rank rank, long nanoseconds) {
            return Sleep.begin(schedule, rank, nanoseconds);
        }

        @Override
        public void wakeAt(Rank rank, long time) {
            schedule.wakeAt(rank, time);
        }

        @Override
        public void startThread(Rank rank, CallState thread, CallState main) {
            if (method.whyOnePe() != null) {
                endWith(1, rank, "rank " + rank.worldRank + " makes a thread, which --privatize=" + method.name() + " does not allow: "
                        + method.whyOnePe() + ", so only one may run; run it without threads (OMP_NUM_THREADS=1), or use --privatize=pie");
            }
            schedule.startThread(rank, thread, main);
        }

        @Override
        public void alarm(Rank rank, long nanoseconds) {
            alarms.set(rank, nanoseconds);
        }

        @Override
        public void interrupt(Rank rank, long control) {
            alarms.interrupt(rank, control);
        }

        @Override
        public void dynamicLinking(Rank rank, int operation) {
            images[rank.worldRank].handle(operation, rank.control);
            if (operation == Operation.DLOPEN || operation == Operation.DLCLOSE) {
                debugger.imagesChanged();
            }
        }

        @Override
        public void exit(Rank rank, int status) {
            alarms.forget(rank);
            passOnUnwritten(rank);
            standardOutput.flush(rank.worldRank);
            standardError.flush(rank.worldRank);
            if (check != null) {
                check.ended();
            }
            int code = status & 0xff;
            endStatus.accumulateAndGet(code, (a, b) -> a | b);
            if (course != null) {
                course.rankEnded();
            }
            if (code != 0 && rank.environment == Rank.Environment.INITIALIZED) {
                FaultReport failed = report(rank);
                endWith(code, null, () -> failed.exited("exited with status " + code + " without calling MPI_Finalize"));
            }
        }

        @Override
        public void guestAbort(Rank rank, int signal, String message) {
            if (signal == JobSignals.SIGPIPE) {
                endedBy = signal;
                endWith(128 + signal, null, () -> null); // as quiet as a process: `flotilla run ... | head`
                return;
            }
            passOnUnwritten(rank);
            FaultReport failed = report(rank);
            endWith(128 + signal, null, () -> failed.aborted(message));
        }

        @Override
        public void missing(Rank rank, String name, long stub) {
            String function = name != null ? name : programOf[rank.worldRank].missingName(stub);
            endWith(1, null, "rank " + rank.worldRank + " called " + function + ", which this version does not have");
        }

        @Override
        public void fault(Rank rank) {
            int signal = Memory.getInt(rank.control + ControlBlock.FAULT_SIGNAL);
            passOnUnwritten(rank);
            endWith(128 + signal, null, report(rank)::fault);
        }

        /** From MPI_Init on MPICH does not buffer standard output: whatever ends the rank, what it has printed is seen. */
        private void passOnUnwritten(Rank rank) {
            PreparedProgram program = programOf[rank.worldRank];
            if (rank.environment != Rank.Environment.BEFORE_INIT) {
                byte[] unwritten = UnwrittenOutput.of(rank.slot, slotSize, rank.slot + program.symbol("_IO_2_1_stdout_"),
                        rank.slot + program.symbol("flotilla_standard_descriptors"));
                if (unwritten.length > 0) {
                    standardOutput.write(rank.worldRank, unwritten);
                }
            }
        }
    }
}
