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

    private final TimelineFile file;
    private final RankTrack[] rankTracks;
    private final List<Recorder> recorders = new ArrayList<>();
    private boolean finished;
    private final ThreadLocal<Recorder> own = ThreadLocal.withInitial(this::newRecorder);

    private Timeline(Path file, String program, int ranks) {
        this.file = new TimelineFile(file, program, ranks, Timeline::callName);
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
     * Begins a timeline, from now on.
     *
     * @param file    as for {@link #writeEmpty}
     * @param program name for the viewer
     */
    public static Timeline begin(Path file, String program, int ranks) {
        return new Timeline(file, program, ranks);
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
        event.addProperty("pid", TimelineFile.PES);
        event.addProperty("tid", 0);
        event.addProperty("ts", file.now());
        event.addProperty("name", name);
        event.addProperty("cat", category);
        event.add("args", details);
        file.mark(event);
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
        if (message.notedTime() == 0) {
            // From another process, which has its own timeline.
            return;
        }
        Recorder recorder = recorder();
        recorder.append(Chunk.MESSAGE, message.notedPlace(), place(receiver), message.notedTime(), System.nanoTime(), message.bytes());
        recorder.keep();
        message.note(0, 0);
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
