package flotilla.observe.timeline;

import com.google.gson.JsonObject;
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
import java.util.function.IntFunction;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** The file of a timeline, the thread that writes it, and its rows: one for each rank, and those that are added. */
final class TimelineFile {
    /** Processes, as the viewer calls what holds rows. */
    static final int PES = 1;
    static final int RANKS = 2;

    /** Chunks that wait to be written. */
    private static final int MOST_WAITING = 128;
    private static final long LONGEST_END_MILLIS = 10_000;
    /** Says to the writer that nothing follows. */
    private static final Chunk END = new Chunk();

    /** A row in the viewer. */
    private record Track(int process, String name) {}

    /** Rows that a node may add, before their numbers are those of the next node. */
    private static final int MOST_ROWS = 1 << 20;
    private static final int ARROWS_SHIFT = 38;

    private volatile long start = System.nanoTime();
    private final Path path;
    private final String program;
    private final int ranks;
    private final int node;
    private final int nodes;
    private final IntFunction<String> callNames;
    /** The first has the number after those of the ranks. */
    private final List<Track> added = new ArrayList<>();
    private final BlockingQueue<Chunk> full = new ArrayBlockingQueue<>(MOST_WAITING);
    private final ConcurrentLinkedQueue<Chunk> free = new ConcurrentLinkedQueue<>();
    /** Events of the whole job, as JSON. */
    private final ConcurrentLinkedQueue<String> marks = new ConcurrentLinkedQueue<>();
    private final Thread writer = Thread.ofPlatform().daemon().name("timeline").unstarted(this::write);
    /** The writer's; made when there is something to write. */
    private EventText text;
    private long arrows;
    private volatile boolean recycling = true;
    private volatile Exception failure;

    /**
     * @param program   name for the viewer
     * @param callNames by number
     */
    TimelineFile(Path path, String program, int ranks, int node, int nodes, IntFunction<String> callNames) {
        this.path = path;
        this.program = program;
        this.ranks = ranks;
        this.node = node;
        this.nodes = nodes;
        this.arrows = (long) node << ARROWS_SHIFT;
        this.callNames = callNames;
        writer.start();
    }

    static void writeEmpty(Path path) throws IOException {
        new EventText(output(path)).end();
    }

    private static OutputStream output(Path path) throws IOException {
        return output(path, path.toString().endsWith(".gz"));
    }

    static OutputStream output(Path path, boolean compressed) throws IOException {
        OutputStream out = new FileOutputStream(path.toFile());
        return compressed ? new FastCompression(out) : out;
    }

    /** The writer shares the cores with the ranks. */
    private static final class FastCompression extends GZIPOutputStream {
        FastCompression(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** When the timeline began, by this process's clock. */
    long start() {
        return start;
    }

    /** Before anything is noted. */
    void startAt(long time) {
        start = time;
    }

    /** A time of this process's clock as events have it: microseconds since the timeline began. */
    BigDecimal time(long nanos) {
        return BigDecimal.valueOf(nanos - start, 3);
    }

    /** An event of the whole job. Any thread. */
    void mark(JsonObject event) {
        marks.add(event.toString());
    }

    /** A new row of a process; answers its number, which is as far behind the ranks' as is even for PEs, odd for threads. Any thread. */
    int addTrack(int process, String name) {
        synchronized (added) {
            added.add(new Track(process, name));
            return ranks + 2 * (added.size() - 1) + (process == RANKS ? 1 : 0);
        }
    }

    /** From now on chunks that are put may still be appended to by their thread; what it appends is lost. */
    void stopRecycling() {
        recycling = false;
    }

    /** Takes a full chunk and gives an empty one. Waits while too many are to be written. */
    Chunk exchange(Chunk chunk) {
        put(chunk);
        Chunk empty = free.poll();
        return empty == null ? new Chunk() : empty;
    }

    /** To be written. Waits while too many are. */
    void put(Chunk chunk) {
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
                    if (text == null) {
                        text = new EventText(output(path));
                    }
                    chunk.read(this::write);
                    for (String mark = marks.poll(); mark != null; mark = marks.poll()) {
                        text.event(mark);
                    }
                    if (chunk == END) {
                        writeNames();
                        text.end();
                    }
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
            if (chunk == END) {
                return;
            }
            if (recycling) {
                chunk.clear();
                free.add(chunk);
            }
        }
    }

    private void write(int kind, int a, int b, long x, long y, long z) throws IOException {
        switch (kind) {
            case Chunk.RUN -> text.slice(process(node, a), row(node, a), x - start, y - start, "rank " + b);
            case Chunk.CALL -> text.slice(process(node, a), row(node, a), x - start, y - start, callNames.apply(b));
            case Chunk.MESSAGE -> arrow(a, b, x, y, Chunk.node(z), "message", "bytes", Chunk.number(z));
            default -> arrow(a, b, x, y, Chunk.node(z), "migration", "rank", Chunk.number(z));
        }
    }

    private void arrow(int from, int to, long begin, long end, int fromNode, String category, String what, long value) throws IOException {
        long id = ++arrows;
        text.arrow(true, id, process(fromNode, from), row(fromNode, from), begin - start, category, what, value);
        text.arrow(false, id, process(node, to), row(node, to), end - start, category, what, value);
    }

    /** The viewer's process for the PEs of a node. */
    static int pes(int node) {
        return node == 0 ? PES : RANKS + node;
    }

    /** The viewer's process that a node's track is in. */
    private int process(int ofNode, int track) {
        return track < ranks || (track - ranks) % 2 == 1 ? RANKS : pes(ofNode);
    }

    /** The number of a node's track for the viewer: those of ranks are the same on all nodes. */
    private int row(int ofNode, int track) {
        return track < ranks ? track : track + ofNode * MOST_ROWS;
    }

    /** Metadata: what processes and rows are called, and their order. */
    private void writeNames() throws IOException {
        name("process_name", pes(node), 0, nodes == 1 ? "PEs of " + program : "PEs of node " + node + " of " + program);
        name("process_name", RANKS, 0, "ranks of " + program);
        order("process_sort_index", pes(node), 0, node);
        order("process_sort_index", RANKS, 0, nodes);
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
            Track track = added.get(inOrder.get(position));
            boolean isPe = track.process == PES;
            int number = row(node, ranks + 2 * inOrder.get(position) + (isPe ? 0 : 1));
            name("thread_name", isPe ? pes(node) : RANKS, number, track.name);
            order("thread_sort_index", isPe ? pes(node) : RANKS, number, ranks + position);
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

    /** When nothing more will be put: completes the file. Answers why it is not complete, or null. */
    String end() {
        put(END);
        try {
            writer.join(LONGEST_END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return failure != null ? String.valueOf(failure.getMessage()) : writer.isAlive() ? "it took too long to write" : null;
    }
}
