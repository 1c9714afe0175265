package flotilla.refactor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file of {@code --groups}: lines {@code GROUP: VARIABLE...}; a variable is {@code name}, {@code function.name} or
 * {@code file.c:name}. What comes after # is a comment.
 */
record Grouping(Map<String, String> groupOf, String file) {
    static final Grouping NONE = new Grouping(Map.of(), "");

    static Grouping read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new RefactorException("--groups " + file + " can't be read; name a file with lines GROUP: VARIABLE...");
        }
        var groups = new LinkedHashMap<String, String>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceAll("#.*", "").strip();
            if (line.isEmpty()) {
                continue;
            }
            int colon = line.indexOf(':');
            String group = colon < 0 ? "" : line.substring(0, colon).strip();
            if (!group.matches("[A-Za-z_]\\w*")) {
                throw new RefactorException("--groups " + file + ":" + (i + 1) + ": not a line GROUP: VARIABLE..., where GROUP is a name in C");
            }
            for (String variable : line.substring(colon + 1).strip().split("[\\s,]+")) {
                if (groups.put(variable, group) != null) {
                    throw new RefactorException("--groups " + file + ":" + (i + 1) + ": " + variable + " is in a group already; name it once");
                }
            }
        }
        return new Grouping(groups, file.toString());
    }

    /** Every variable that is named has to be one that moves. */
    void check(List<Variable> moving) {
        for (String name : groupOf.keySet()) {
            if (moving.stream().noneMatch(variable -> namesOf(variable).contains(name))) {
                throw new RefactorException("--groups " + file + ": no variable " + name + " moves; name one that does, as VARIABLE, FUNCTION.VARIABLE or FILE.c:VARIABLE");
            }
        }
    }

    /** The group of a variable, or null. */
    String of(Variable variable) {
        return namesOf(variable).stream().map(groupOf::get).filter(group -> group != null).findFirst().orElse(null);
    }

    private static List<String> namesOf(Variable variable) {
        String file = Path.of(variable.definition().group().file.path).getFileName().toString();
        var all = new ArrayList<>(List.of(file + ":" + variable, variable.toString()));
        all.add(variable.name);
        return all;
    }
}
