package flotilla.elf.debug;

import flotilla.elf.Cursor;
import flotilla.elf.ElfException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Finds source lines by address in the line tables of a file. */
public final class LineTables {
    /**
     * The lines of some addresses (of the file), found in one pass over all tables.
     *
     * @return lines of those addresses for which there are any; empty for a file without debug information
     * @throws ElfException when the file cannot be read, or is damaged before all were found
     */
    public static Map<Long, SourceLine> find(Path file, Collection<Long> addresses) {
        Map<Long, SourceLine> found = new HashMap<>();
        long[] sorted = addresses.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
        try (var sections = new Sections(file)) {
            ByteBuffer lines = sections.find(".debug_line");
            if (lines == null || sorted.length == 0) {
                return found;
            }
            var strings = new LineProgram.Strings(sections.file(), sections.find(".debug_line_str"), sections.find(".debug_str"));
            var cursor = new Cursor(sections.file(), lines, 0);
            while (!cursor.atEnd() && found.size() < sorted.length) {
                LineProgram program = new LineProgram(cursor, strings);
                program.run(sorted, found);
                cursor.move(program.end());
            }
        }
        return found;
    }

    private LineTables() {}
}
