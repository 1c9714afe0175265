package flotilla.elf.debug;

import flotilla.elf.Cursor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kinds of entries of a compilation unit: tag and form of the attributes of each (DWARF 5, section 7.5.3). */
final class Abbreviations {
    private static final int DW_FORM_IMPLICIT_CONST = 0x21;

    /**
     * An attribute of a kind of entry.
     *
     * @param constant its value, where the form is implicit_const
     */
    record Attribute(int name, int form, long constant) {}

    record Kind(int tag, boolean hasChildren, List<Attribute> attributes) {}

    private final Map<Long, Kind> kinds = new HashMap<>();

    /** Reads a table at the cursor. */
    Abbreviations(Cursor cursor) {
        for (long code = cursor.uleb(); code != 0; code = cursor.uleb()) {
            int tag = (int) cursor.uleb();
            boolean hasChildren = cursor.u8() != 0;
            var attributes = new ArrayList<Attribute>();
            while (true) {
                int name = (int) cursor.uleb();
                int form = (int) cursor.uleb();
                long constant = form == DW_FORM_IMPLICIT_CONST ? cursor.sleb() : 0;
                if (name == 0 && form == 0) {
                    break;
                }
                attributes.add(new Attribute(name, form, constant));
            }
            kinds.put(code, new Kind(tag, hasChildren, attributes));
        }
    }

    /** The kind of that number, or null. */
    Kind get(long code) {
        return kinds.get(code);
    }
}
