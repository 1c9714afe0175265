package flotilla.image;

import flotilla.elf.Variables.Variable;
import flotilla.elf.debug.ReadableNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a person is told before a run with method {@code swap}: which variables are not private, and why. */
final class SwapNotices {
    private static final int MOST_NAMES = 12;
    /** GCC numbers the static variables of functions. */
    private static final Pattern NUMBER = Pattern.compile("\\.\\d+$");
    private static final Pattern FORTRAN = Pattern.compile(".*\\.[fF](\\d\\d|or|tn|pp)?$");

    private final Map<Image, List<String>> statics = new LinkedHashMap<>();
    private final Map<Image, List<String>> direct = new LinkedHashMap<>();
    /** By where they begin. */
    private final Map<Long, String> globals = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    void sharedLibrary(Image image) {
        lines.add(image + " is not compiled for --privatize=swap: ranks share its variables; compile and link it with "
                + "`flotilla cc --privatize=swap -shared`");
    }

    void stripped(Image image) {
        String line = image + " is stripped: its static variables, which --privatize=swap does not make private, cannot be named";
        if (!lines.contains(line)) {
            lines.add(line);
        }
    }

    void staticVariable(Image image, Variable variable) {
        statics.computeIfAbsent(image, key -> new ArrayList<>()).add(readable(variable));
    }

    void global(long start, Variable variable) {
        globals.put(start, readable(variable));
    }

    /** Code of the image reaches a global variable, by where it begins, without the Global Offset Table. */
    void direct(Image image, long start) {
        direct.computeIfAbsent(image, key -> new ArrayList<>()).add(globals.get(start));
    }

    private static String readable(Variable variable) {
        boolean fortran = variable.source() != null && FORTRAN.matcher(variable.source()).matches();
        String name = NUMBER.matcher(ReadableNames.of(variable.name(), fortran)).replaceFirst("");
        return variable.source() == null ? name : name + " (" + variable.source() + ")";
    }

    /** All variables are known. */
    void finish() {
        statics.forEach((image, names) -> lines.add(image.shortName() + ": " + count(names, "static variable")
                + " shared by all ranks, since code reaches static variables without the Global Offset Table: " + list(names)
                + "; make them global, or use --privatize=pie"));
        direct.forEach((image, names) -> lines.add(image.shortName() + ": " + count(names, "global variable")
                + " shared by all ranks, since code reaches them directly: " + list(names)
                + "; compile all files with --privatize=swap, and link with GNU ld (gold undoes it)"));
    }

    private static String count(List<String> names, String what) {
        return names.size() + " " + what + (names.size() == 1 ? " is" : "s are");
    }

    private static String list(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES)))
                + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "");
    }

    List<String> lines() {
        return lines;
    }
}
