package flotilla.refactor;

import java.nio.file.Files;
import java.nio.file.Path;

/** The files that are to be refactored. */
public final class Sources {
    public static boolean isFortran(Path source) {
        return source.toString().matches("(?i).*\\.(f|for|ftn|f77|f90|f95|f03|f08)");
    }

    /** @throws RefactorException when it is not there, or is no file that can be read */
    public static void check(Path source) {
        if (Files.isDirectory(source)) {
            throw new RefactorException(source + " is a folder; name the sources in it");
        }
        if (!Files.isReadable(source)) {
            throw new RefactorException(source + (Files.exists(source) ? " can't be read; make it readable" : " not found; name the program's sources"));
        }
    }

    /** The folder that all files have in common, which the folder of the results stands for. */
    public static Path root(Iterable<Path> files) {
        Path root = null;
        for (Path file : files) {
            Path folder = file.getParent();
            while (root != null && !folder.startsWith(root)) {
                root = root.getParent();
            }
            root = root == null ? folder : root;
        }
        return root;
    }

    private Sources() {}
}
