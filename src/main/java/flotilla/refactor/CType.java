package flotilla.refactor;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The type of a variable as clang writes it: without a name, as in {@code int (*[3])(char)}. */
final class CType {
    private static final Set<String> QUALIFIERS = Set.of("const", "volatile", "restrict", "__restrict", "_Atomic");
    private static final Set<String> BUILT_IN = Set.of("void", "char", "short", "int", "long", "signed", "unsigned", "float", "double",
            "_Bool", "bool", "_Complex", "const", "volatile", "restrict", "__restrict", "_Atomic", "struct", "union", "enum", "__int128",
            "_Float128", "__float128", "_Float16", "_Float32", "_Float64", "_Float32x", "_Float64x");
    private static final Pattern WORD = Pattern.compile("(struct |union |enum )?\\b([A-Za-z_]\\w*)");
    private static final Pattern UNNAMED = Pattern.compile("\\((?:unnamed|anonymous)(?: \\w+)? at ([^()]*):(\\d+):(\\d+)\\)");

    /** A declaration of {@code name}, without its end. */
    static String declare(String type, String name) {
        int place = placeOfName(type);
        String before = type.substring(0, place);
        boolean joined = before.endsWith("*") || before.endsWith("(");
        return (before.stripTrailing() + (joined ? "" : " ") + name + type.substring(place)).replaceAll("\\bbool\\b", "_Bool");
    }

    /** The declaration of something constant of this type. */
    static String declareConstant(String type, String name) {
        return declare(type, hasQualifier(type, "const", typedef -> null) ? name : "const " + name);
    }

    private static int placeOfName(String type) {
        int place = type.indexOf("(*");
        if (place < 0) {
            int array = type.indexOf('[');
            return array < 0 ? type.length() : array;
        }
        place++;
        while (true) {
            if (type.charAt(place) == '*' || type.charAt(place) == ' ') {
                place++;
            } else if (type.startsWith("(*", place)) {
                place++;
            } else {
                int from = place;
                String qualifier = QUALIFIERS.stream().filter(q -> type.startsWith(q, from)).max(String::compareTo).orElse(null);
                if (qualifier == null) {
                    return place;
                }
                place += qualifier.length();
            }
        }
    }

    /** Whether the variable, or each element of the array, is {@code qualifier}. */
    static boolean hasQualifier(String type, String qualifier, UnaryOperator<String> typedefs) {
        String before = type.substring(0, placeOfName(type));
        int pointer = before.lastIndexOf('*');
        List<String> words = List.of(before.substring(pointer + 1).strip().split("\\W+"));
        if (words.contains(qualifier)) {
            return true;
        }
        if (pointer >= 0 || words.contains("struct") || words.contains("union") || words.contains("enum")) {
            return false;
        }
        return words.stream().filter(word -> !BUILT_IN.contains(word)).map(typedefs).anyMatch(meant -> meant != null
                && hasQualifier(meant, qualifier, typedefs));
    }

    /** The names of types that occur: {@code struct node}, {@code size_t}. */
    static List<String> names(String type) {
        return WORD.matcher(type).results()
                .filter(match -> match.group(1) != null || !BUILT_IN.contains(match.group(2)))
                .map(match -> match.group()).distinct().toList();
    }

    static boolean isArray(String type) {
        return type.startsWith("[", placeOfName(type));
    }

    static boolean isIncomplete(String type) {
        return type.startsWith("[]", placeOfName(type));
    }

    static boolean isPointer(String type) {
        return type.substring(0, placeOfName(type)).contains("*");
    }

    /** The type with names for what has none; {@code nameOf} is asked with {@code file:line:column}. */
    static String named(String type, UnaryOperator<String> nameOf) {
        return UNNAMED.matcher(type).replaceAll(match -> Matcher.quoteReplacement(
                nameOf.apply(match.group(1) + ":" + match.group(2) + ":" + match.group(3))));
    }

    static boolean isUnnamed(String type) {
        return UNNAMED.matcher(type).find();
    }

    private CType() {}
}
