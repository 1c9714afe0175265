package flotilla.migrate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Whether a file that a rank uses will be found elsewhere by its name. */
final class FileIdentity {
    private static final String DELETED = " (deleted)";

    /** Why a file that is mapped cannot be mapped elsewhere, or null. */
    static String whyNotMapped(SlotPiece piece) {
        String file = piece.file();
        if (piece.kind() == SlotPiece.Kind.SHARED_FILE && (file.startsWith("/dev/zero") || file.startsWith("/SYSV"))) {
            return "it shares memory with other processes, or with its children, at " + SlotMap.place(piece);
        }
        if (!file.startsWith("/") || file.startsWith("/memfd:") || file.startsWith("/dev/")) {
            return "it has mapped " + shown(file) + " at " + SlotMap.place(piece)
                    + ", which no other process can open by its name";
        }
        if (file.endsWith(DELETED) && !Files.exists(Path.of(file))) {
            return "it has mapped the file " + shown(file) + ", which has been deleted";
        }
        return Files.isReadable(Path.of(file)) ? null : "it has mapped the file " + file + ", which cannot be opened again";
    }

    /** Device and inode, by which a file is known whatever it is called: two numbers, or null when there is none of that name. */
    static long[] of(Path file, boolean followLinks) {
        try {
            var options = followLinks ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
            var attributes = Files.readAttributes(file, "unix:dev,ino", options);
            return new long[] {(long) attributes.get("dev"), (long) attributes.get("ino")};
        } catch (IOException | UnsupportedOperationException missing) {
            return null;
        }
    }

    private static String shown(String file) {
        return file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
    }

    private FileIdentity() {}
}
