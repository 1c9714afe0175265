package flotilla.image;

import flotilla.memory.NamelessFile;
import flotilla.memory.NativeFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loads the files into a namespace of the dynamic linker's for every rank (method {@code pip}). How many there are is found
 * by taking them.
 */
final class NamespaceLoader extends SystemLoader {
    private static final int LM_ID_NEWLM = -1;
    private static final int RTLD_DI_LMID = 1;
    private static final NativeFunction DLMOPEN = NativeFunction.ofLibc("dlmopen");
    /** Namespaces that were had in this process. */
    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private int mine;

    @Override
    void load(String program, List<LoadableFile> files, int ranks) {
        var copies = new ArrayList<NamelessFile>();
        try {
            for (LoadableFile file : files) {
                NamelessFile copy = NamelessFile.inMemory(file.image.shortName());
                copies.add(copy);
                file.copyTo(copy);
            }
            for (int rank = 0; rank < ranks; rank++) {
                loadNamespace(program, files, copies, ranks);
            }
        } finally {
            copies.forEach(NamelessFile::close);
        }
    }

    private void loadNamespace(String program, List<LoadableFile> files, List<NamelessFile> copies, int ranks) {
        long[] loaded = new long[copies.size()];
        long namespace = LM_ID_NEWLM;
        for (int i = 0; i < loaded.length; i++) {
            loaded[i] = open(DLMOPEN, new long[] {namespace}, path(copies.get(i), i + 1));
            if (loaded[i] == 0 && namespace == LM_ID_NEWLM && NAMESPACES.get() > 0) {
                int others = NAMESPACES.get() - mine;
                throw new LoadException("--privatize=pip: the system's dynamic linker gives a process " + NAMESPACES
                        + " namespaces, one for each rank"
                        + (others == 0 ? "" : ", of which other programs of the job take " + others) + "; " + program + " is to have " + ranks
                        + " ranks (" + error() + "); use fewer, or --privatize=pie");
            }
            if (loaded[i] == 0) {
                throw new LoadException("--privatize=pip: the system's dynamic linker does not load " + files.get(i).image + ": " + error()
                        + "; use --privatize=pie");
            }
            if (namespace == LM_ID_NEWLM) {
                namespace = info(loaded[i], RTLD_DI_LMID);
                NAMESPACES.incrementAndGet();
                mine++;
            }
        }
        add(loaded);
    }

    @Override
    public synchronized void close() {
        super.close();
        NAMESPACES.addAndGet(-mine);
        mine = 0;
    }
}
