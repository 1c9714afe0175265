package flotilla.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/** Finds programs the way a shell and mpiexec do. */
final class Programs {
    /**
     * The file that {@code name} means: relative to {@code workingDirectory} when it has a slash, otherwise looked up in
     * {@code searchPath} and then in {@code workingDirectory}.
     *
     * @param searchPath the value of PATH, or null
     * @throws BadInputException when there is no such file, it is a folder, or it can't be read
     */
    static Path find(String name, Path workingDirectory, String searchPath) {
        if (name.isEmpty()) {
            throw new BadInputException("the program's name is empty; write `flotilla run -n 4 ./program`");
        }
        if (name.indexOf('/') >= 0) {
            return usable(workingDirectory.resolve(name));
        }
        for (Path candidate : candidates(name, workingDirectory, searchPath)) {
            if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                return usable(candidate);
            }
        }
        Path here = workingDirectory.resolve(name);
        if (Files.exists(here)) {
            return usable(here);
        }
        throw new BadInputException("program not found: " + name + " is neither in a folder of PATH nor in "
                + workingDirectory + "; write its path, as in ./" + name);
    }

    private static Iterable<Path> candidates(String name, Path workingDirectory, String searchPath) {
        var candidates = new ArrayList<Path>();
        if (searchPath != null) {
            for (String folder : searchPath.split(":")) {
                // POSIX: an empty entry of PATH is the working directory.
                candidates.add(workingDirectory.resolve(folder).resolve(name));
            }
        }
        candidates.add(workingDirectory.resolve(name));
        return candidates;
    }

    private static Path usable(Path file) {
        Path absolute = file.normalize();
        if (!Files.exists(absolute)) {
            throw new BadInputException("program not found: " + absolute + "; check the path and the working directory");
        }
        if (Files.isDirectory(absolute)) {
            throw new BadInputException("not a program: " + absolute + " is a folder; name an executable file");
        }
        if (!Files.isReadable(absolute)) {
            throw new BadInputException("can't read " + absolute + "; the loader needs to: chmod +r it");
        }
        return absolute;
    }

    private Programs() {}
}
