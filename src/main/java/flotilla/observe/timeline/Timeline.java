package flotilla.observe.timeline;

import com.google.gson.JsonObject;
import flotilla.abi.Operation;
import flotilla.mpi.core.Rank;
import flotilla.mpi.dispatch.FunctionNames;
import flotilla.mpi.p2p.Endpoint;
import flotilla.mpi.p2p.Message;
import flotilla.mpi.p2p.MessageWatch;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The timeline of a job. The viewer shows two processes: the PEs, with the ranks that they ran, and the ranks, with the calls that
 * they waited in.
 */
public final class Timeline implements MessageWatch {
    /** Chunks that wait to be written. */
    private static final int MOST_WAITING = 128;
    private static final long LONGEST_END_MILLIS = 10_000;
    private static final int PES = 1;
    private static final int RANKS = 2;
    /** Names of calls that are none of MPI's; their numbers follow those of the functions. */
    private static final String[] SYSTEM_CALLS = {"sleep", "read", "wait for a thread", "call"};
    /** Says to the writer that nothing follows. */
    private static final Chunk END = new Chunk();

    /** A row in the viewer, by its number in {@link #tracks}. */
    private record Track(int process, String name) {}

    private final long start = System.nanoTime();
    private final int ranks;
    private final String program;
    private final RankTrack[] rankTracks;
    /** Rows that were added to one for each rank; the first has the number after those. */
    private final List<Track> added = new ArrayList<>();
    private final List<Recorder> recorders = new ArrayList<>();
    private volatile boolean finished;
    private final ThreadLocal<Recorder> own = ThreadLocal.withInitial(this::newRecorder);
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(MOST_WAITING);
    private final ConcurrentLinkedQueue<Chunk> free = new ConcurrentLinkedQueue<>();
    /** Events of the whole job, as JSON. */
    private final ConcurrentLinkedQueue<String> marks = new ConcurrentLinkedQueue<>();
    private final EventText text;
    private final Thread writer = Thread.ofPlatform().daemon().name("timeline").unstarted(this::write);
    private long arrows;
    private volatile IOException failure;

    private Timeline(OutputStream out, String program, int ranks) throws IOException {
        this.text = new EventText(out);
        this.program = program;
        this.ranks = ranks;
        this.rankTracks = new RankTrack[ranks];
        for (int i = 0; i < ranks; i++) {
            rankTracks[i] = new RankTrack(i);
        }
    }

    /**
     * Begins a timeline, from now on.
     *
     * @param file    is overwritten; with a name that ends in {@code .gz} it is compressed
     * @param program name for the viewer
     */
    public static Timeline begin(Path file, String program, int ranks) throws IOException {
        OutputStream out = new FileOutputStream(file.toFile());
        if (file.toString().endsWith(".gz")) {
            out = new FastCompression(out);
        }
        var timeline = new Timeline(out, program, ranks);
        timeline.writer.start();
        return timeline;
    }

    /** The writer shares the cores with the ranks. */
    private static final class FastCompression extends GZIPOutputStream {
        FastCompression(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    // Marks.

    /** A rank has moved to another node, in {@code nanos} from decision to running again. Any thread. */
    public void migrated(int rank, int from, int to, long bytes, long nanos) {
        var details = new JsonObject();
        details.addProperty("rank", rank);
        details.addProperty("from", from);
        details.addProperty("to", to);
        details.addProperty("bytes", bytes);
        details.addProperty("us", BigDecimal.valueOf(nanos, 3));
        mark("rank " + rank + " moves from node " + from + " to node " + to, "migration", details);
    }

    /** A step of load balancing has been decided, which moves so many ranks, in {@code nanos}. Any thread. */
    public void balanced(String strategy, int moves, long nanos) {
        var details = new JsonObject();
        details.addProperty("strategy", strategy);
        details.addProperty("moves", moves);
        details.addProperty("us", BigDecimal.valueOf(nanos, 3));
        mark("balancing by " + strategy + ": " + moves + " moves", "balancing", details);
    }

    /** An instant of the whole job. */
    private void mark(String name, String category, JsonObject details) {
        var event = new JsonObject();
        event.addProperty("ph", "i");
        event.addProperty("s", "g");
        event.addProperty("pid", PES);
        event.addProperty("tid", 0);
        event.addProperty("ts", BigDecimal.valueOf(System.nanoTime() - start, 3));
        event.addProperty("name", name);
        event.addProperty("cat", category);
        event.add("args", details);
        marks.add(event.toString());
    }

    // Messages. They are kept in the message until it is received: an arrow has both ends.

    /** The messages of this rank will be arrows. Before it starts. */
    public void watch(Rank rank) {
        Endpoint.watch(rank, this);
    }

    @Override
    public void offered(Rank sender, Message message) {
        message.note(System.nanoTime(), place(sender));
    }

    @Override
    public void taken(Rank receiver, Message message) {
        Recorder recorder = recorder();
        recorder.append(Chunk.MESSAGE, message.notedPlace(), place(receiver), message.notedTime(), System.nanoTime(), message.bytes());
        recorder.keep();
    }

    @Override
    public void delivered(Rank sender, Rank receiver, long bytes) {
        // The receiver waits, and sees one such message before it runs again.
        RankTrack track = rankTracks[receiver.worldRank];
        track.deliveredFrom = place(sender);
        track.deliveredBytes = bytes;
        track.deliveredSince = System.nanoTime();
    }

    /** The PE of {@code recorder} takes up a rank: what came while it waited ends there. */
    void showDelivered(Rank rank, Recorder recorder) {
        RankTrack track = rankTracks[rank.worldRank];
        if (track.deliveredSince != 0) {
            // Later than the slice begins, or the viewer does not see that it belongs to it.
            long now = Math.max(System.nanoTime(), recorder.begin() + 1);
            recorder.append(Chunk.MESSAGE, track.deliveredFrom, recorder.openTrack(), track.deliveredSince, now, track.deliveredBytes);
            recorder.keep();
            track.deliveredSince = 0;
        }
    }

    /** The track where the rank, whose trap is being answered, is seen to do something now. */
    private int place(Rank rank) {
        int open = recorder().openTrack();
        if (open >= 0) {
            return open;
        }
        RankTrack track = track(rank);
        track.marked = true;
        return track.number;
    }

    // Threads and tracks.

    /** The calling thread's. */
    Recorder recorder() {
        return own.get();
    }

    private Recorder newRecorder() {
        var recorder = new Recorder(this);
        synchronized (recorders) {
            if (finished) {
                recorder.finish();
            } else {
                recorders.add(recorder);
            }
        }
        return recorder;
    }

    /** That of the rank's thread whose trap is being answered. */
    RankTrack track(Rank rank) {
        RankTrack main = rankTracks[rank.worldRank];
        return rank.control == rank.mainControl ? main : main.other(rank.control, this);
    }

    /** The rank's thread whose trap is being answered has ended. */
    void forget(Rank rank) {
        rankTracks[rank.worldRank].others.remove(rank.control);
    }

    int newPeTrack() {
        String name = Thread.currentThread().getName();
        return add(new Track(PES, name.startsWith("PE ") ? name : "auxiliary PE"));
    }

    RankTrack newThreadTrack(int rank, int thread) {
        return new RankTrack(add(new Track(RANKS, "rank " + rank + ", thread " + thread)));
    }

    private int add(Track track) {
        synchronized (added) {
            added.add(track);
            return ranks + added.size() - 1;
        }
    }

    /** The number of a call's name. */
    int call(int operation, int function) {
        if (function >= 0) {
            return function;
        }
        return FunctionNames.COUNT + switch (operation) {
            case Operation.SLEEP -> 0;
            case Operation.INPUT -> 1;
            case Operation.WAIT -> 2;
            default -> 3;
        };
    }

    private static String callName(int call) {
        return call < FunctionNames.COUNT ? FunctionNames.name(call) : SYSTEM_CALLS[call - FunctionNames.COUNT];
    }

    // Writing.

    /** Takes a full chunk and gives an empty one. Waits while too many are to be written. */
    Chunk exchange(Chunk chunk) {
        put(chunk);
        Chunk empty = free.poll();
        return empty == null ? new Chunk() : empty;
    }

    private void put(Chunk chunk) {
        boolean interrupted = false;
        while (true) {
            try {
                full.put(chunk);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        while (true) {
            Chunk chunk;
            try {
                chunk = full.take();
            } catch (InterruptedException e) {
                // Nobody does that.
                continue;
            }
            try {
                // After a failure nothing is written, but the ranks must get on.
                if (failure == null) {
                    chunk.read(this::write);
                    for (String mark = marks.poll(); mark != null; mark = marks.poll()) {
                        text.event(mark);
                    }
                    if (chunk == END) {
                        writeNames();
                        text.end();
                    }
                }
            } catch (IOException e) {
                failure = e;
            }
            if (chunk == END) {
                return;
            }
            if (!finished) {
                chunk.clear();
                free.add(chunk);
            } // else a thread may still append to it
        }
    }

    private void write(int kind, int a, int b, long x, long y, long z) throws IOException {
        switch (kind) {
            case Chunk.RUN -> text.slice(PES, a, x - start, y - start, "rank " + b);
            case Chunk.CALL -> text.slice(process(a), a, x - start, y - start, callName(b));
            default -> {
                long id = ++arrows;
                text.arrow(true, id, process(a), a, x - start, z);
                text.arrow(false, id, process(b), b, y - start, z);
            }
        }
    }

    private int process(int track) {
        if (track < ranks) {
            return RANKS;
        }
        synchronized (added) {
            return added.get(track - ranks).process;
        }
    }

    /** Metadata: what processes and rows are called, and their order. */
    private void writeNames() throws IOException {
        name("process_name", PES, 0, "PEs of " + program);
        name("process_name", RANKS, 0, "ranks of " + program);
        order("process_sort_index", PES, 0, 0);
        order("process_sort_index", RANKS, 0, 1);
        for (int i = 0; i < ranks; i++) {
            name("thread_name", RANKS, i, "rank " + i);
            order("thread_sort_index", RANKS, i, i);
        }
        // PE 2 stands before PE 10.
        List<Integer> inOrder = new ArrayList<>();
        for (int i = 0; i < added.size(); i++) {
            inOrder.add(i);
        }
        inOrder.sort(Comparator.comparing((Integer i) -> added.get(i).name.length()).thenComparing(i -> added.get(i).name));
        for (int position = 0; position < inOrder.size(); position++) {
            int i = inOrder.get(position);
            name("thread_name", added.get(i).process, ranks + i, added.get(i).name);
            order("thread_sort_index", added.get(i).process, ranks + i, ranks + position);
        }
    }

    private void name(String kind, int process, int track, String name) throws IOException {
        var arguments = new JsonObject();
        arguments.addProperty("name", name);
        metadata(kind, process, track, arguments);
    }

    private void order(String kind, int process, int track, int index) throws IOException {
        var arguments = new JsonObject();
        arguments.addProperty("sort_index", index);
        metadata(kind, process, track, arguments);
    }

    private void metadata(String kind, int process, int track, JsonObject arguments) throws IOException {
        var event = new JsonObject();
        event.addProperty("ph", "M");
        event.addProperty("pid", process);
        event.addProperty("tid", track);
        event.addProperty("name", kind);
        event.add("args", arguments);
        text.event(event.toString());
    }

    /**
     * Ends what is still open and completes the file. What is noted from then on is lost.
     *
     * @return why the file is not complete, or null
     */
    public String end() {
        List<Recorder> all;
        synchronized (recorders) {
            finished = true;
            all = List.copyOf(recorders);
        }
        all.forEach(recorder -> put(recorder.finish()));
        long now = System.nanoTime();
        var last = new Recorder(this);
        all.forEach(recorder -> recorder.finishOpen(last, now));
        for (RankTrack track : rankTracks) {
            finishWait(track, last, now);
            track.others.values().forEach(other -> finishWait(other, last, now));
        }
        put(last.finish());
        put(END);
        try {
            writer.join(LONGEST_END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return failure != null ? failure.getMessage() : writer.isAlive() ? "it took too long to write" : null;
    }

    private static void finishWait(RankTrack track, Recorder last, long now) {
        long since = track.waitsSince;
        if (since != 0) {
            last.append(Chunk.CALL, track.number, track.call, since, Math.max(since, now), 0);
        }
    }
}
