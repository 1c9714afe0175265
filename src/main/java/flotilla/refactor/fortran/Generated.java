package flotilla.refactor.fortran;

import flotilla.refactor.fortran.Facts.Symbol;
import flotilla.refactor.fortran.Facts.Unit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The text that is new: derived types, and procedures that make them. */
final class Generated {
    private final Decision decision;
    private final Layout layout;
    /** What stands behind a variable's declaration, and how its first value is written in the source, where that means the same elsewhere. */
    private final Map<Variable, String> comments = new LinkedHashMap<>();
    private final Map<Variable, String> values = new LinkedHashMap<>();

    Generated(Decision decision, Layout layout) {
        this.decision = decision;
        this.layout = layout;
    }

    void comment(Variable variable, String comment) {
        comments.put(variable, comment);
    }

    void value(Variable variable, String written) {
        boolean plain = !written.toLowerCase(Locale.ROOT).replaceAll("'[^']*'|\"[^\"]*\"", "").replaceAll("\\.(true|false)\\.", "")
                .replaceAll("(?<![a-z_])[\\d.]+([ed][-+]?\\d+)?(_\\d+)?", "").matches("(?s).*[a-z&!].*");
        if (plain || variable.owner.is("module") && !written.contains("!") && !written.contains("&")) {
            values.put(variable, written.strip());
        }
    }

    // ---- Types ----

    private static String type(Symbol symbol) {
        String type = symbol.type().toLowerCase(Locale.ROOT).replaceAll("(\\d+)_\\d+", "$1");
        return type;
    }

    private static String bounds(Symbol symbol) {
        String bounds = symbol.bounds().replaceAll("(\\d+)_\\d+", "$1");
        return bounds.isEmpty() ? "" : "(" + List.of(bounds.split(",")).stream().map(b -> b.startsWith("1:") && b.length() > 2 ? b.substring(2) : b)
                .collect(Collectors.joining(", ")) + ")";
    }

    private String component(Variable variable) {
        Symbol symbol = variable.symbol;
        String comment = comments.containsKey(variable) ? "  " + comments.get(variable) : "";
        return "        " + type(symbol) + (symbol.is("allocatable") ? ", allocatable" : "") + (symbol.is("pointer") ? ", pointer" : "")
                + (symbol.is("contiguous") ? ", contiguous" : "") + " :: " + variable.component + bounds(symbol) + comment + "\n";
    }

    private String definition(Part part, String what) {
        var text = new StringBuilder("    ! " + what + ", one set for each rank; made by flotilla refactor.\n    type :: " + part.type + "\n");
        part.variables.forEach(variable -> text.append(component(variable)));
        part.points.forEach(other -> text.append("        type(").append(other.type).append("), pointer :: ").append(other.pointer).append("\n"));
        if (part.variables.isEmpty() && part.points.isEmpty()) {
            text.append("        integer :: unused\n");
        }
        return text.append("    end type ").append(part.type).append('\n').toString();
    }

    /** USE statements for what a part's components are of. */
    String uses(Part part) {
        var lines = new LinkedHashMap<String, Set<String>>();
        for (Part other : part.points) {
            lines.computeIfAbsent(other.isBlock() ? layout.blockModule() : other.module, m -> new TreeSet<>()).add(other.type);
            if (part.isTop()) {
                lines.get(other.isBlock() ? layout.blockModule() : other.module).add(layout.maker(other));
            }
        }
        for (Variable variable : part.variables) {
            String key = variable.symbol.typeKey();
            if (!key.isEmpty()) {
                String module = key.substring(1, key.lastIndexOf('/'));
                if (!module.equals(part.module)) {
                    lines.computeIfAbsent(module, m -> new TreeSet<>()).add(key.substring(key.lastIndexOf('/') + 1));
                }
            }
        }
        var text = new StringBuilder();
        lines.forEach((module, names) -> names.forEach(name -> text.append("    use ").append(module).append(", only: ").append(name).append('\n')));
        return text.toString();
    }

    /** What stands at the end of the declarations of a module of the program. */
    String declarations(Part part) {
        return "\n" + definition(part, "The variables of this module") + "    public :: " + part.type + ", " + layout.maker(part)
                + (layout.needsCurrent(part) ? ", " + layout.current(part) : "") + "\n";
    }

    // ---- Procedures ----

    String procedures(Part part) {
        var text = new StringBuilder();
        text.append(maker(part));
        if (layout.needsCurrent(part)) {
            text.append(current(part));
        }
        beginnings(part).forEach(type -> text.append(beginning(part, type)));
        return text.toString();
    }

    /** Types with first values of their own, which what is allocated in C lacks. */
    private Set<String> beginnings(Part part) {
        return part.variables.stream().filter(Generated::begins).map(v -> typeName(v.symbol)).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static boolean begins(Variable variable) {
        return variable.symbol.is("begins") && variable.symbol.first().isEmpty() && !variable.symbol.is("allocatable") && !variable.symbol.is("pointer");
    }

    private static String typeName(Symbol symbol) {
        return symbol.typeKey().substring(symbol.typeKey().lastIndexOf('/') + 1);
    }

    private String starter(Part part, String type) {
        return part.type.replaceAll("_globals(_\\d+)?$", "") + "_begin_" + type;
    }

    private String beginning(Part part, String type) {
        String procedure = starter(part, type);
        return "\n    elemental subroutine " + procedure + "(first)\n        type(" + type + "), intent(out) :: first\n    end subroutine " + procedure + "\n";
    }

    private String maker(Part part) {
        String g = layout.variable;
        var text = new StringBuilder("\n    ! A set of variables with their first values. What has none is zero.\n    function " + layout.maker(part) + "() result(" + g + ")\n"
                + "        use, intrinsic :: iso_c_binding, only: c_ptr, c_size_t, c_f_pointer" + (layout.needsCurrent(part) ? ", c_int, c_loc" : "") + "\n"
                + "        implicit none\n        type(" + part.type + "), pointer :: " + g + "\n"
                + "        interface\n            function calloc(number, bytes) bind(c, name='calloc')\n                import :: c_ptr, c_size_t\n"
                + "                integer(c_size_t), value :: number, bytes\n                type(c_ptr) :: calloc\n            end function calloc\n");
        if (layout.needsCurrent(part)) {
            text.append("            subroutine keep(number, set) bind(c, name='").append(layout.keeper()).append("_keep')\n                import :: c_ptr, c_int\n"
                    + "                integer(c_int), value :: number\n                type(c_ptr), value :: set\n            end subroutine keep\n");
        }
        text.append("        end interface\n\n        call c_f_pointer(calloc(1_c_size_t, storage_size(").append(g).append(", c_size_t)/8_c_size_t), ").append(g).append(")\n"
                + "        if (.not. associated(").append(g).append(")) error stop 'no memory for the variables of a rank'\n");
        for (Variable variable : part.variables) {
            String first = part.isBlock() ? firstOfBlock(variable) : first(variable);
            String target = g + "%" + variable.component;
            if (begins(variable)) {
                text.append("        call ").append(starter(part, typeName(variable.symbol))).append('(').append(target).append(")\n");
            } else if (variable.symbol.is("pointer")) {
                text.append("        nullify(").append(target).append(")\n");
            } else if (!first.isEmpty()) {
                text.append("        ").append(target).append(" = ").append(first).append('\n');
            }
        }
        if (part.isTop()) {
            for (Part other : part.points) {
                text.append("        ").append(g).append('%').append(other.pointer).append(" => ").append(layout.maker(other)).append("()\n");
            }
            for (Part other : part.points) {
                other.points.forEach(third -> text.append("        ").append(g).append('%').append(other.pointer).append('%').append(third.pointer)
                        .append(" => ").append(g).append('%').append(third.pointer).append('\n'));
            }
        }
        if (layout.needsCurrent(part)) {
            text.append("        call keep(").append(part.number).append("_c_int, c_loc(").append(g).append("))\n");
        }
        return text.append("    end function ").append(layout.maker(part)).append('\n').toString();
    }

    private String first(Variable variable) {
        return values.getOrDefault(variable, variable.symbol.first());
    }

    /** Any unit may say what a block begins with, a BLOCK DATA most of all. */
    private String firstOfBlock(Variable variable) {
        return decision.variables.values().stream().filter(v -> v.part == variable.part && v.component.equals(variable.component) && !v.symbol.first().isEmpty())
                .map(v -> v.symbol.first()).findFirst().orElse("");
    }

    private String current(Part part) {
        String g = layout.variable;
        return "\n    ! The variables of the rank that runs, for procedures that are called without them.\n    function " + layout.current(part) + "() result(" + g + ")\n"
                + "        use, intrinsic :: iso_c_binding, only: c_ptr, c_int, c_f_pointer\n        implicit none\n        type(" + part.type + "), pointer :: " + g + "\n"
                + "        interface\n            function set_of_rank(number) bind(c, name='" + layout.keeper() + "_set')\n                import :: c_ptr, c_int\n"
                + "                integer(c_int), value :: number\n                type(c_ptr) :: set_of_rank\n            end function set_of_rank\n        end interface\n\n"
                + "        call c_f_pointer(set_of_rank(" + part.number + "_c_int), " + g + ")\n    end function " + layout.current(part) + "\n";
    }

    // ---- Files ----

    String blockModule() {
        var text = new StringBuilder("! The COMMON blocks of " + layout.name + "; made by flotilla refactor.\nmodule " + layout.blockModule() + "\n    implicit none\n    public\n\n");
        layout.blocks.forEach((block, part) -> text.append(definition(part, block.isEmpty() ? "The blank COMMON block" : "COMMON /" + block + "/")).append('\n'));
        text.append("contains\n");
        layout.blocks.values().forEach(part -> text.append(procedures(part)));
        return text.append("end module ").append(layout.blockModule()).append('\n').toString();
    }

    String topModule() {
        return "! What the variables of all of " + layout.name + " are found through; made by flotilla refactor.\nmodule " + layout.topModule() + "\n" + uses(layout.top)
                + "    implicit none\n    private\n    public :: " + layout.top.type + ", " + layout.maker(layout.top)
                + (layout.needsCurrent(layout.top) ? ", " + layout.current(layout.top) : "") + "\n\n"
                + definition(layout.top, "All variables").replaceFirst("(?m)^    type :: ", "    type :: ") + "\ncontains\n" + procedures(layout.top)
                + "end module " + layout.topModule() + "\n";
    }

    /** Thread-local storage is private to a rank with each method, and Fortran has none without OpenMP. */
    String keeper() {
        return "/* Where procedures that are called without the variables of " + layout.name + " find them; made by flotilla refactor. */\n"
                + "static _Thread_local void *sets[" + layout.all().size() + "];\n\n"
                + "void *" + layout.keeper() + "_set(int number);\nvoid " + layout.keeper() + "_keep(int number, void *set);\n\n"
                + "void *" + layout.keeper() + "_set(int number)\n{\n    return sets[number];\n}\n\n"
                + "void " + layout.keeper() + "_keep(int number, void *set)\n{\n    sets[number] = set;\n}\n";
    }

    // ---- Into procedures of the program ----

    String usesOf(Unit host) {
        Part part = layout.of(host);
        if (!part.isTop()) {
            return "";
        }
        return "use " + layout.topModule() + ", only: " + part.type
                + (host == decision.main ? ", " + layout.maker(part) : decision.isFixed(host) ? ", " + layout.current(part) : "");
    }

    String declarationIn(Unit host) {
        Part part = layout.of(host);
        boolean points = host == decision.main || decision.isFixed(host);
        boolean pure = (host.marks.contains("pure") || host.marks.contains("elemental")) && !host.marks.contains("impure");
        boolean target = !part.isTop() && part.variables.stream().anyMatch(v -> v.symbol.is("target"));
        return "type(" + part.type + ")" + (points ? ", pointer" : pure ? ", intent(in)" : ", intent(inout)" + (target ? ", target" : "")) + " :: " + layout.variable;
    }

    String firstStatementOf(Unit host) {
        Part part = layout.of(host);
        return host == decision.main ? layout.variable + " => " + layout.maker(part) + "()"
                : decision.isFixed(host) ? layout.variable + " => " + layout.current(part) + "()" : "";
    }
}
