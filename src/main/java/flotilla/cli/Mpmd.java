package flotilla.cli;

import java.util.ArrayList;
import java.util.List;

/** Several programs on one command line, separated by a lone {@code :} (MPI-4.1 section 11.5). */
final class Mpmd {
    /** The parts of {@code arguments} between the separators: at least one, possibly empty. */
    static List<List<String>> split(List<String> arguments) {
        var parts = new ArrayList<List<String>>();
        int start = 0;
        for (int i = 0; i <= arguments.size(); i++) {
            if (i == arguments.size() || arguments.get(i).equals(":")) {
                parts.add(List.copyOf(arguments.subList(start, i)));
                start = i + 1;
            }
        }
        return parts;
    }

    private Mpmd() {}
}
