package flotilla.refactor.fortran;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** A file's text; a character of it is a byte of the file. */
final class SourceText {
    final Path path;
    final String text;
    private final int[] lineStarts;

    SourceText(Path path, String text) {
        this.path = path;
        this.text = text;
        lineStarts = java.util.stream.IntStream.concat(java.util.stream.IntStream.of(0),
                java.util.stream.IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').map(i -> i + 1)).toArray();
    }

    int line(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : -found - 1;
    }

    int lineStart(int offset) {
        return text.lastIndexOf('\n', offset - 1) + 1;
    }

    /** The offset of the end of the line's text, which is that of its line feed. */
    int lineEnd(int offset) {
        int end = text.indexOf('\n', offset);
        return end < 0 ? text.length() : end;
    }

    int nextLine(int offset) {
        return Math.min(lineEnd(offset) + 1, text.length());
    }

    boolean isFixed() {
        return path.toString().matches("(?i).*\\.(f|for|ftn|f77)");
    }

    String shown() {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }

    Set<String> words() {
        return new HashSet<>(Arrays.asList(text.toLowerCase().split("\\W+")));
    }
}
