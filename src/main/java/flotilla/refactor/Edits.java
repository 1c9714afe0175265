package flotilla.refactor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Changes of one file's text, by offset. Of changes that overlap, the larger one counts; the same change twice is one. A header
 * is met in several units, and a use in the text of a declaration that is removed goes along with that text.
 */
public final class Edits {
    private record Edit(int from, int to, String text) {}

    private final String text;
    private final boolean insertionsBelongBehind;
    private final Set<Edit> edits = new LinkedHashSet<>();

    Edits(String text) {
        this(text, false);
    }

    /** @param insertionsBelongBehind whether what is inserted where one part of the text ends and the next begins is the next one's */
    public Edits(String text, boolean insertionsBelongBehind) {
        this.text = text;
        this.insertionsBelongBehind = insertionsBelongBehind;
    }

    public void replace(int from, int to, String by) {
        edits.add(new Edit(from, to, by));
    }

    public void insert(int at, String inserted) {
        replace(at, at, inserted);
    }

    boolean isEmpty() {
        return edits.isEmpty();
    }

    /** A part of the text with those changes that lie within. */
    public String changed(int from, int to) {
        var ordered = new ArrayList<>(edits.stream().filter(e -> e.from >= from && e.to <= to && (e.from < e.to || isInside(e.from, from, to))).toList());
        ordered.sort(Comparator.comparingInt(Edit::from).thenComparing(e -> e.from == e.to ? 0 : 1)
                .thenComparing(Comparator.comparingInt(Edit::to).reversed()));
        var result = new StringBuilder();
        int done = from;
        for (Edit edit : ordered) {
            if (edit.from >= done) {
                result.append(text, done, edit.from).append(edit.text);
                done = edit.to;
            }
        }
        return result.append(text, done, to).toString();
    }

    private boolean isInside(int at, int from, int to) {
        return insertionsBelongBehind ? at < to || to == text.length() : at > from || from == 0;
    }

    String changed() {
        return changed(0, text.length());
    }
}
