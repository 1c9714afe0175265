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

    private final long start = System.nanoTime();
    private final Path path;
    private final String program;
    private final int ranks;
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
    TimelineFile(Path path, String program, int ranks, IntFunction<String> callNames) {
        this.path = path;
        this.program = program;
        this.ranks = ranks;
        this.callNames = callNames;
        writer.start();
    }

    static void writeEmpty(Path path) throws IOException {
        new EventText(output(path)).end();
    }

    private static OutputStream output(Path path) throws IOException {
        OutputStream out = new FileOutputStream(path.toFile());
        return path.toString().endsWith(".gz") ? new FastCompression(out) : out;
    }

    /** The writer shares the cores with the ranks. */
    private static final class FastCompression extends GZIPOutputStream {
        FastCompression(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /** Microseconds since the timeline began, as events have them. */
    BigDecimal now() {
        return BigDecimal.valueOf(System.nanoTime() - start, 3);
    }

    /** An event of the whole job. Any thread. */
    void mark(JsonObject event) {
        marks.add(event.toString());
    }

    /** A new row of a process; answers its number. Any thread. */
    int addTrack(int process, String name) {
        synchronized (added) {
            added.add(new Track(process, name));
            return ranks + added.size() - 1;
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
            case Chunk.RUN -> text.slice(PES, a, x - start, y - start, "rank " + b);
            case Chunk.CALL -> text.slice(process(a), a, x - start, y - start, callNames.apply(b));
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
