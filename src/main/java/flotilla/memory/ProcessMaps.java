package flotilla.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
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

        /** Whether the file behind it has no name any more, or never had one. */
        public boolean isDeleted() {
            return file.endsWith(" (deleted)");
        }

        /** Whether a file is behind it that others can open by its name. */
        public boolean isOnDisk() {
            return file.startsWith("/") && !file.startsWith("/memfd:");
        }
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
