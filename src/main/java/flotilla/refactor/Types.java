package flotilla.refactor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the types of variables are declared, and so where a structure with such a member can stand. */
final class Types {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^[ \\t]*#[ \\t]*include[ \\t]*([<\"]([^>\"\\n]+)[>\"])");

    private final Program program;

    Types(Program program) {
        this.program = program;
    }

    /** The type to declare a member with. */
    static String of(Variable variable) {
        Node node = variable.definition().node();
        return node.type.contains("typeof") ? node.plainType : node.type;
    }

    /** The directives that make the type known in a file of its own, or null if only the program's own files can. */
    Set<String> includes(Variable variable) {
        String type = of(variable);
        if (CType.isUnnamed(type)) {
            return null;
        }
        var needed = new LinkedHashSet<String>();
        Unit unit = variable.definition().unit();
        for (String name : CType.names(type)) {
            Node declared = unit.types.get(name);
            if (declared == null || !declared.at.known()) {
                continue;
            }
            String directive = program.ownFile(declared.at.file()) != null ? null : directive(unit, declared.at.expandedFile());
            if (directive == null) {
                return null;
            }
            needed.add(directive);
        }
        return needed;
    }

    /** How the program includes a header, directly or by another header; null if it doesn't say. */
    private String directive(Unit unit, String header) {
        String path = header;
        while (path != null && !unit.includes.getOrDefault(path, "").isEmpty()) {
            path = unit.includes.get(path);
        }
        if (path == null) {
            return null;
        }
        String found = program.directives.computeIfAbsent(path, this::search);
        return found.isEmpty() ? null : found;
    }

    private String search(String path) {
        for (SourceFile file : program.files.values()) {
            Matcher include = INCLUDE.matcher(file.text);
            while (include.find()) {
                if (path.endsWith("/" + include.group(2))) {
                    return include.group(1);
                }
            }
        }
        return "";
    }

    /** The declaration behind which a structure with the variable can stand: in a header, if one declares it. */
    static Variable.Declaration home(Variable variable) {
        List<Variable.Declaration> outside = variable.declarations.stream().filter(d -> d.group().run >= 0).toList();
        return outside.stream().filter(d -> Program.isHeader(d.group().file.path)).findFirst()
                .orElse(outside.isEmpty() ? null : outside.getFirst());
    }

    /** Why no structure could be known everywhere where the variable is used; null if all is well. */
    String homeless(Variable variable) {
        if (variable.owner != null) {
            return homelessInFunction(variable);
        }
        Variable.Declaration home = home(variable);
        if (home == null) {
            return "its type is known in a function only";
        }
        for (Variable.Use use : variable.uses) {
            if (variable.declarations.stream().noneMatch(d -> d.unit() == use.unit() && d.group().file == home.group().file)) {
                return "its type is one of the program's, and no header declares it for all sources that use it: declare it in one";
            }
        }
        return null;
    }

    private String homelessInFunction(Variable variable) {
        if (variable.owner.file == null) {
            return "its function is not among the sources";
        }
        for (Function.LocalType type : localTypes(variable)) {
            for (String name : type.names()) {
                if (isKnownElsewhere(name, variable.owner)) {
                    return "its type is declared in the function, and outside of it " + name + " is something else";
                }
            }
        }
        return null;
    }

    private boolean isKnownElsewhere(String name, Function function) {
        Place begin = function.definition.begin;
        Place end = function.definition.end;
        SourceFile file = function.file;
        return program.files.values().stream().anyMatch(other -> {
            if (other != file) {
                return other.words.contains(name);
            }
            return other.wordsOf(0, begin.expandedOffset()).contains(name) || other.wordsOf(end.expandedOffset(), other.text.length()).contains(name);
        });
    }

    /** The types declared in the function that its static variable needs, and those that these need, in the order of the text. */
    static List<Function.LocalType> localTypes(Variable variable) {
        Function function = variable.owner;
        var needed = new LinkedHashSet<Function.LocalType>();
        if (function == null) {
            return List.of();
        }
        var words = new LinkedHashSet<String>();
        CType.names(of(variable)).forEach(name -> words.add(name.substring(name.indexOf(' ') + 1)));
        Node initializer = variable.definition().node();
        words.addAll(function.file.wordsOf(initializer.at.expandedOffset(), initializer.end.expandedOffset() + 1));
        boolean more = true;
        while (more) {
            more = false;
            for (Function.LocalType type : function.localTypes) {
                boolean own = type.group() != null && type.group().variables.contains(variable) && type.node() != null;
                if ((own || type.names().stream().anyMatch(words::contains)) && needed.add(type)) {
                    words.addAll(function.file.wordsOf(type.from(), type.to()));
                    more = true;
                }
            }
        }
        var ordered = new ArrayList<>(needed);
        ordered.sort((a, b) -> Integer.compare(a.from(), b.from()));
        return ordered;
    }

    /** Whether the structure ends with an array without bound that the initializer fills: a copy would lose it. */
    boolean isFlexible(Variable variable) {
        Unit unit = variable.definition().unit();
        String type = of(variable);
        if (CType.isPointer(type)) {
            return false;
        }
        return CType.names(type).stream().map(unit.types::get).anyMatch(node -> node != null && isFlexible(unit, node, 0));
    }

    private static boolean isFlexible(Unit unit, Node node, int depth) {
        if (node.is("TypedefDecl")) {
            return depth < 20 && !CType.isPointer(node.type)
                    && CType.names(node.type).stream().map(unit.types::get).anyMatch(next -> next != null && isFlexible(unit, next, depth + 1));
        }
        List<Node> fields = node.inner.stream().filter(child -> child.is("FieldDecl")).toList();
        return !fields.isEmpty() && CType.isIncomplete(fields.getLast().type);
    }
}
