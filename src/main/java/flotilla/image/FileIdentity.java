package flotilla.image;

import flotilla.elf.ElfFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What tells two files apart: the build id that the linker has left, or else the SHA-256 of all bytes. */
final class FileIdentity {
    private static final int CHUNK = 1 << 20;

    static String of(ElfFile file) {
        byte[] buildId = file.buildId();
        return buildId.length > 0 ? HexFormat.of().formatHex(buildId) : "sha256:" + hash(file);
    }

    private static String hash(ElfFile file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (long offset = 0; offset < file.size(); offset += CHUNK) {
                digest.update(file.contents(offset, Math.min(CHUNK, file.size() - offset)));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private FileIdentity() {}
}
