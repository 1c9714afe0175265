package flotilla.refactor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where every variable that moves will be. One whose type a header of others declares, or the language, is a member of the
 * structure in the generated header. One whose type the program declares is in a part: a structure that stands in the program's
 * text where the variable's declaration was, so that its type is known there, and to which the common structure has a pointer.
 */
final class Layout {
    /** A structure in the program's text. */
    static final class Part {
        final String member;
        final String tag;
        final SourceFile file;
        final boolean perUnit;
        final List<Variable> variables = new ArrayList<>();
        /** The function before which it stands, or null. */
        final Function function;

        Part(String member, String tag, SourceFile file, boolean perUnit, Function function) {
            this.member = member;
            this.tag = tag;
            this.file = file;
            this.perUnit = perUnit;
            this.function = function;
        }

        /** The units that make one: all that have it if each has its own, otherwise the one that defines its first variable. */
        Set<Unit> makers() {
            return perUnit ? variables.getFirst().units : Set.of(variables.getFirst().definition().unit());
        }
    }

    final String name;
    final String pointer;
    final String structure;
    final String header;
    final String current;
    final String unitMacro;
    final String maker;
    final Map<Variable, Part> parts = new LinkedHashMap<>();
    final Map<Variable, String> members = new LinkedHashMap<>();
    final Map<Variable, String> groups = new LinkedHashMap<>();
    final Set<String> includes = new TreeSet<>();
    /** Names for types that have none, by {@code file:line:column}, and the type of each. */
    final Map<Node, String> tags = new LinkedHashMap<>();
    private final Program program;
    private final Decision decision;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> functions = new HashMap<>();

    Layout(Program program, Decision decision, String chosenName, Grouping grouping) {
        this.program = program;
        this.decision = decision;
        String source = decision.main.file.path;
        this.name = chosenName != null ? chosenName : identifier(base(source));
        this.pointer = List.of("g", "g_", "globals", "flotilla_g").stream().filter(word -> !program.uses(word)).findFirst()
                .orElseThrow(() -> new RefactorException("the program uses g, g_, globals and flotilla_g; rename one of them"));
        this.structure = "struct " + fresh(name + "_globals");
        this.current = fresh(name + "_current");
        this.maker = fresh(name + "_make_globals");
        this.unitMacro = fresh(name.toUpperCase() + "_UNIT");
        boolean used = program.files.keySet().stream().anyMatch(path -> path.endsWith("/globals.h"));
        this.header = used ? name + "_globals.h" : "globals.h";
        List<Variable> moving = decision.moving();
        grouping.check(moving);
        moving.forEach(variable -> place(variable, grouping, moving));
    }

    static String base(String path) {
        return Path.of(path).getFileName().toString().replaceFirst("\\.[^.]*$", "");
    }

    static String identifier(String text) {
        String word = text.replaceAll("\\W", "_");
        return Character.isDigit(word.charAt(0)) ? "_" + word : word;
    }

    /** The name of a generated function, of a unit or, without one, of the program. */
    String function(Unit unit, String purpose) {
        return functions.computeIfAbsent((unit == null ? "" : unit.number) + purpose, key -> {
            String base = unit == null ? name : identifier(base(unit.source.path));
            return fresh((base.equals(name) ? name : name + "_" + base) + "_" + purpose);
        });
    }

    /** A name for something inside of a generated function that no macro of the program has. */
    String local(String wanted) {
        return functions.computeIfAbsent("local " + wanted, key -> fresh(wanted));
    }

    private String fresh(String wanted) {
        String word = wanted;
        for (int i = 2; program.uses(word) || !taken.add(word); i++) {
            word = wanted + "_" + i;
        }
        return word;
    }

    private void place(Variable variable, Grouping grouping, List<Variable> moving) {
        var types = new Types(program);
        Set<String> needed = types.includes(variable);
        boolean common = needed != null && (variable.owner == null || Types.localTypes(variable).isEmpty());
        members.put(variable, memberName(variable, moving));
        if (common) {
            includes.addAll(needed);
            String group = grouping.of(variable);
            if (group != null) {
                groups.put(variable, group);
            }
            return;
        }
        nameTypes(variable);
        Part part = variable.owner != null ? partOf("function " + System.identityHashCode(variable.owner), variable, variable.owner.file)
                : partOf("run " + Types.home(variable).group().run, variable, Types.home(variable).group().file);
        part.variables.add(variable);
        parts.put(variable, part);
    }

    private final Map<String, Part> known = new HashMap<>();

    private Part partOf(String key, Variable variable, SourceFile file) {
        return known.computeIfAbsent(key + variable.perUnit() + (variable.internal ? "" : " extern"), k -> {
            String wanted = identifier(base(file.path)) + (variable.owner == null ? "" : "_" + variable.owner.name) + "_part";
            String member = fresh(wanted);
            String tag = member.startsWith(name + "_") ? member : fresh(name + "_" + member);
            return new Part(member, tag, file, variable.perUnit(), variable.owner);
        });
    }

    /** Its own name, if no other variable that moves has the same; otherwise one that says where it is from. */
    private String memberName(Variable variable, List<Variable> moving) {
        boolean unique = moving.stream().noneMatch(other -> other != variable && other.name.equals(variable.name));
        if ((unique || !variable.internal) && taken.add(variable.name)) {
            return variable.name;
        }
        return fresh(variable.owner != null ? variable.owner.name + "_" + variable.name
                : identifier(base(variable.definition().group().file.path)) + "_" + variable.name);
    }

    private void nameTypes(Variable variable) {
        Unit unit = variable.definition().unit();
        CType.named(Types.of(variable), place -> {
            tags.computeIfAbsent(unnamed(unit, place), node -> fresh(name + "_" + members.get(variable)));
            return "";
        });
    }

    private Node unnamed(Unit unit, String place) {
        int column = place.lastIndexOf(':');
        int line = place.lastIndexOf(':', column - 1);
        Node node = unit.unnamedTypes.get(program.canonical(place.substring(0, line)) + place.substring(line));
        if (node == null) {
            throw new IllegalStateException("no type at " + place);
        }
        return node;
    }

    /** The variable's type, with names for all types. */
    String type(Variable variable) {
        Unit unit = variable.definition().unit();
        return CType.named(Types.of(variable), place -> tags.get(unnamed(unit, place)));
    }

    /** The variable as a member, without the semicolon. */
    String member(Variable variable) {
        boolean many = variable.perUnit() && !parts.containsKey(variable);
        String declaration = CType.declare(type(variable), members.get(variable) + (many ? "[" + program.units.size() + "]" : ""));
        String alignment = variable.declarations.stream().flatMap(d -> d.node().inner.stream()).filter(child -> child.is("AlignedAttr"))
                .map(child -> child.inner.isEmpty() || child.inner.getFirst().value.isEmpty() ? "16" : child.inner.getFirst().value)
                .findFirst().orElse(null);
        return alignment == null ? declaration : "_Alignas(" + alignment + ") " + declaration;
    }

    /** How the program gets at it where there is a pointer. */
    String access(Variable variable) {
        Part part = parts.get(variable);
        String unit = variable.perUnit() ? "[" + unitMacro + "]" : "";
        if (part != null) {
            return pointer + "->" + part.member + unit + "->" + members.get(variable);
        }
        String group = groups.get(variable);
        return pointer + "->" + (group == null ? "" : group + ".") + members.get(variable) + unit;
    }

    /** The same where there is none, to ask for its size. */
    String unevaluated(Variable variable) {
        Part part = parts.get(variable);
        return part != null ? "((struct " + part.tag + " *)0)->" + members.get(variable)
                : access(variable).replaceFirst("^\\w+", "((" + structure.replace("$", "\\$") + " *)0)");
    }

    List<Part> allParts() {
        return List.copyOf(new LinkedHashSet<>(parts.values()));
    }

    boolean isPerUnitUsed() {
        return decision.moving().stream().anyMatch(Variable::perUnit);
    }
}
