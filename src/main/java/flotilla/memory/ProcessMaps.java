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
    }

    /** The mappings as they are now. */
    public static List<Entry> read() {
        var entries = new ArrayList<Entry>();
        try {
            for (String line : new String(Files.readAllBytes(MAPS), StandardCharsets.UTF_8).split("\n")) {
                String[] fields = line.split(" +", 6);
                int dash = fields[0].indexOf('-');
                if (dash < 0) {
                    continue;
                }
                entries.add(new Entry(
                        Long.parseUnsignedLong(fields[0], 0, dash, 16),
                        Long.parseUnsignedLong(fields[0], dash + 1, fields[0].length(), 16),
                        fields[1], Long.parseUnsignedLong(fields[2], 16),
                        fields.length > 5 ? fields[5] : ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + MAPS, e);
        }
        return entries;
    }

    private ProcessMaps() {}
}
