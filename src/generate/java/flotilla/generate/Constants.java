package flotilla.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the integer constants of a Java class, with the kind that a comment in brackets gave those that follow it. */
final class Constants {
    private static final Pattern CONSTANT = Pattern.compile("\\s*public static final int (\\w+) = ([^;]+);.*");
    private static final Pattern GROUP = Pattern.compile("\\s*// \\[([^]]+)] ?(.*)");
    /** A comment without brackets ends a group. */
    private static final Pattern COMMENT = Pattern.compile("\\s*// .*");

    /**
     * A constant.
     *
     * @param kind of its group, or "" when it stands in none
     * @param comment of its group
     * @param value as written, and so a C expression as well
     */
    record Constant(String kind, String comment, String name, String value) {
        long number() {
            return Long.decode(value);
        }
    }

    private Constants() {}

    static List<Constant> read(Path file) throws IOException {
        var constants = new ArrayList<Constant>();
        String kind = "";
        String comment = "";
        for (String line : Files.readAllLines(file)) {
            Matcher group = GROUP.matcher(line);
            Matcher constant = CONSTANT.matcher(line);
            if (group.matches()) {
                kind = group.group(1);
                comment = group.group(2);
            } else if (COMMENT.matcher(line).matches()) {
                kind = "";
                comment = "";
            } else if (constant.matches()) {
                constants.add(new Constant(kind, comment, constant.group(1), constant.group(2)));
            }
        }
        if (constants.isEmpty()) {
            throw new IOException(file + ": no constants");
        }
        return constants;
    }
}
