package flotilla.image;

import flotilla.memory.Mapping;
import flotilla.memory.NamelessFile;
import flotilla.memory.NativeFunction;
import flotilla.memory.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Loads a copy of each file for every rank (method {@code fs}): the dynamic linker takes every file for another library. */
final class CopyLoader extends SystemLoader {
    private static final NativeFunction DLOPEN = NativeFunction.ofLibc("dlopen");
    /** Copies made in this process. */
    private static final AtomicLong COPIES = new AtomicLong();

    private final Path folder;

    CopyLoader(Path folder) {
        this.folder = folder;
    }

    @Override
    void load(String program, List<LoadableFile> files, int ranks) {
        checkSpace(program, files, ranks);
        for (int rank = 0; rank < ranks; rank++) {
            add(files.stream().mapToLong(this::loadCopy).toArray());
        }
    }

    private void checkSpace(String program, List<LoadableFile> files, int ranks) {
        long perRank = files.stream().mapToLong(file -> Mapping.pageUp(file.bytes())).sum();
        long free;
        try {
            if (!Files.isDirectory(folder)) {
                throw new LoadException("--fs-dir " + folder + ": no such folder; name an existing one");
            }
            free = Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            throw new LoadException("--fs-dir " + folder + ": cannot tell how much space is free (" + e.getMessage() + "); name another folder", e);
        }
        if (free / perRank < ranks) {
            throw new LoadException("--privatize=fs: copies of " + program + " and its libraries for " + ranks + " ranks take "
                    + size(perRank * ranks) + ", and " + folder + " has " + size(free) + " free; name another folder with --fs-dir"
                    + (free < perRank ? "" : ", or use at most " + free / perRank + " ranks"));
        }
    }

    private static String size(long bytes) {
        return bytes < 10 << 20 ? (bytes >> 10) + " KiB" : (bytes >> 20) + " MiB";
    }

    private long loadCopy(LoadableFile file) {
        try (NamelessFile copy = NamelessFile.in(folder, file.image.shortName())) {
            file.copyTo(copy);
            long handle = open(DLOPEN, new long[0], path(copy, COPIES.incrementAndGet()));
            if (handle == 0) {
                throw new LoadException("--privatize=fs: the system's dynamic linker does not load a copy of " + file.image + " in " + folder
                        + ": " + error() + "; name a folder whose file system lets programs run with --fs-dir");
            }
            return handle;
        } catch (SystemCallException e) {
            throw new LoadException("--privatize=fs: cannot copy " + file.image + " to " + folder + ": " + e.getMessage()
                    + "; name another folder with --fs-dir", e);
        }
    }
}
