package flotilla.control;

import flotilla.memory.NativeFunction;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Keeps a socket from the programs that ranks start (fcntl(2), FD_CLOEXEC): the JDK makes sockets that children inherit. */
final class CloseOnExec {
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    /** Column of the inode in /proc/net/unix; the name stands last. */
    private static final int INODE = 6;

    /** @param socket the name that it is bound to */
    static void set(Path socket) throws IOException {
        String link = null;
        for (String line : Files.readAllLines(Path.of("/proc/net/unix"))) {
            if (line.endsWith(" " + socket)) {
                link = "socket:[" + line.trim().split(" +")[INODE] + "]";
            }
        }
        if (link == null) {
            return;
        }
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (link.equals(target(descriptor))) {
                    NativeFunction.ofLibc("fcntl").call(Long.parseLong(descriptor.getFileName().toString()), F_SETFD, FD_CLOEXEC);
                }
            }
        }
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return null;
        }
    }

    private CloseOnExec() {}
}
