package flotilla.refactor;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Uses of variables and functions that clang's tree does not show, since they stand in types: the bounds of arrays
 * ({@code double row[n]}) and what {@code typeof} is asked. They are the tokens that the tree does not account for, inside of
 * brackets or of a {@code typeof}; which variable is meant follows from the scopes that the tree does show.
 */
final class HiddenUses {
    private static final Set<String> NO_VARIABLE_AFTER = Set.of(".", "->", "struct", "union", "enum", "goto");
    private static final Set<String> ASKING = Set.of("typeof", "__typeof__", "__typeof", "_Alignas", "aligned", "__aligned__");

    private final Program program;
    private final Unit unit;
    private final Collector.Names names;
    private final Set<String> wanted = new HashSet<>();
    /** What ## makes of names, by where the macro is used. */
    private final Map<String, Set<String>> pasted = new HashMap<>();

    HiddenUses(Program program, Unit unit, Collector.Names names) {
        this.program = program;
        this.unit = unit;
        this.names = names;
    }

    void collect() {
        program.variables.values().forEach(variable -> wanted.add(variable.name));
        wanted.addAll(unit.functionsByName.keySet());
        Deque<Boolean> inExpression = new ArrayDeque<>();
        String before = "";
        List<SeenToken> tokens = unit.tokens;
        for (int i = 0; i < tokens.size(); i++) {
            SeenToken token = tokens.get(i);
            boolean inside = !inExpression.isEmpty() && inExpression.peek();
            switch (token.text()) {
                case "[" -> inExpression.push(true);
                case "(" -> inExpression.push(ASKING.contains(before) || inside && !before.equals("__builtin_offsetof"));
                case "{" -> inExpression.push(inside);
                case ")", "]", "}" -> inExpression.poll();
                default -> {
                    if (token.word()) {
                        word(token, before, inside, i);
                    }
                }
            }
            before = token.text();
        }
        findPasted();
    }

    private void word(SeenToken token, String before, boolean inside, int index) {
        Place at = token.at();
        if (at.file().equals(TokenReader.PASTED)) {
            pasted.computeIfAbsent(at.expandedFile() + ":" + at.expandedOffset(), key -> new HashSet<>()).add(token.text());
            return;
        }
        if (!wanted.contains(token.text()) || NO_VARIABLE_AFTER.contains(before) || names.covered.contains(Collector.Names.key(at))) {
            return;
        }
        Unit.LocalName local = unit.localNames.stream()
                .filter(name -> name.name().equals(token.text()) && name.file().equals(at.expandedFile())
                        && name.from() <= at.expandedOffset() && at.expandedOffset() < name.to())
                .max(Comparator.comparingInt(Unit.LocalName::from)).orElse(null);
        Variable variable = local == null ? unit.variablesByName.get(token.text()) : local.variable();
        Function function = local == null ? unit.functionsByName.get(token.text()) : null;
        if (variable != null && inside) {
            variable.uses.add(new Variable.Use(unit, at, functionAt(at), null, false));
            names.meanings.computeIfAbsent(Collector.Names.key(at), key -> new HashSet<>()).add(variable);
        } else if (function != null) {
            boolean called = inside && index + 2 < unit.tokens.size() && unit.tokens.get(index + 1).text().equals("(");
            int arguments = !called ? -1 : unit.tokens.get(index + 2).text().equals(")") ? 0 : 1;
            function.references.add(new Function.Reference(unit, at, functionAt(at), arguments));
        }
    }

    /** The function around a place, parameters included, or null. */
    private Function functionAt(Place at) {
        for (Function function : program.functions.values()) {
            for (Function.Declaration declaration : function.declarations) {
                Node node = declaration.node();
                if (declaration.unit() == unit && node.begin.expandedFile().equals(at.expandedFile())
                        && node.begin.expandedOffset() <= at.expandedOffset() && at.expandedOffset() <= node.end.expandedOffset()) {
                    return function;
                }
            }
        }
        return null;
    }

    /** What is a variable in one place of a macro and part of another name in a second can't be written differently. */
    private void findPasted() {
        for (Variable variable : program.variables.values()) {
            for (Variable.Use use : variable.uses) {
                Place at = use.at();
                if (use.unit() == unit && at.macro() && pasted.getOrDefault(at.expandedFile() + ":" + at.expandedOffset(), Set.of()).stream()
                        .anyMatch(name -> name.contains(variable.name))) {
                    variable.leave("a macro makes another name of its name", program.name(at));
                }
            }
        }
    }
}
