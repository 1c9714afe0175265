package flotilla.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code /proc/self/maps} says (proc(5)): the mappings of this process, ascending. */
public final class ProcessMaps {
    private static final Path MAPS = Path.of("/proc/self/maps");

    /**
     * One mapping: [start, end).
     *
     * @param permissions as in {@code r-xp}
     * @param offset      of {@code start} in the file
     * @param file        the file behind it or the empty string
     */
    public record Entry(long start, long end, String permissions, long offset, String file) {
        public boolean contains(long address) {
            return address >= start && address < end;
        }

        public boolean isReadable() {
            return permissions.charAt(0) == 'r';
        }

        public boolean isWritable() {
            return permissions.charAt(1) == 'w';
        }

        public boolean isExecutable() {
            return permissions.charAt(2) == 'x';
        }

        public boolean isShared() {
            return permissions.charAt(3) == 's';
        }

        /** Whether new memory of zeros is behind it, not shared. */
        public boolean isPrivateAnonymous() {
            return !isShared() && (file.isEmpty() || file.startsWith("["));
        }

        /** As {@link Mapping} has it. */
        public int protection() {
            return (isReadable() ? Mapping.PROT_READ : 0) | (isWritable() ? Mapping.PROT_WRITE : 0)
                    | (isExecutable() ? Mapping.PROT_EXEC : 0);
        }

        /** Whether the file behind it has no name any more, or never had one. */
        public boolean isDeleted() {
            return file.endsWith(" (deleted)");
        }

        /** Whether a file is behind it that others can open by its name. */
        public boolean isOnDisk() {
            return file.startsWith("/") && !file.startsWith("/memfd:");
        }
    }

    // <linux/fs.h>: struct procmap_query.
    private static final int SYS_IOCTL = 16;
    private static final long PROCMAP_QUERY = 0xc0686611L;
    private static final int QUERY_BYTES = 104;
    private static final int QUERY_FLAGS = 8;
    private static final int QUERY_ADDRESS = 16;
    private static final int START = 24;
    private static final int END = 32;
    private static final int FLAGS = 40;
    private static final int OFFSET = 56;
    private static final int NAME_BYTES = 80;
    private static final int NAME = 88;
    private static final int COVERING_OR_NEXT = 0x10;
    private static final int READABLE = 1;
    private static final int WRITABLE = 2;
    private static final int EXECUTABLE = 4;
    private static final int SHARED = 8;
    private static final int ENOENT = 2;
    private static final int ENOTTY = 25;
    private static final int LONGEST_NAME = 4096;

    private static volatile boolean canQuery = true;

    private static final class Queries {
        static final int FILE = Mapping.open(MAPS);
    }

    /** For tests: as on a kernel before 6.11. */
    static void withoutQueries(boolean without) {
        canQuery = !without;
    }

    /**
     * The mappings that reach into [start, end). Takes as long as these are many with Linux 6.11 and later (PROCMAP_QUERY), and
     * as all of the process are many before.
     */
    public static List<Entry> between(long start, long end) {
        if (canQuery) {
            List<Entry> found = query(start, end);
            if (found != null) {
                return found;
            }
        }
        return read().stream().filter(entry -> entry.end() > start && entry.start() < end).toList();
    }

    /** Answers null where the kernel cannot. */
    private static List<Entry> query(long start, long end) {
        var entries = new ArrayList<Entry>();
        try (var arena = Arena.ofConfined()) {
            long query = arena.allocate(QUERY_BYTES, 8).address();
            long name = arena.allocate(LONGEST_NAME).address();
            for (long at = start; at < end; ) {
                Memory.fill(query, QUERY_BYTES, (byte) 0);
                Memory.putLong(query, QUERY_BYTES);
                Memory.putLong(query + QUERY_FLAGS, COVERING_OR_NEXT);
                Memory.putLong(query + QUERY_ADDRESS, at);
                Memory.putInt(query + NAME_BYTES, LONGEST_NAME);
                Memory.putLong(query + NAME, name);
                long result = Mapping.systemCall(SYS_IOCTL, Queries.FILE, PROCMAP_QUERY, query, 0, 0, 0);
                if (result == -ENOENT) {
                    break;
                }
                if (result == -ENOTTY) {
                    canQuery = false;
                    return null;
                }
                if (result < 0) {
                    throw new SystemCallException("ioctl", "PROCMAP_QUERY", (int) -result, Mapping.text((int) -result));
                }
                if (Memory.getLong(query + START) >= end) {
                    break;
                }
                long flags = Memory.getLong(query + FLAGS);
                entries.add(new Entry(Memory.getLong(query + START), Memory.getLong(query + END), permissions(flags),
                        Memory.getLong(query + OFFSET),
                        Memory.getInt(query + NAME_BYTES) == 0 ? "" : Memory.getString(name)));
                at = Memory.getLong(query + END);
            }
        }
        return entries;
    }

    private static String permissions(long flags) {
        return "" + ((flags & READABLE) != 0 ? 'r' : '-') + ((flags & WRITABLE) != 0 ? 'w' : '-')
                + ((flags & EXECUTABLE) != 0 ? 'x' : '-') + ((flags & SHARED) != 0 ? 's' : 'p');
    }

    /** The mappings as they are now. */
    public static List<Entry> read() {
        var entries = new ArrayList<Entry>();
        try {
            String text = new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8);
            int end;
            for (int line = 0; line < text.length(); line = end + 1) {
                end = text.indexOf('\n', line);
                entries.add(entry(text, line, end));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + MAPS, e);
        }
        return entries;
    }

    /** start-end permissions offset device inode, and behind blanks the file. No regular expression: every start reads this. */
    private static Entry entry(String text, int line, int end) {
        int dash = text.indexOf('-', line);
        int permissions = text.indexOf(' ', dash) + 1;
        int offset = text.indexOf(' ', permissions) + 1;
        int device = text.indexOf(' ', offset) + 1;
        int inode = text.indexOf(' ', device) + 1;
        int file = inode;
        while (file < end && text.charAt(file) != ' ') {
            file++;
        }
        while (file < end && text.charAt(file) == ' ') {
            file++;
        }
        return new Entry(
                Long.parseUnsignedLong(text, line, dash, 16),
                Long.parseUnsignedLong(text, dash + 1, permissions - 1, 16),
                text.substring(permissions, offset - 1),
                Long.parseUnsignedLong(text, offset, device - 1, 16),
                text.substring(file, end));
    }

    private ProcessMaps() {}
}
