package flotilla.refactor.fortran;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Changes of one file's text, by offset. What lies in a part that is removed goes along with it. */
final class Changes {
    private static final int FREE_LINE = 130;
    private static final int FIXED_LINE = 72;

    private record Change(int from, int to, String text) {}

    private final SourceText file;
    private final List<Change> changes = new ArrayList<>();
    private final Set<Change> known = new HashSet<>();

    Changes(SourceText file) {
        this.file = file;
    }

    /** The same replacement twice is one: an included file is met in several units. */
    void replace(int from, int to, String by) {
        var change = new Change(from, to, by);
        if (known.add(change)) {
            changes.add(change);
        }
    }

    void insert(int at, String text) {
        replace(at, at, text);
    }

    /** Removes a statement, and its lines when nothing else is in them. */
    void removeStatement(int from, int to) {
        int start = file.lineStart(from);
        int end = file.lineEnd(to);
        String before = file.text.substring(start, from);
        String after = file.text.substring(to, end).strip();
        if (before.isBlank() && (after.isEmpty() || after.startsWith("!"))) {
            replace(start, file.nextLine(to), "");
        } else {
            replace(from, to, "");
        }
    }

    /** A part of the text with its changes. */
    String changed(int from, int to) {
        var ordered = new ArrayList<>(changes.stream().filter(c -> c.from >= from && c.to <= to && (c.from < to || to == file.text.length())).toList());
        // Of those at one offset, what is inserted comes before what is replaced; the sort keeps the order of insertions.
        ordered.sort(Comparator.comparingInt(Change::from).thenComparing(c -> c.from == c.to ? 0 : 1)
                .thenComparing(Comparator.comparingInt((Change c) -> c.from == c.to ? 0 : c.to).reversed()));
        var result = new StringBuilder();
        int done = from;
        for (Change change : ordered) {
            if (change.from >= done) {
                result.append(file.text, done, change.from).append(change.text);
                done = change.to;
            }
        }
        return wrapped(result.append(file.text, done, to).toString());
    }

    /** Lines that have become too long go on in the next. */
    private String wrapped(String text) {
        Set<String> original = file.text.lines().collect(Collectors.toSet());
        boolean ends = text.endsWith("\n");
        String result = text.lines().map(line -> original.contains(line) ? line : wrap(line, file.isFixed())).collect(Collectors.joining("\n"));
        return ends && !result.isEmpty() ? result + "\n" : result;
    }

    static String wrap(String line, boolean fixed) {
        if (fixed) {
            boolean comment = !line.isEmpty() && "cC*!dD#".indexOf(line.charAt(0)) >= 0;
            return comment || line.length() <= FIXED_LINE || commentStart(line) < FIXED_LINE ? line
                    : line.substring(0, FIXED_LINE) + "\n" + wrap("     &" + line.substring(FIXED_LINE), true);
        }
        if (line.length() <= FREE_LINE || commentStart(line) < FREE_LINE || line.startsWith("#")) {
            return line;
        }
        int at = gap(line);
        if (at > 0) {
            String indent = line.substring(0, line.length() - line.stripLeading().length()) + "    ";
            return line.substring(0, at).stripTrailing() + " &\n" + wrap(indent + line.substring(at).strip(), false);
        }
        // A word, or a text, may go on behind an ampersand.
        return line.substring(0, FREE_LINE) + "&\n" + wrap("&" + line.substring(FREE_LINE), false);
    }

    /** The last place to break a line at, outside of texts: behind a blank. */
    private static int gap(String line) {
        char quote = 0;
        int found = -1;
        for (int i = 0; i < FREE_LINE; i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == ' ' && i > FREE_LINE / 2) {
                found = i + 1;
            }
        }
        return found;
    }

    /** Where a comment begins, or the line's end. */
    private static int commentStart(String line) {
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '!') {
                return i;
            }
        }
        return line.length();
    }
}
