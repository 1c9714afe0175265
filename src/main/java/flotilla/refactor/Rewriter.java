package flotilla.refactor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Changes the text of the program's files. */
final class Rewriter {
    private final Program program;
    private final Decision decision;
    private final Layout layout;
    private final Map<SourceFile, Edits> edits = new LinkedHashMap<>();
    private final Map<Group, Declarators> declarators = new HashMap<>();
    private final Set<Group> groups = new HashSet<>();
    /** Structures that stand behind a declaration. */
    private final Map<Group, String> behind = new HashMap<>();
    private final Map<SourceFile, TreeMap<Integer, Integer>> cleared = new HashMap<>();

    Rewriter(Program program, Decision decision, Layout layout) {
        this.program = program;
        this.decision = decision;
        this.layout = layout;
    }

    /** The new text of every file, and the comments of variables for the header. */
    Map<SourceFile, String> rewrite(Generated generated) {
        program.files.values().forEach(file -> edits.put(file, new Edits(file.text)));
        for (Variable variable : decision.moving()) {
            variable.uses.forEach(use -> use(variable, use));
            variable.declarations.forEach(declaration -> groups.add(declaration.group()));
        }
        program.functions.values().stream().filter(decision::needsPointer).forEach(this::function);
        // What is taken along is read before its place is cleared.
        Map<Unit, String> ends = new LinkedHashMap<>();
        for (Unit unit : program.units) {
            ends.put(unit, generated.endOf(unit, this));
        }
        var inserted = new HashMap<Layout.Part, String>();
        for (Layout.Part part : layout.allParts()) {
            inserted.put(part, hoisted(part) + generated.definition(part));
        }
        layout.allParts().forEach(part -> insert(part, inserted.get(part)));
        removeLocalTypes();
        groups.forEach(this::remove);
        cleared.forEach(this::closeGaps);
        var texts = new LinkedHashMap<SourceFile, String>();
        edits.forEach((file, changes) -> {
            Unit unit = program.units.stream().filter(u -> u.source == file).findFirst().orElse(null);
            String end = unit == null ? "" : ends.get(unit);
            if (!changes.isEmpty() || !end.isEmpty() || unit != null && layout.isPerUnitUsed()) {
                changes.insert(placeOfInclude(file), generated.include(file, unit));
            }
            String text = changes.changed();
            texts.put(file, end.isEmpty() ? text : text + (text.endsWith("\n") ? "" : "\n") + end);
        });
        return texts;
    }

    private void use(Variable variable, Variable.Use use) {
        boolean pointer = use.owner() != null ? decision.moves(use.owner()) : use.function() != null;
        Place at = use.at();
        edits.get(program.ownFile(at.file())).replace(at.offset(), at.end(), pointer ? layout.access(variable) : layout.unevaluated(variable));
    }

    private void function(Function function) {
        if (decision.takesPointer(function)) {
            for (Function.Declaration declaration : function.declarations) {
                addParameter(function, declaration.node());
                declaration.node().inner.stream().filter(Decision::isShifted).forEach(this::shift);
            }
            for (Function.Reference reference : function.references) {
                SourceFile file = program.ownFile(reference.at().file());
                int open = file.parenthesisAfter(reference.at().offset());
                edits.get(file).insert(file.tokens.get(open).end(), layout.pointer + (reference.arguments() == 0 ? "" : ", "));
            }
            return;
        }
        if (decision.isCalledByMain(function)) {
            for (Function.Declaration declaration : function.declarations) {
                declaration.node().inner.stream().filter(child -> child.is("ConstructorAttr") || child.is("DestructorAttr"))
                        .forEach(this::disarm);
            }
        }
        enter(function);
    }

    private void addParameter(Function function, Node node) {
        SourceFile file = program.ownFile(node.at.file());
        int open = file.parenthesisAfter(node.at.offset());
        int inside = file.tokens.get(open).end();
        Edits changes = edits.get(file);
        String parameter = layout.structure + " *" + layout.pointer;
        String next = file.word(open + 1);
        if (next.equals("void") && file.word(open + 2).equals(")")) {
            changes.replace(file.tokens.get(open + 1).start(), file.tokens.get(open + 1).end(), parameter);
        } else if (!next.equals(")")) {
            changes.insert(inside, parameter + ", ");
        } else if (function.definition.inner.stream().noneMatch(child -> child.is("ParmVarDecl"))) {
            changes.insert(inside, parameter);
        }
    }

    /** Numbers of parameters in an attribute, as in {@code format(printf, 1, 2)}: all are one more. */
    private void shift(Node attribute) {
        SourceFile file = program.ownFile(attribute.begin.file());
        if (file == null) {
            return;
        }
        for (int i = file.tokenFrom(attribute.begin.offset()); i < file.tokens.size() && file.tokens.get(i).start() < attribute.end.end(); i++) {
            if (file.word(i).matches("[1-9]\\d*")) {
                Token number = file.tokens.get(i);
                edits.get(file).replace(number.start(), number.end(), Integer.toString(Integer.parseInt(file.word(i)) + 1));
            }
        }
    }

    /** A constructor that main calls is no longer called by the loader. */
    private void disarm(Node attribute) {
        SourceFile file = program.ownFile(attribute.begin.file());
        edits.get(file).replace(attribute.begin.offset(), attribute.end.end(), "unused");
    }

    /** Begins a function that is called without the pointer. */
    private void enter(Function function) {
        SourceFile file = function.file;
        int inside = function.definition.body().begin.offset() + 1;
        String from = layout.current;
        if (function.isMain()) {
            from = layout.maker + "()";
            if (!function.references.isEmpty()) {
                from = layout.current + " != 0 ? " + layout.current + " : " + from;
            }
        }
        String statement = layout.structure + " *" + layout.pointer + " = " + from + ";";
        int next = inside;
        while (next < file.text.length() && (file.text.charAt(next) == ' ' || file.text.charAt(next) == '\t')) {
            next++;
        }
        boolean alone = next >= file.text.length() || file.text.charAt(next) == '\n' || file.text.charAt(next) == '\r';
        edits.get(file).insert(inside, alone ? "\n" + indentationAfter(file, next) + statement : " " + statement);
    }

    private static String indentationAfter(SourceFile file, int offset) {
        int from = offset;
        while (from < file.text.length() && Character.isWhitespace(file.text.charAt(from))) {
            from++;
        }
        String indentation = file.text.substring(file.lineStart(from), from);
        return indentation.isBlank() && !indentation.isEmpty() ? indentation : "    ";
    }

    /** The text of a variable's initializer as it reads where there is a pointer, or null. */
    String initializer(Variable.Declaration declaration) {
        Declarators texts = declarators(declaration.group());
        int index = Declarators.indexOf(declaration);
        int from = texts.initializer(index);
        return from < 0 ? null : edits.get(declaration.group().file).changed(from, texts.ends.get(index)).strip();
    }

    private Declarators declarators(Group group) {
        return declarators.computeIfAbsent(group, Declarators::new);
    }

    /** Types that are declared in a function and that its part needs, to stand before the function. */
    private String hoisted(Layout.Part part) {
        var text = new StringBuilder();
        for (Function.LocalType type : localTypes(part)) {
            boolean embedded = type.group() != null && type.node() != null;
            text.append(embedded ? typeText(type.node()) : edits.get(part.file).changed(type.from(), type.to())).append(embedded ? ";\n" : "\n");
        }
        return text.toString();
    }

    private static List<Function.LocalType> localTypes(Layout.Part part) {
        return part.function == null ? List.of() : part.variables.stream().flatMap(v -> Types.localTypes(v).stream()).distinct()
                .sorted((a, b) -> Integer.compare(a.from(), b.from())).toList();
    }

    private void removeLocalTypes() {
        for (Layout.Part part : layout.allParts()) {
            for (Function.LocalType type : localTypes(part)) {
                if (type.group() == null || type.node() == null) {
                    clear(part.file, type.from(), type.to(), "");
                }
            }
        }
    }

    /** A type's definition, with a name if it has none. */
    private String typeText(Node type) {
        SourceFile file = program.ownFile(type.begin.file());
        String text = edits.get(file).changed(type.begin.offset(), type.end.end());
        String tag = layout.tags.get(type);
        int brace = text.indexOf('{');
        return tag == null ? text : text.substring(0, brace).stripTrailing() + " " + tag + " " + text.substring(brace);
    }

    private void insert(Layout.Part part, String text) {
        if (part.function != null) {
            int at = part.function.definition.begin.expandedOffset();
            edits.get(part.file).insert(beforeComment(part.file, at), text + "\n");
            return;
        }
        Group last = part.variables.stream().map(v -> Types.home(v).group()).max(Comparator.comparingInt(group -> group.begin)).orElseThrow();
        behind.merge(last, text.stripTrailing(), (one, other) -> one + "\n" + other);
    }

    /** A comment right above belongs to what follows it. */
    private static int beforeComment(SourceFile file, int offset) {
        int at = offset;
        for (int i = file.comments.size() - 1; i >= 0; i--) {
            Token comment = file.comments.get(i);
            if (comment.end() <= at) {
                String between = file.text.substring(comment.end(), at);
                boolean alone = file.text.substring(file.lineStart(comment.start()), comment.start()).isBlank();
                if (!between.isBlank() || between.indexOf('\n') != between.lastIndexOf('\n') || !alone) {
                    break;
                }
                at = comment.start();
            }
        }
        return at;
    }

    /** Takes declarators that have moved out of a declaration, or the whole of it. */
    private void remove(Group group) {
        Declarators texts = declarators(group);
        Edits changes = edits.get(group.file);
        String part = behind.getOrDefault(group, "");
        var kept = new ArrayList<Integer>();
        for (int i = 0; i < group.variables.size(); i++) {
            if (!decision.moves(group.variables.get(i))) {
                kept.add(i);
            }
        }
        boolean hoisted = group.type != null && group.variables.stream().anyMatch(v -> layout.parts.containsKey(v) && v.owner != null);
        if (kept.isEmpty()) {
            if (group.type != null && !hoisted && !group.type.name.isEmpty() || layout.tags.containsKey(group.type) && !hoisted
                    || group.type != null && !hoisted && group.type.is("EnumDecl")) {
                changes.replace(group.begin, texts.end, typeText(group.type) + ";" + (part.isEmpty() ? "" : "\n" + part));
            } else {
                clear(group.file, group.begin, texts.end, part);
            }
            return;
        }
        if (!part.isEmpty()) {
            changes.insert(texts.end, "\n" + part);
        }
        for (int i = 0; i < group.variables.size(); i++) {
            if (kept.contains(i)) {
                continue;
            }
            if (kept.getLast() > i) {
                changes.replace(texts.starts.get(i), texts.starts.get(i + 1), "");
            } else {
                changes.replace(texts.ends.get(i - 1), texts.ends.get(i), "");
            }
        }
        if (group.type != null && (hoisted || layout.tags.containsKey(group.type))) {
            String tag = group.type.name.isEmpty() ? layout.tags.get(group.type) : group.type.name;
            String keyword = group.type.is("EnumDecl") ? "enum" : group.type.tag;
            changes.replace(group.type.begin.offset(), group.type.end.end(), hoisted ? keyword + " " + tag : typeText(group.type));
        }
    }

    /** Replaces a text, and the lines of it if nothing else stands there but a comment on it. */
    private void clear(SourceFile file, int from, int to, String by) {
        int lineStart = file.lineStart(from);
        int lineEnd = file.text.indexOf('\n', to);
        lineEnd = lineEnd < 0 ? file.text.length() : lineEnd + 1;
        boolean begins = file.text.substring(lineStart, from).isBlank();
        String rest = file.text.substring(to, lineEnd);
        int comment = trailingComment(file, to, lineEnd);
        boolean ends = rest.isBlank() || comment >= 0 && file.text.substring(comment, lineEnd).isBlank();
        if (begins && ends) {
            edits.get(file).replace(lineStart, lineEnd, by.isEmpty() ? "" : by + "\n");
            if (by.isEmpty()) {
                cleared.computeIfAbsent(file, key -> new TreeMap<>()).put(lineStart, lineEnd);
            }
        } else {
            edits.get(file).replace(from, to, by);
        }
    }

    /** Where lines have gone between two empty ones, one of these goes, too. */
    private void closeGaps(SourceFile file, TreeMap<Integer, Integer> lines) {
        int start = -1;
        int end = -1;
        for (Map.Entry<Integer, Integer> line : lines.entrySet()) {
            start = line.getKey() == end ? start : line.getKey();
            end = line.getValue();
            int next = file.text.indexOf('\n', end) + 1;
            boolean emptyBefore = start == 0 || start > 1 && file.text.charAt(start - 1) == '\n' && file.text.charAt(start - 2) == '\n';
            if (emptyBefore && next > 0 && file.text.substring(end, next).isBlank()) {
                edits.get(file).replace(end, next, "");
            }
        }
    }

    /** Where a comment ends that follows on the same line, or -1. */
    private static int trailingComment(SourceFile file, int from, int lineEnd) {
        return file.comments.stream().filter(c -> c.start() >= from && c.end() <= lineEnd && file.text.substring(from, c.start()).isBlank())
                .mapToInt(Token::end).findFirst().orElse(-1);
    }

    /** The comment behind the declaration, to go along with the variable, or an empty text. */
    String comment(Variable variable) {
        for (Variable.Declaration declaration : variable.declarations) {
            Group group = declaration.group();
            if (group.variables.getFirst() != variable || !group.variables.stream().allMatch(decision::moves)) {
                continue;
            }
            int from = declarators(group).end;
            int lineEnd = group.file.text.indexOf('\n', from);
            lineEnd = lineEnd < 0 ? group.file.text.length() : lineEnd + 1;
            int end = trailingComment(group.file, from, lineEnd);
            if (end >= 0 && group.file.text.substring(end, lineEnd).isBlank()) {
                return "  " + group.file.text.substring(from, end).strip();
            }
        }
        return "";
    }

    /** Before the first directive that includes something, or the condition around it, and before all code. */
    private static int placeOfInclude(SourceFile file) {
        int depth = 0;
        int condition = -1;
        for (int i = 0; i < file.tokens.size(); i++) {
            Token token = file.tokens.get(i);
            if (token.directive() < 0) {
                return depth > 0 && isGuard(file, condition) ? file.lineStart(token.start()) : depth > 0 ? condition : file.lineStart(token.start());
            }
            if (token.directive() != token.start()) {
                continue;
            }
            switch (file.word(i + 1)) {
                case "if", "ifdef", "ifndef" -> {
                    if (depth++ == 0) {
                        condition = file.lineStart(token.start());
                    }
                }
                case "endif" -> depth--;
                case "include" -> {
                    return depth > 0 && !isGuard(file, condition) ? condition : file.lineStart(token.start());
                }
                default -> { }
            }
        }
        return file.text.length();
    }

    /** Whether a condition is the one around a whole header. */
    private static boolean isGuard(SourceFile file, int condition) {
        int token = file.tokenFrom(condition);
        return file.word(token + 1).equals("ifndef") && file.word(token + 4).equals("define") && file.word(token + 2).equals(file.word(token + 5));
    }
}
