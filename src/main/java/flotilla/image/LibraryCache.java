package flotilla.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code /etc/ld.so.cache}: where ldconfig(8) found libraries. The current format begins with
 * {@code glibc-ld.so.cache1.1}; before glibc 2.32 that table followed one in an older format.
 */
final class LibraryCache {
    private static final byte[] MAGIC = "glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OLD_MAGIC = "ld.so-1.7.0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_SIZE = 48;
    private static final int ENTRY_SIZE = 24;
    private static final int OLD_HEADER_SIZE = 16;
    private static final int OLD_ENTRY_SIZE = 12;
    /** An ELF library for libc 6 on x86-64. */
    private static final int FLAGS = 0x0303;

    private final Map<String, String> paths;

    private LibraryCache(Map<String, String> paths) {
        this.paths = paths;
    }

    /** Reads the cache; one that is missing or damaged is empty, as for ld.so. */
    static LibraryCache read(Path file) {
        try {
            return parse(Files.readAllBytes(file));
        } catch (IOException e) {
            return new LibraryCache(Map.of());
        }
    }

    static LibraryCache parse(byte[] bytes) {
        var paths = new HashMap<String, String>();
        int start = tableStart(bytes);
        if (start < 0) {
            return new LibraryCache(paths);
        }
        ByteBuffer table = ByteBuffer.wrap(bytes, start, bytes.length - start).slice().order(ByteOrder.LITTLE_ENDIAN);
        long count = table.getInt(MAGIC.length) & 0xffff_ffffL;
        for (long i = 0; i < count && HEADER_SIZE + (i + 1) * ENTRY_SIZE <= table.limit(); i++) {
            int at = (int) (HEADER_SIZE + i * ENTRY_SIZE);
            // Entries with hardware capabilities are variants for newer processors; the plain one is always there too.
            if (table.getInt(at) == FLAGS && table.getLong(at + 16) == 0) {
                String name = string(table, table.getInt(at + 4));
                String path = string(table, table.getInt(at + 8));
                if (name != null && path != null) {
                    paths.putIfAbsent(name, path);
                }
            }
        }
        return new LibraryCache(paths);
    }

    private static int tableStart(byte[] bytes) {
        int start = 0;
        if (startsWith(bytes, 0, OLD_MAGIC) && bytes.length >= OLD_HEADER_SIZE) {
            long count = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(12) & 0xffff_ffffL;
            long after = (OLD_HEADER_SIZE + count * OLD_ENTRY_SIZE + 7) & ~7L;
            if (after > bytes.length) {
                return -1;
            }
            start = (int) after;
        }
        return startsWith(bytes, start, MAGIC) && bytes.length - start >= HEADER_SIZE ? start : -1;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] magic) {
        if (bytes.length - at < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (bytes[at + i] != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static String string(ByteBuffer table, int offset) {
        if (offset < 0 || offset >= table.limit()) {
            return null;
        }
        int end = offset;
        while (end < table.limit() && table.get(end) != 0) {
            end++;
        }
        var text = new byte[end - offset];
        table.get(offset, text);
        return end == table.limit() ? null : new String(text, StandardCharsets.UTF_8);
    }

    /** Path of the library of that name, or null. */
    String path(String name) {
        return paths.get(name);
    }

    int size() {
        return paths.size();
    }
}
