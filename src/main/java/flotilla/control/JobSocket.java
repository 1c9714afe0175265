package flotilla.control;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The socket of a process of a job.
 *
 * @param pid   of the process
 * @param start of the process, as {@link ProcessState#start}
 */
public record JobSocket(Path path, long pid, long start) {
    private static final Pattern NAME = Pattern.compile("job-(\\d{1,10})-(\\d{1,18})");

    /** The one that this process would open in {@code folder}. */
    static JobSocket ofThisProcess(Path folder) {
        long pid = ProcessHandle.current().pid();
        ProcessState state = ProcessState.of(pid);
        return new JobSocket(folder.resolve("job-" + pid + "-" + state.start()), pid, state.start());
    }

    /**
     * Those of this user's on this machine, by number, also such as are left over.
     *
     * @throws ControlException when a folder of them is not to be trusted
     */
    public static List<JobSocket> all() throws IOException, ControlException {
        var found = new ArrayList<JobSocket>();
        for (Path folder : JobFolder.candidates()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                JobFolder.check(folder);
                for (Path file : files) {
                    Matcher name = NAME.matcher(file.getFileName().toString());
                    if (name.matches()) {
                        found.add(new JobSocket(file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
                    }
                }
            } catch (NoSuchFileException none) {
                // No job has run yet.
            } catch (NotDirectoryException other) {
                JobFolder.check(folder);
            }
        }
        found.sort(Comparator.comparingLong(JobSocket::pid));
        return found;
    }

    /** Whether its process is there. */
    public boolean isAlive() {
        ProcessState state = ProcessState.of(pid);
        return state != null && state.start() == start && !state.hasEnded();
    }

    /** Whether its process is stopped (Ctrl-Z), and so will not answer. */
    public boolean isStopped() {
        ProcessState state = ProcessState.of(pid);
        return state != null && state.start() == start && state.isStopped();
    }

    /** Takes it away, and the folder with the last one: its process is gone, or goes. */
    public void remove() throws IOException {
        Files.deleteIfExists(path);
        try {
            Files.deleteIfExists(path.getParent());
        } catch (DirectoryNotEmptyException others) {
            // Other jobs have theirs there.
        }
    }
}
