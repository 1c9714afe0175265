package flotilla.observe.timeline;

import com.google.gson.JsonObject;
import flotilla.abi.Operation;
import flotilla.mpi.core.Rank;
import flotilla.mpi.dispatch.FunctionNames;
import flotilla.mpi.p2p.Endpoint;
import flotilla.mpi.p2p.Message;
import flotilla.mpi.p2p.MessageWatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The timeline of a job. The viewer shows two processes: the PEs, with the ranks that they ran, and the ranks, with the calls that
 * they waited in.
 */
public final class Timeline implements MessageWatch {
    /** Names of calls that are none of MPI's; their numbers follow those of the functions. */
    private static final String[] SYSTEM_CALLS = {"sleep", "read", "wait for a thread", "call"};

    private final int node;
    private final TimelineFile file;
    private final RankTrack[] rankTracks;
    private final List<Recorder> recorders = new ArrayList<>();
    private boolean finished;
    private final ThreadLocal<Recorder> own = ThreadLocal.withInitial(this::newRecorder);

    private Timeline(Path file, String program, int ranks, int node, int nodes) {
        this.node = node;
        this.file = new TimelineFile(file, program, ranks, node, nodes, Timeline::callName);
        this.rankTracks = new RankTrack[ranks];
        for (int i = 0; i < ranks; i++) {
            rankTracks[i] = new RankTrack(i);
        }
    }

    /**
     * Writes a timeline in which nothing happens: it stands until the job has something to show, and tells whether the file can be
     * written at all.
     *
     * @param file is overwritten; with a name that ends in {@code .gz} it is compressed
     */
    public static void writeEmpty(Path file) throws IOException {
        TimelineFile.writeEmpty(file);
    }

    /**
     * Begins a node's part of a timeline, from now on.
     *
     * @param file    as for {@link #writeEmpty}
     * @param program name for the viewer
     */
    public static Timeline begin(Path file, String program, int ranks, int node, int nodes) {
        return new Timeline(file, program, ranks, node, nodes);
    }

    /** When it began, by {@link System#nanoTime}. */
    public long start() {
        return file.start();
    }

    /** Before anything is noted: all nodes of a job have one beginning. @param time by this node's {@link System#nanoTime} */
    public void startAt(long time) {
        file.startAt(time);
    }

    // Steps of load balancing, and ranks that move.

    /** A step of load balancing has been decided, which moves so many ranks, in {@code nanos}. Any thread. */
    public void balanced(String strategy, int moves, long nanos) {
        var details = new JsonObject();
        details.addProperty("strategy", strategy);
        details.addProperty("moves", moves);
        details.addProperty("us", BigDecimal.valueOf(nanos, 3));
        JsonObject event = event("i", TimelineFile.pes(node), 0, System.nanoTime(), "balancing by " + strategy + ": " + moves + " moves",
                "balancing", details);
        event.addProperty("s", "g");
        file.mark(event);
    }

    /** A rank, which nobody runs, leaves for another node. Answers what {@link #arrives} must be given there. */
    public String departs(Rank rank) {
        RankTrack track = rankTracks[rank.worldRank];
        long now = System.nanoTime();
        int call = track.waitsSince == 0 ? -1 : track.call;
        if (call >= 0) {
            recorder().append(Chunk.CALL, track.number, call, track.waitsSince, now, 0);
            track.waitsSince = 0;
        }
        return now - file.start() + " " + call + " " + track.lastTrack + " " + (track.lastEnd - file.start());
    }

    /** A rank that was about to leave goes on here; {@code told} is what {@link #departs} has answered. */
    public void stays(Rank rank, String told) {
        waitsOn(rankTracks[rank.worldRank], Integer.parseInt(told.split(" ")[1]));
    }

    /**
     * A rank has come from another node and is about to go on.
     *
     * @param bytes that have travelled
     * @param told  what {@link #departs} has answered there
     */
    public void arrives(Rank rank, int from, long bytes, String told) {
        String[] words = told.split(" ");
        long begin = Long.parseLong(words[0]) + file.start();
        RankTrack track = rankTracks[rank.worldRank];
        long now = waitsOn(track, Integer.parseInt(words[1]));
        int last = Integer.parseInt(words[2]);
        track.cameFrom = last < 0 ? -1 : place(from, last);
        track.cameSince = Long.parseLong(words[3]) + file.start();
        BigDecimal micros = BigDecimal.valueOf(Math.max(0, now - begin), 3);
        var details = new JsonObject();
        details.addProperty("rank", rank.worldRank);
        details.addProperty("from", from);
        details.addProperty("to", node);
        details.addProperty("bytes", bytes);
        details.addProperty("us", micros);
        JsonObject event = event("X", TimelineFile.RANKS, rank.worldRank, begin, "moves from node " + from + " to node " + node, "migration", details);
        event.addProperty("dur", micros);
        file.mark(event);
    }

    /** A rank waits here from now on, in this call or, with -1, at the end of one. Answers the time. */
    private static long waitsOn(RankTrack track, int call) {
        long now = System.nanoTime();
        if (call >= 0) {
            track.call = call;
            track.waitsSince = now;
        }
        return now;
    }

    private JsonObject event(String phase, int process, int row, long time, String name, String category, JsonObject details) {
        var event = new JsonObject();
        event.addProperty("ph", phase);
        event.addProperty("pid", process);
        event.addProperty("tid", row);
        event.addProperty("ts", file.time(time));
        event.addProperty("name", name);
        event.addProperty("cat", category);
        event.add("args", details);
        return event;
    }

    // Messages. They are kept in the message until it is received: an arrow has both ends.

    /** The messages of this rank will be arrows. Before it starts. */
    public void watch(Rank rank) {
        Endpoint.watch(rank, this);
    }

    @Override
    public void offered(Rank sender, Message message) {
        message.note(now(), place(sender));
    }

    /** Nanoseconds since the timeline of all nodes began. */
    @Override
    public long now() {
        return Math.max(1, System.nanoTime() - file.start());
    }

    @Override
    public long place(Rank sender) {
        return place(node, trackOf(sender));
    }

    /** A track of a node, as one number. */
    private static long place(int ofNode, int track) {
        return (long) ofNode << Integer.SIZE | track;
    }

    @Override
    public void taken(Rank receiver, Message message) {
        if (message.notedTime() == 0) {
            // It has been seen already.
            return;
        }
        Recorder recorder = recorder();
        long from = message.notedPlace();
        recorder.append(Chunk.MESSAGE, (int) from, trackOf(receiver), message.notedTime() + file.start(), System.nanoTime(),
                Chunk.with(message.bytes(), (int) (from >>> Integer.SIZE)));
        recorder.keep();
        message.note(0, 0);
    }

    @Override
    public void delivered(Rank sender, Rank receiver, long bytes) {
        // The receiver waits, and sees one such message before it runs again.
        RankTrack track = rankTracks[receiver.worldRank];
        track.deliveredFrom = trackOf(sender);
        track.deliveredBytes = bytes;
        track.deliveredSince = System.nanoTime();
    }

    /** A PE has run a rank until now. */
    void left(int worldRank, int peTrack, long time) {
        RankTrack track = rankTracks[worldRank];
        track.lastTrack = peTrack;
        track.lastEnd = time;
    }

    /** The PE of {@code recorder} takes up a rank: what came while it waited ends there, as does its way from another node. */
    void showDelivered(Rank rank, Recorder recorder) {
        RankTrack track = rankTracks[rank.worldRank];
        if (track.cameFrom >= 0) {
            recorder.append(Chunk.MOVE, (int) track.cameFrom, recorder.openTrack(), track.cameSince, Math.max(System.nanoTime(), recorder.begin() + 1),
                    Chunk.with(rank.worldRank, (int) (track.cameFrom >>> Integer.SIZE)));
            recorder.keep();
            track.cameFrom = -1;
        }
        if (track.deliveredSince != 0) {
            // Later than the slice begins, or the viewer does not see that it belongs to it.
            long now = Math.max(System.nanoTime(), recorder.begin() + 1);
            recorder.append(Chunk.MESSAGE, track.deliveredFrom, recorder.openTrack(), track.deliveredSince, now,
                    Chunk.with(track.deliveredBytes, node));
            recorder.keep();
            track.deliveredSince = 0;
        }
    }

    /** The track where the rank, whose trap is being answered, is seen to do something now. */
    private int trackOf(Rank rank) {
        Recorder recorder = recorder();
        int open = recorder.openTrack();
        if (open >= 0) {
            recorder.keep();
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

    /** A row for the calling thread, which is a PE. */
    int newPeTrack() {
        String name = Thread.currentThread().getName();
        return file.addTrack(TimelineFile.PES, name.startsWith("PE ") ? name : "auxiliary PE");
    }

    RankTrack newThreadTrack(int rank, int thread) {
        return new RankTrack(file.addTrack(TimelineFile.RANKS, "rank " + rank + ", thread " + thread));
    }

    /** Takes a full chunk and gives an empty one. Waits while too many are to be written. */
    Chunk exchange(Chunk chunk) {
        return file.exchange(chunk);
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
        file.stopRecycling();
        all.forEach(recorder -> file.put(recorder.finish()));
        long now = System.nanoTime();
        var last = new Recorder(this);
        all.forEach(recorder -> recorder.finishOpen(last, now));
        for (RankTrack track : rankTracks) {
            finishWait(track, last, now);
            track.others.values().forEach(other -> finishWait(other, last, now));
        }
        file.put(last.finish());
        return file.end();
    }

    private static void finishWait(RankTrack track, Recorder last, long now) {
        long since = track.waitsSince;
        if (since != 0) {
            last.append(Chunk.CALL, track.number, track.call, since, Math.max(since, now), 0);
        }
    }
}
