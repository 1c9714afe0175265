package flotilla.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads classes that a run of this process does not need, so that the cache of classes that is written from it (libexec/aot-cache)
 * has those of the other processes of a job, too.
 */
final class Preload {
    /** A file with names of classes, one a line. */
    static final String PROPERTY = "flotilla.preload";

    static void classes(Path names) {
        try {
            for (String name : Files.readAllLines(names)) {
                try {
                    Class.forName(name, false, Preload.class.getClassLoader());
                } catch (ClassNotFoundException | LinkageError othersOnly) {
                    // Made at run time by the process that had it.
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Preload() {}
}
