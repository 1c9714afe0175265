package flotilla.refactor.fortran;

import flotilla.refactor.Edits;
import java.util.Set;
import java.util.stream.Collectors;

/** Changes of one Fortran source: {@link Edits}, statements that go, and lines that become too long. */
final class Changes {
    private static final int FREE_LINE = 130;
    private static final int FIXED_LINE = 72;

    private final SourceText file;
    private final Edits edits;

    Changes(SourceText file) {
        this.file = file;
        edits = new Edits(file.text, true);
    }

    void replace(int from, int to, String by) {
        edits.replace(from, to, by);
    }

    void insert(int at, String text) {
        edits.insert(at, text);
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
        return wrapped(edits.changed(from, to));
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
