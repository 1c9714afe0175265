package flotilla.refactor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The text that is new: the header, structures in the sources, and the functions that make and fill them. */
final class Generated {
    private final Program program;
    private final Decision decision;
    private final Layout layout;
    private final Path root;
    private final Map<Unit, List<String>> begins = new LinkedHashMap<>();
    private final Set<Unit> allocating = new LinkedHashSet<>();
    private final Set<Unit> initializing = new LinkedHashSet<>();
    private Rewriter rewriter;

    Generated(Program program, Decision decision, Layout layout, Path root) {
        this.program = program;
        this.decision = decision;
        this.layout = layout;
        this.root = root;
        layout.allParts().forEach(part -> allocating.addAll(part.makers()));
        for (Variable variable : decision.moving()) {
            for (Unit unit : variable.units) {
                Variable.Declaration definition = variable.definitionIn(unit);
                if (definition != null && (variable.perUnit() || variable.definition().unit() == unit)) {
                    initializing.add(unit);
                }
            }
        }
    }

    boolean needsCurrent() {
        return !decision.main.references.isEmpty() || program.functions.values().stream()
                .anyMatch(f -> decision.needsPointer(f) && f.isFixed() && !f.isMain());
    }

    /** The directive that includes the header, seen from a file. */
    String include(SourceFile file, Unit unit) {
        Path folder = root.relativize(Path.of(file.path)).getParent();
        String way = folder == null ? "" : "../".repeat(folder.getNameCount());
        String number = unit != null && layout.isPerUnitUsed() ? "#define " + layout.unitMacro + " " + unit.number + "\n" : "";
        return number + "#include \"" + way + layout.header + "\"\n";
    }

    String header(Rewriter comments) {
        String guard = (layout.name + "_" + layout.header).toUpperCase().replaceAll("\\W", "_");
        var text = new StringBuilder("/* The global and static variables of " + layout.name + ", one set for each rank; made by flotilla refactor. */\n"
                + "#ifndef " + guard + "\n#define " + guard + "\n\n");
        layout.includes.forEach(directive -> text.append("#include ").append(directive).append('\n'));
        text.append(layout.includes.isEmpty() ? "" : "\n");
        var common = new ArrayList<>(decision.moving());
        common.removeAll(layout.parts.keySet());
        var groups = new LinkedHashSet<>(layout.groups.values());
        for (String group : groups) {
            text.append("struct ").append(layout.name).append('_').append(group).append(" {\n");
            common.stream().filter(v -> group.equals(layout.groups.get(v))).forEach(v -> text.append(member(v, comments)));
            text.append("};\n\n");
        }
        text.append(layout.structure).append(" {\n");
        groups.forEach(group -> text.append("    struct ").append(layout.name).append('_').append(group).append(' ').append(group).append(";\n"));
        common.stream().filter(v -> !layout.groups.containsKey(v)).forEach(v -> text.append(member(v, comments)));
        for (Layout.Part part : layout.allParts()) {
            text.append("    struct ").append(part.tag).append(" *").append(part.member)
                    .append(part.perUnit ? "[" + program.units.size() + "]" : "").append(";  /* see ")
                    .append(Path.of(part.file.path).getFileName()).append(" */\n");
        }
        text.append("};\n");
        if (needsCurrent()) {
            text.append("\n/* For functions that are called without the pointer. */\nextern _Thread_local ").append(layout.structure)
                    .append(" *").append(layout.current).append(";\n");
        }
        return text.append("\n").append(prototypes()).append("\n#endif\n").toString();
    }

    private String prototypes() {
        return "/* Called by main: a set of variables with their first values. */\n" + layout.structure + " *" + layout.maker + "(void);\n";
    }

    private String member(Variable variable, Rewriter comments) {
        return "    " + layout.member(variable) + ";" + comments.comment(variable) + "\n";
    }

    String definition(Layout.Part part) {
        var text = new StringBuilder("struct " + part.tag + " {\n");
        part.variables.forEach(variable -> text.append(member(variable, rewriter)));
        return text.append("};\n").toString();
    }

    void commentsFrom(Rewriter rewriter) {
        this.rewriter = rewriter;
    }

    private boolean calls(Unit unit, boolean constructors) {
        return functions(unit, constructors).size() > 0;
    }

    /** Constructors or destructors of a unit that main calls, in the order in which the loader would. */
    private List<Function> functions(Unit unit, boolean constructors) {
        var found = new ArrayList<>(program.functions.values().stream().filter(f -> decision.isCalledByMain(f) && f.units.contains(unit)
                && (constructors ? f.isConstructor() : f.isDestructor())).toList());
        found.sort((a, b) -> Integer.compare(priority(a, constructors), priority(b, constructors)));
        return constructors ? found : found.reversed();
    }

    private int priority(Function function, boolean constructor) {
        Node attribute = function.definition.inner.stream().filter(c -> c.is(constructor ? "ConstructorAttr" : "DestructorAttr")).findFirst().orElseThrow();
        SourceFile file = program.ownFile(attribute.begin.file());
        return file.text.substring(attribute.begin.offset(), attribute.end.end()).replaceAll("\\D", "").transform(
                digits -> digits.isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(digits));
    }

    /** What is added to the end of a source. */
    String endOf(Unit unit, Rewriter texts) {
        var text = new StringBuilder();
        String parameter = "(" + layout.structure + " *" + layout.pointer + ")";
        if (allocating.contains(unit)) {
            text.append(opening("void " + layout.function(unit, "allocate_parts") + parameter));
            for (Layout.Part part : layout.allParts()) {
                if (part.makers().contains(unit)) {
                    String target = layout.pointer + "->" + part.member + (part.perUnit ? "[" + layout.unitMacro + "]" : "");
                    text.append("    ").append(target).append(" = ").append(layout.function(null, "allocate")).append("(sizeof *").append(target)
                            .append(", _Alignof(struct ").append(part.tag).append("));\n");
                }
            }
            text.append("}\n");
        }
        if (initializing.contains(unit)) {
            text.append(opening("void " + layout.function(unit, "initialize") + parameter));
            for (Variable variable : decision.moving()) {
                Variable.Declaration definition = variable.definitionIn(unit);
                if (definition != null && (variable.perUnit() || variable.definition().unit() == unit)) {
                    text.append(initialization(variable, definition, texts));
                }
            }
            text.append("}\n");
        }
        for (boolean constructors : new boolean[] {true, false}) {
            if (calls(unit, constructors)) {
                text.append(opening("void " + layout.function(unit, constructors ? "begin" : "end") + "(void)"));
                functions(unit, constructors).forEach(function -> text.append("    ").append(function.name).append("();\n"));
                text.append("}\n");
            }
        }
        if (unit.functionsByName.get("main") == decision.main && decision.main.units.contains(unit)) {
            text.append(maker(unit));
        }
        return text.isEmpty() ? "" : "\n/* Made by flotilla refactor. */\n#include <string.h>\n"
                + (allocating.isEmpty() ? "" : allocatorHead() + ";\n") + text;
    }

    private static String opening(String function) {
        return function + ";\n" + function + "\n{\n";
    }

    private String initialization(Variable variable, Variable.Declaration definition, Rewriter texts) {
        String initializer = texts.initializer(definition);
        Node tree = definition.node().initializer();
        String target = layout.access(variable);
        String type = layout.type(variable);
        boolean array = CType.isArray(type);
        boolean list = tree.is("InitListExpr");
        if (!array && !list && !variable.constant) {
            return "    " + target + " = " + initializer + ";\n";
        }
        if (!array && variable.constant && !list || array && !list) {
            initializer = "{" + initializer + "}";
        }
        boolean moves = variable.pointsTo.stream().anyMatch(decision::moves);
        if (moves) {
            return "    memcpy((void *)&" + target + ", &(" + CType.declare(type, "").strip() + ")" + initializer + ", sizeof " + target + ");\n";
        }
        String first = layout.local("initial");
        return "    {\n        static " + CType.declareConstant(type, first) + " = " + initializer + ";\n        memcpy((void *)&" + target
                + ", &" + first + ", sizeof " + first + ");\n    }\n";
    }

    private String maker(Unit main) {
        var text = new StringBuilder("#include <stdio.h>\n#include <stdlib.h>\n");
        if (needsCurrent()) {
            text.append("_Thread_local ").append(layout.structure).append(" *").append(layout.current).append(";\n");
        }
        text.append(allocator());
        for (Unit unit : program.units) {
            String parameter = "(" + layout.structure + " *" + layout.pointer + ");\n";
            text.append(allocating.contains(unit) ? "void " + layout.function(unit, "allocate_parts") + parameter : "");
            text.append(initializing.contains(unit) ? "void " + layout.function(unit, "initialize") + parameter : "");
            text.append(calls(unit, true) ? "void " + layout.function(unit, "begin") + "(void);\n" : "");
            text.append(calls(unit, false) ? "void " + layout.function(unit, "end") + "(void);\n" : "");
        }
        text.append(layout.structure).append(" *").append(layout.maker).append("(void)\n{\n    ").append(layout.structure).append(" *")
                .append(layout.pointer).append(" = ").append(layout.function(null, "allocate")).append("(sizeof *").append(layout.pointer)
                .append(", _Alignof(").append(layout.structure).append("));\n");
        for (String step : List.of("allocate_parts", "initialize")) {
            Set<Unit> units = step.equals("allocate_parts") ? allocating : initializing;
            program.units.stream().filter(units::contains).forEach(unit ->
                    text.append("    ").append(layout.function(unit, step)).append("(").append(layout.pointer).append(");\n"));
        }
        if (needsCurrent()) {
            text.append("    ").append(layout.current).append(" = ").append(layout.pointer).append(";\n");
        }
        // The first that is registered is the last that runs: after the program's own atexit functions, as the loader does.
        program.units.stream().filter(unit -> calls(unit, false)).forEach(unit -> text.append("    atexit(").append(layout.function(unit, "end")).append(");\n"));
        program.units.stream().filter(unit -> calls(unit, true)).forEach(unit -> text.append("    ").append(layout.function(unit, "begin")).append("();\n"));
        return text.append("    return ").append(layout.pointer).append(";\n}\n").toString();
    }

    private String allocatorHead() {
        return "void *" + layout.function(null, "allocate") + "(size_t " + layout.local("length") + ", size_t " + layout.local("alignment") + ")";
    }

    /** Memory of zeros. */
    private String allocator() {
        String memory = layout.local("memory");
        String length = layout.local("length");
        String alignment = layout.local("alignment");
        boolean aligned = program.units.stream().anyMatch(unit -> isAligned(unit.root));
        String text = allocatorHead() + ";\n" + allocatorHead() + "\n{\n    void *" + memory + " = "
                + (aligned ? alignment + " > 16 ? aligned_alloc(" + alignment + ", " + length + ") : " : "") + "calloc(1, " + length + ");\n"
                + (aligned ? "" : "    (void)" + alignment + ";\n")
                + "    if (" + memory + " == NULL) {\n        fprintf(stderr, \"" + layout.name + ": out of memory\\n\");\n        abort();\n    }\n"
                + (aligned ? "    if (" + alignment + " > 16)\n        memset(" + memory + ", 0, " + length + ");\n" : "");
        return text + "    return " + memory + ";\n}\n";
    }

    private boolean isAligned(Node node) {
        return node.is("AlignedAttr") && program.ownFile(node.begin.expandedFile()) != null || node.inner.stream().anyMatch(this::isAligned);
    }
}
