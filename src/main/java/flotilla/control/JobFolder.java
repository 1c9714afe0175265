package flotilla.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The folder of this user's where the sockets of jobs are: {@code flotilla} in XDG_RUNTIME_DIR (XDG Base Directory Specification)
 * or, without that, {@code /tmp/flotilla-UID}. Nobody else may enter it.
 */
final class JobFolder {
    private static final Set<PosixFilePermission> OWNER_ALONE = PosixFilePermissions.fromString("rwx------");
    /** sun_path of unix(7) has room for one byte more; and a socket's name takes this many. */
    private static final int LONGEST_PATH = 107;
    private static final int LONGEST_NAME = 48;

    /** Where a job of this process's surroundings would open its socket. */
    static Path own() throws IOException {
        return candidates().getFirst();
    }

    /** All folders where jobs of this user may have sockets; they need not exist. */
    static List<Path> candidates() throws IOException {
        var folders = new ArrayList<Path>();
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        if (runtime != null && runtime.startsWith("/") && isOwn(Path.of(runtime))) {
            Path folder = Path.of(runtime, "flotilla");
            if (folder.toString().getBytes(StandardCharsets.UTF_8).length + 1 + LONGEST_NAME <= LONGEST_PATH) {
                folders.add(folder);
            }
        }
        folders.add(Path.of("/tmp/flotilla-" + Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        return folders;
    }

    /** The user that this process runs as. */
    static UserPrincipal user() throws IOException {
        return Files.getOwner(Path.of("/proc/self"));
    }

    private static boolean isOwn(Path folder) throws IOException {
        return Files.isDirectory(folder) && Files.getOwner(folder).equals(user());
    }

    /** Makes the folder if need be. */
    static void make(Path folder) throws IOException, ControlException {
        try {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ALONE));
            // The umask may have taken something away.
            Files.setPosixFilePermissions(folder, OWNER_ALONE);
        } catch (FileAlreadyExistsException known) {
            check(folder);
        }
    }

    /** @throws ControlException when what is there may be somebody else's trap */
    static void check(Path folder) throws IOException, ControlException {
        var attributes = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isDirectory() || !attributes.owner().equals(user()) || !attributes.permissions().equals(OWNER_ALONE)) {
            throw new ControlException(folder + " is not a folder that belongs to you alone (mode 700), and so is not trusted: "
                    + "it holds the sockets of jobs; remove it");
        }
    }

    private JobFolder() {}
}
