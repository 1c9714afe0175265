package flotilla.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

    /** Bit 62 of an entry's capabilities: the low half is an index into the names of subfolders of glibc-hwcaps. */
    private static final long NAMED_CAPABILITY = 1L << 62;
    private static final int EXTENSION_FIELD = 32;
    private static final int EXTENSION_MAGIC = 0xeaa42174;
    private static final int EXTENSION_CAPABILITIES = 1;

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
        List<String> capabilities = capabilities(table);
        var best = new HashMap<String, Integer>();
        for (long i = 0; i < count && HEADER_SIZE + (i + 1) * ENTRY_SIZE <= table.limit(); i++) {
            int at = (int) (HEADER_SIZE + i * ENTRY_SIZE);
            int rank = rank(table.getLong(at + 16), capabilities);
            if (table.getInt(at) == FLAGS && rank >= 0) {
                String name = string(table, table.getInt(at + 4));
                String path = string(table, table.getInt(at + 8));
                if (name != null && path != null && rank > best.getOrDefault(name, -1)) {
                    best.put(name, rank);
                    paths.put(name, path);
                }
            }
        }
        return new LibraryCache(paths);
    }

    /** How good a variant for certain processors is on this one: 0 for the plain library, -1 for one that would not run. */
    private static int rank(long capability, List<String> names) {
        if (capability == 0) {
            return 0;
        }
        long index = capability & 0xffff_ffffL;
        if ((capability & NAMED_CAPABILITY) == 0 || index >= names.size()) {
            return -1;
        }
        int level = ProcessorLevel.NAMES.indexOf(names.get((int) index));
        return level < 0 ? -1 : ProcessorLevel.NAMES.size() - level;
    }

    /** The names of capabilities, from the extension directory behind the table. */
    private static List<String> capabilities(ByteBuffer table) {
        var names = new ArrayList<String>();
        long directory = table.getInt(EXTENSION_FIELD) & 0xffff_ffffL;
        if (directory == 0 || directory + 8 > table.limit() || table.getInt((int) directory) != EXTENSION_MAGIC) {
            return names;
        }
        long sections = table.getInt((int) directory + 4) & 0xffff_ffffL;
        for (long i = 0; i < sections && directory + 8 + (i + 1) * 16 <= table.limit(); i++) {
            int section = (int) (directory + 8 + i * 16);
            long start = table.getInt(section + 8) & 0xffff_ffffL;
            long end = start + (table.getInt(section + 12) & 0xffff_ffffL);
            if (table.getInt(section) == EXTENSION_CAPABILITIES) {
                for (long at = start; at + 4 <= Math.min(end, table.limit()); at += 4) {
                    names.add(string(table, table.getInt((int) at)));
                }
            }
        }
        return names;
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
