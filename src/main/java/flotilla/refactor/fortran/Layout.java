package flotilla.refactor.fortran;

import flotilla.refactor.fortran.Facts.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is called how: types, components, the structure's name in procedures. */
final class Layout {
    final String name;
    /** The structure, in procedures. */
    final String variable;
    final Map<String, Part> modules = new LinkedHashMap<>();
    final Map<String, Part> blocks = new LinkedHashMap<>();
    final Part top = new Part("", null);
    private final Decision decision;
    private final Set<String> words = new HashSet<>();

    Layout(Decision decision, String name) {
        this.decision = decision;
        decision.facts.files.forEach(file -> words.addAll(file.words()));
        this.name = name;
        variable = List.of("g", "gl", "globals", "rank_globals", "rank_globals_2").stream().filter(word -> !words.contains(word)).findFirst().orElseThrow();
        top.type = unique(name + "_globals");
        for (Unit unit : decision.facts.units) {
            if (unit.is("module")) {
                var part = new Part(unit.name(), null);
                part.type = unique(unit.name() + "_globals");
                part.pointer = unit.name();
                modules.put(unit.name(), part);
            }
        }
        decision.movingBlocks().forEach(this::placeBlock);
        decision.moving().stream().filter(variable -> !variable.isCommon()).forEach(this::place);
        findPointers();
        modules.values().removeIf(part -> part.variables.isEmpty() && part.points.isEmpty() && decision.needing().stream().noneMatch(h -> of(h) == part));
        top.points.addAll(modules.values());
        top.points.addAll(blocks.values());
        int number = 0;
        for (Part part : all()) {
            part.number = number++;
        }
    }

    List<Part> all() {
        var all = new ArrayList<>(blocks.values());
        all.addAll(modules.values());
        all.add(top);
        return all;
    }

    /** A name that the program does not use. */
    String unique(String wanted) {
        String found = wanted.toLowerCase();
        for (int i = 2; words.contains(found); i++) {
            found = wanted.toLowerCase() + "_" + i;
        }
        words.add(found);
        return found;
    }

    private void placeBlock(String block, Map<Unit, List<Variable>> units) {
        var part = new Part("", block);
        part.type = unique((block.isEmpty() ? "blank" : block) + "_common");
        part.pointer = part.type;
        blocks.put(block, part);
        List<Variable> reference = units.values().iterator().next();
        part.variables.addAll(reference);
        for (List<Variable> members : units.values()) {
            for (int i = 0; i < members.size(); i++) {
                members.get(i).part = part;
                members.get(i).component = reference.get(i).symbol.name();
            }
        }
    }

    private void place(Variable variable) {
        Unit module = variable.owner.module();
        Part part = module == null ? top : modules.get(module.name());
        String[] path = variable.symbol.key().substring(1).split("/");
        String component = path[path.length - 1];
        if (!variable.owner.is("module") && !variable.owner.is("main")) {
            int first = module == null ? 0 : 1;
            component = String.join("_", List.of(path).subList(first, path.length)).replaceAll("\\W", "_");
        }
        var taken = new HashSet<String>();
        part.variables.forEach(other -> taken.add(other.component));
        modules.values().forEach(other -> taken.add(other.pointer));
        blocks.values().forEach(other -> taken.add(other.pointer));
        String found = component;
        for (int i = 2; taken.contains(found); i++) {
            found = component + "_" + i;
        }
        variable.part = part;
        variable.component = found;
        part.variables.add(variable);
    }

    private void findPointers() {
        for (Unit host : decision.needing()) {
            Part own = of(host);
            if (own == null || own == top) {
                continue;
            }
            decision.usedBy(host).stream().filter(v -> v.moves() && v.part != own).forEach(v -> own.points.add(v.part));
            decision.calledBy(host).stream().filter(c -> decision.needing().contains(c) && !decision.isFixed(c) && of(c) != own)
                    .forEach(c -> own.points.add(of(c)));
        }
    }

    /** The structure that a procedure gets. */
    Part of(Unit host) {
        Unit module = host.module();
        return module == null ? top : modules.get(module.name());
    }

    /** A variable, as a procedure gets at it. */
    String access(Variable moved, Unit host) {
        return variable + (moved.part == of(host) ? "" : "%" + moved.part.pointer) + "%" + moved.component;
    }

    /** What a procedure hands to one that it calls. */
    String argument(Unit callee, Unit host) {
        return variable + (of(callee) == of(host) ? "" : "%" + of(callee).pointer);
    }

    String maker(Part part) {
        return part.type.replaceAll("_globals(_\\d+)?$", "") + "_make_globals";
    }

    String current(Part part) {
        return part.type.replaceAll("_globals(_\\d+)?$", "") + "_current_globals";
    }

    String topModule() {
        return top.type + "_module";
    }

    String blockModule() {
        return top.type + "_commons";
    }

    String mainProcedure() {
        return name.toLowerCase() + "_rank";
    }

    boolean needsCurrent(Part part) {
        return decision.needing().stream().anyMatch(host -> decision.isFixed(host) && of(host) == part);
    }

    boolean needsCurrent() {
        return all().stream().anyMatch(this::needsCurrent);
    }

    /** The file of C that keeps each rank's structures, and the prefix of its functions. */
    String keeper() {
        return top.type + "_current";
    }
}
