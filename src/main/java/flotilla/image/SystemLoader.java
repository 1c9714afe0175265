package flotilla.image;

import flotilla.memory.Memory;
import flotilla.memory.NamelessFile;
import flotilla.memory.NativeFunction;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Has the system's dynamic linker load the images of a program, once for each rank. That happens before the job's first rank
 * is made, so that a job that cannot have as many ranks as it asks for is refused whole. Everything but the mapping, and
 * so what symbols are bound to, is done by Flotilla's own linking, as for the other methods. Thread-safe.
 */
abstract class SystemLoader implements AutoCloseable {
    private static final int RTLD_NOW = 2;
    private static final int RTLD_DI_LINKMAP = 2;
    private static final NativeFunction DLINFO = NativeFunction.ofLibc("dlinfo");
    private static final NativeFunction DLERROR = NativeFunction.ofLibc("dlerror");
    private static final NativeFunction DLCLOSE = NativeFunction.ofLibc("dlclose");

    private final Deque<LoadedElsewhere> ready = new ArrayDeque<>();
    private final List<Long> handles = new ArrayList<>();
    private List<LoadableFile> files;
    private String program;

    /** Takes the images of {@code program}, by number. */
    final synchronized void prepare(String program, List<Image> images) {
        this.program = program;
        this.files = images.stream().map(LoadableFile::new).toList();
    }

    /**
     * Loads the images of so many ranks.
     *
     * @throws LoadException when that is impossible
     */
    final synchronized void reserve(int ranks) {
        load(program, files, ranks);
    }

    /** Mappings that a rank's images are. */
    final synchronized int mappings() {
        // A segment's .bss is one of its own.
        return files.stream().mapToInt(file -> file.image.file.loads().size() + 1).sum();
    }

    /** The images for a rank that is about to be made. */
    final synchronized LoadedElsewhere take() {
        if (ready.isEmpty()) {
            load(program, files, 1);
        }
        return ready.remove();
    }

    /** Has {@link #add} add the images of {@code ranks} ranks. */
    abstract void load(String program, List<LoadableFile> files, int ranks);

    /** A rank's images are loaded: what the dynamic linker calls them, by number. */
    final void add(long[] loaded) {
        long[] bias = new long[loaded.length];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = bias(loaded[i]);
        }
        ready.add(new LoadedElsewhere(files, bias));
    }

    /**
     * Calls dlopen or a function like it, whose flags are the last argument.
     *
     * @return the handle, or 0
     */
    final long open(NativeFunction function, long[] before, String path) {
        try (var arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path).address();
            long handle = before.length == 0 ? function.call(name, RTLD_NOW) : function.call(before[0], name, RTLD_NOW);
            if (handle != 0) {
                handles.add(handle);
            }
            return handle;
        }
    }

    /** What the last call of the dynamic linker on this thread has failed of, without the path that it begins with. */
    static String error() {
        long text = DLERROR.call();
        String error = text == 0 ? "no reason given" : Memory.getString(text);
        return error.startsWith("/") && error.contains(": ") ? error.substring(error.indexOf(": ") + 2) : error;
    }

    /** Asks the dynamic linker for something of an opened image: a word. */
    static long info(long handle, int request) {
        try (var arena = Arena.ofConfined()) {
            long answer = arena.allocate(Long.BYTES, Long.BYTES).address();
            if ((int) DLINFO.call(handle, request, answer) != 0) {
                throw new LoadException("the system's dynamic linker does not know what it has loaded: " + error());
            }
            return Memory.getLong(answer);
        }
    }

    /** l_addr, the first word of struct link_map ({@code <link.h>}). */
    private static long bias(long handle) {
        return Memory.getLong(info(handle, RTLD_DI_LINKMAP));
    }

    /**
     * A path of the file that was not used before: descriptors are used again, and the dynamic linker takes a path that it knows
     * for what it has loaded. The number stands in it in binary, a slash for 0 and {@code ./} for 1.
     */
    static String path(NamelessFile file, long number) {
        Path path = file.path();
        return path.getParent() + "/" + Long.toBinaryString(number).replace("1", "./").replace("0", "/") + path.getFileName();
    }

    /** Unloads everything. Ranks must have ended. */
    @Override
    public synchronized void close() {
        handles.reversed().forEach(handle -> DLCLOSE.call(handle));
        handles.clear();
        ready.clear();
    }
}
