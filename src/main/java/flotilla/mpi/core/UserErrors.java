package flotilla.mpi.core;

import flotilla.mpi.error.ErrorClass;
import java.io.Serializable;
import java.util.ArrayList;

/** Error classes and codes that a rank has added (MPI-3.1 section 8.5), numbered from one above the ABI's last code. */
public final class UserErrors implements Serializable {
    private record Entry(int errorClass, String text) implements Serializable {}

    private final int first;
    private final ArrayList<Entry> entries = new ArrayList<>();

    /** @param lastCode the largest code of the ABI: the first value of attribute MPI_LASTUSEDCODE */
    public UserErrors(int lastCode) {
        first = lastCode + 1;
    }

    public int addClass() {
        int code = lastUsed() + 1;
        entries.add(new Entry(code, null));
        return code;
    }

    public int addCode(int errorClass) {
        int code = lastUsed() + 1;
        entries.add(new Entry(errorClass, null));
        return code;
    }

    public boolean contains(int code) {
        return code >= first && code <= lastUsed();
    }

    public void setText(int code, String text) {
        entries.set(code - first, new Entry(classOf(code), text));
    }

    /** The class of an added code; a class is its own. */
    public int classOf(int code) {
        return entries.get(code - first).errorClass();
    }

    /** Empty when the program has given none. */
    public String text(int code) {
        String text = entries.get(code - first).text();
        return text == null ? "" : text;
    }

    /** Value of attribute MPI_LASTUSEDCODE. */
    public int lastUsed() {
        return first + entries.size() - 1;
    }

    /** Name for messages: of a predefined class, or of one that {@code rank} has added. */
    static String name(Rank rank, int code) {
        UserErrors added = rank.userErrors;
        if (added == null || !added.contains(code)) {
            return ErrorClass.name(code);
        }
        String text = added.text(code);
        return "error code " + code + (text.isEmpty() ? "" : " (" + text + ")");
    }
}
