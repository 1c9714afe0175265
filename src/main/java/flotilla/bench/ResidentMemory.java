package flotilla.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory that processes hold, without counting a file's page for each mapping: ranks map the text of their libraries once each,
 * in one process, as processes do in many. The kernel's {@code Rss} counts such a page every time; its {@code Pss} would
 * leave out what the bench itself maps.
 */
final class ResidentMemory {
    private static final Pattern MAPPING = Pattern.compile("\\p{XDigit}+-\\p{XDigit}+ \\S+ (\\p{XDigit}+ \\S+ (\\d+)).*");
    private static final Pattern FIELD = Pattern.compile("(Rss|Anonymous): +(\\d+) kB");

    private long anonymous;
    /** By place in a file (offset, device, inode): pages that are the file's own. */
    private final Map<String, Long> files = new HashMap<>();

    static long kibibytes(List<ProcessHandle> processes) {
        var memory = new ResidentMemory();
        for (ProcessHandle process : processes) {
            try (BufferedReader lines = Files.newBufferedReader(Path.of("/proc", Long.toString(process.pid()), "smaps"), StandardCharsets.ISO_8859_1)) {
                memory.add(lines);
            } catch (IOException gone) {
                // A process that has ended holds nothing.
            }
        }
        return memory.total();
    }

    void add(BufferedReader lines) throws IOException {
        String place = null;
        long resident = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                place = mapping.group(2).equals("0") ? null : mapping.group(1);
                continue;
            }
            Matcher field = FIELD.matcher(line);
            if (!field.matches()) {
                continue;
            }
            long kibibytes = Long.parseLong(field.group(2));
            if (field.group(1).equals("Rss")) {
                resident = kibibytes;
            } else if (place == null) {
                // Of no file; memory that is shared without one, too.
                anonymous += resident;
            } else {
                // A copy that was written to is the mapping's own.
                anonymous += kibibytes;
                files.merge(place, resident - kibibytes, Math::max);
            }
        }
    }

    long total() {
        return anonymous + files.values().stream().mapToLong(Long::longValue).sum();
    }
}
