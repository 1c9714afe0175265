package flotilla.refactor.fortran;

import flotilla.refactor.RefactorException;
import flotilla.refactor.fortran.Facts.Call;
import flotilla.refactor.fortran.Facts.Listing;
import flotilla.refactor.fortran.Facts.Name;
import flotilla.refactor.fortran.Facts.Symbol;
import flotilla.refactor.fortran.Facts.Unit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which variables move, which stay and why, and which procedures get the structure how. */
final class Decision {
    /** What is larger than this gfortran keeps in static memory. */
    private static final int LARGE = 32 << 10;
    private static final Map<String, String> OBSTACLES = Map.of(
            "loop", "it is the variable of a DO loop, which a component can't be",
            "namelist", "a NAMELIST has it",
            "equivalence", "it is in an EQUIVALENCE",
            "openmp", "a directive of OpenMP names it",
            "locality", "a DO CONCURRENT names it",
            "assign", "it is the variable of an ASSIGN statement",
            "pointer", "it belongs to a Cray pointer",
            "import", "an IMPORT statement names it");
    private static final Map<String, String> UNFIT = Map.of(
            "volatile", "it is VOLATILE",
            "asynchronous", "it is ASYNCHRONOUS",
            "bind", "it is bound to a variable of C",
            "coarray", "it is a coarray",
            "equivalence", "it is in an EQUIVALENCE",
            "cray", "it belongs to a Cray pointer",
            "block", "it belongs to a BLOCK",
            "polymorphic", "it is polymorphic",
            "parameterized", "its type has parameters");

    final Facts facts;
    final Map<String, Variable> variables = new LinkedHashMap<>();
    final List<Symbol> threadprivate = new ArrayList<>();
    final Unit main;
    private final Map<String, Unit> byKey = new HashMap<>();
    private final Map<String, Unit> procedures = new HashMap<>();
    /** Why a procedure keeps its parameters. */
    private final Map<Unit, String> fixed = new LinkedHashMap<>();
    private final Map<Unit, Set<Variable>> uses = new LinkedHashMap<>();
    private final Map<Unit, Set<Unit>> callees = new LinkedHashMap<>();
    private final Set<Unit> needing = new LinkedHashSet<>();
    /** Names of one statement that stay together, or move together. */
    private final List<List<Variable>> bound = new ArrayList<>();

    Decision(Facts facts) {
        this.facts = facts;
        main = findMain();
        for (Unit unit : facts.units) {
            if (!unit.is("interface")) {
                byKey.putIfAbsent(unit.key, unit);
            }
            if (unit.is("procedure") && unit.host() == unit) {
                procedures.putIfAbsent(unit.key, unit);
            }
        }
        findVariables();
        findFixed();
        facts.names.forEach(this::consider);
        blocks().forEach(this::checkBlock);
        bindStatements();
        facts.calls.forEach(this::note);
        do {
            findNeeding();
        } while (check());
    }

    private Unit findMain() {
        List<Unit> mains = facts.units.stream().filter(unit -> unit.is("main")).toList();
        if (mains.isEmpty()) {
            throw new RefactorException("none of the sources has a main program; name all sources of the program");
        }
        if (mains.size() > 1) {
            throw new RefactorException(mains.get(1).place().shown() + ": a second main program; name the sources of one program");
        }
        return mains.getFirst();
    }

    List<Variable> moving() {
        return variables.values().stream().filter(Variable::moves).toList();
    }

    /** The variable that a name means, if it moves; or null. */
    Variable moved(Symbol symbol) {
        Variable variable = symbol == null ? null : variables.get(symbol.key());
        return variable != null && variable.moves() ? variable : null;
    }

    boolean needs(Unit host) {
        return needing.contains(host) || host == main && !moving().isEmpty();
    }

    String whyFixed(Unit host) {
        return fixed.get(host);
    }

    boolean isFixed(Unit host) {
        return fixed.containsKey(host);
    }

    Set<Unit> needing() {
        return needing;
    }

    Set<Variable> usedBy(Unit host) {
        return uses.getOrDefault(host, Set.of());
    }

    Set<Unit> calledBy(Unit host) {
        return callees.getOrDefault(host, Set.of());
    }

    /** The procedure of the program that a name means, if it is not an internal one; or null. */
    Unit procedure(Symbol symbol) {
        if (symbol == null) {
            return null;
        }
        return switch (symbol.kind()) {
            case "procedure" -> procedures.get(symbol.key());
            case "external" -> procedures.get("/" + symbol.name());
            default -> null;
        };
    }

    // ---- Variables ----

    private void findVariables() {
        var first = new HashMap<String, Unit>();
        facts.names.forEach(name -> {
            if (name.symbol() != null) {
                first.putIfAbsent(name.symbol().key(), name.unit());
            }
        });
        for (Symbol symbol : facts.symbols.values()) {
            boolean procedure = symbol.kind().equals("pointer");
            if (!symbol.kind().equals("variable") && !procedure || symbol.is("elsewhere") || symbol.is("parameter") || symbol.is("dummy")
                    || symbol.is("result") || symbol.at() == null || !facts.isOwn(symbol.at().file())) {
                continue;
            }
            Unit owner = byKey.get(symbol.owner());
            if (owner == null || symbol.owner().contains("#") || symbol.owner().isEmpty()) {
                owner = first.get(symbol.key());
            }
            if (owner == null || owner.is("interface") || !lives(symbol, owner)) {
                continue;
            }
            if (symbol.is("threadprivate")) {
                threadprivate.add(symbol);
                continue;
            }
            var variable = new Variable(symbol, owner);
            variables.put(symbol.key(), variable);
            UNFIT.forEach((mark, reason) -> {
                if (symbol.is(mark)) {
                    variable.leave(reason, symbol.at().shown());
                }
            });
            if (procedure) {
                variable.leave("it is a pointer to procedures", symbol.at().shown());
            }
            if (!symbol.typeKey().isEmpty() && !typeIsKnown(symbol)) {
                variable.leave("its type is declared in a procedure, or in a module that is not among the sources", symbol.at().shown());
            }
            if (symbol.is("pointer") && !symbol.first().isEmpty() && !symbol.first().equalsIgnoreCase("NULL()")) {
                variable.leave("it points to something from the start", symbol.at().shown());
            }
            if (symbol.is("target") && !symbol.is("common") && owner.module() == null && owner.host() != main) {
                variable.leave("it is a TARGET, in a procedure that is not in a module", symbol.at().shown());
            }
            if (owner.is("submodule") || owner.host().is("separate") || owner.module() != null && owner.module().is("submodule")) {
                variable.leave("it is in a submodule", symbol.at().shown());
            }
        }
    }

    private boolean lives(Symbol symbol, Unit owner) {
        if (symbol.is("common") || owner.is("module") || owner.is("submodule")) {
            return true;
        }
        if (owner.is("main")) {
            boolean allocated = symbol.is("allocatable") || symbol.is("pointer");
            return symbol.is("saved") || !symbol.first().isEmpty() || !allocated && (symbol.is("begins") || symbol.size() >= LARGE);
        }
        return symbol.is("saved");
    }

    private boolean typeIsKnown(Symbol symbol) {
        Unit module = byKey.get(symbol.typeKey().substring(0, Math.max(0, symbol.typeKey().lastIndexOf('/'))));
        return module != null && module.is("module");
    }

    private void consider(Name name) {
        Variable variable = name.symbol() == null ? null : variables.get(name.symbol().key());
        if (variable == null || name.from() == null || !facts.isOwn(name.from().file())) {
            return;
        }
        String at = name.from().shown();
        String reason = OBSTACLES.get(name.context());
        if (reason != null) {
            variable.leave(reason, at);
        }
        String written = name.from().file().text.substring(name.from().offset(), Math.max(name.from().offset(), name.to()));
        if (!written.equalsIgnoreCase(variable.symbol.name()) && !facts.renamed().contains(written.toLowerCase())) {
            variable.leave("its name is made by the preprocessor, or goes on in the next line", at);
        }
        Unit host = name.unit().host();
        boolean declares = name.context().equals("declaration") || name.context().equals("common") || name.context().equals("data");
        if (declares) {
            return;
        }
        if (name.unit().is("submodule") || host.is("separate") || host.module() != null && host.module().is("submodule")) {
            variable.leave("a submodule uses it", at);
        }
        boolean specification = name.context().equals("specification") || name.context().equals("initial");
        if (specification && !host.is("procedure")) {
            variable.leave("a declaration outside of procedures needs it", at);
        }
        uses.computeIfAbsent(host, h -> new LinkedHashSet<>()).add(variable);
    }

    // ---- COMMON ----

    /** The members of each block, in each unit that declares it. */
    private Map<String, Map<Unit, List<Variable>>> blocks() {
        var blocks = new LinkedHashMap<String, Map<Unit, List<Variable>>>();
        var members = new HashMap<Facts.Place, Variable>();
        for (Name name : facts.names) {
            if (name.context().equals("common") && name.symbol() != null && variables.containsKey(name.symbol().key())) {
                blocks.computeIfAbsent(name.symbol().block(), b -> new LinkedHashMap<>())
                        .computeIfAbsent(name.unit(), u -> new ArrayList<>()).add(variables.get(name.symbol().key()));
            }
        }
        return blocks;
    }

    Map<String, Map<Unit, List<Variable>>> movingBlocks() {
        Map<String, Map<Unit, List<Variable>>> blocks = blocks();
        blocks.values().removeIf(units -> !units.values().iterator().next().getFirst().moves());
        return blocks;
    }

    private void checkBlock(String block, Map<Unit, List<Variable>> units) {
        List<Variable> reference = units.values().iterator().next();
        var all = new ArrayList<Variable>();
        units.forEach((unit, members) -> {
            all.addAll(members);
            boolean same = members.size() == reference.size();
            for (int i = 0; same && i < members.size(); i++) {
                Symbol one = members.get(i).symbol;
                Symbol other = reference.get(i).symbol;
                same = one.type().equals(other.type()) && one.bounds().equals(other.bounds()) && one.is("pointer") == other.is("pointer");
            }
            if (!same) {
                String at = members.getFirst().symbol.at().shown();
                reference.forEach(v -> v.leave("COMMON /" + block + "/ is declared otherwise in " + at, v.symbol.at().shown()));
                members.forEach(v -> v.leave("COMMON /" + block + "/ is declared otherwise in " + reference.getFirst().symbol.at().shown(), v.symbol.at().shown()));
            }
        });
        bound.add(all);
        all.stream().filter(v -> !v.symbol.typeKey().isEmpty())
                .forEach(v -> v.leave("it is in a COMMON block and has a derived type", v.symbol.at().shown()));
    }

    /** What one statement declares for several can only be taken out as a whole. */
    private void bindStatements() {
        for (Listing listing : facts.listings) {
            if (listing.kind().equals("data") || listing.kind().equals("common")) {
                var together = new ArrayList<Variable>();
                for (Name name : facts.names) {
                    if (name.context().equals(listing.kind()) && name.from() != null && name.from().file() == listing.from().file()
                            && name.from().offset() >= listing.from().offset() && name.from().offset() < listing.to()) {
                        Variable variable = name.symbol() == null ? null : variables.get(name.symbol().key());
                        if (variable != null) {
                            together.add(variable);
                            if (listing.kind().equals("data") && variable.symbol.first().isEmpty()) {
                                variable.leave("a DATA statement gives values to parts of it", name.from().shown());
                            }
                        }
                    }
                }
                bound.add(together);
            }
        }
        var data = new LinkedHashMap<Unit, List<Variable>>();
        variables.values().stream().filter(v -> v.owner.is("blockdata")).forEach(v -> data.computeIfAbsent(v.owner, u -> new ArrayList<>()).add(v));
        bound.addAll(data.values());
    }

    // ---- Procedures ----

    private void findFixed() {
        var declared = new HashSet<String>();
        facts.units.stream().filter(unit -> unit.is("interface")).forEach(unit -> declared.add(unit.name()));
        for (Unit unit : procedures.values()) {
            if (unit.marks.contains("bind")) {
                fixed.put(unit, "it is bound to C");
            } else if (unit.marks.contains("entry")) {
                fixed.put(unit, "it has an ENTRY");
            } else if (unit.marks.contains("module")) {
                fixed.put(unit, "it is a separate module procedure");
            } else if (unit.module() == null && declared.contains(unit.name())) {
                fixed.put(unit, "an interface block declares it");
            }
        }
        for (Name name : facts.names) {
            Unit procedure = procedure(name.symbol());
            boolean plain = Set.of("call", "header", "declaration", "import").contains(name.context());
            if (procedure != null && !plain && name.from() != null) {
                String what = name.context().equals("specific") ? "it has a generic name" : "it is passed on or bound";
                fixed.putIfAbsent(procedure, what + " (" + name.from().shown() + ")");
            }
        }
        for (Call call : facts.calls) {
            Unit procedure = procedure(call.callee());
            if (procedure == null || call.from() == null) {
                continue;
            }
            Unit module = call.unit().module();
            if (module != null && (module.is("submodule") || call.unit().host().is("separate"))) {
                fixed.putIfAbsent(procedure, "a submodule calls it (" + call.from().shown() + ")");
            } else if (module != null && procedure.module() == null) {
                fixed.putIfAbsent(procedure, "module " + module.name() + " calls it, which does not know its structure");
            }
        }
    }

    private void note(Call call) {
        Unit callee = procedure(call.callee());
        if (callee != null) {
            callees.computeIfAbsent(call.unit().host(), h -> new LinkedHashSet<>()).add(callee);
        }
    }

    private void findNeeding() {
        needing.clear();
        uses.forEach((host, used) -> {
            if (used.stream().anyMatch(Variable::moves)) {
                needing.add(host);
            }
        });
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Unit, Set<Unit>> calls : callees.entrySet()) {
                if (!needing.contains(calls.getKey()) && calls.getValue().stream().anyMatch(c -> needing.contains(c) && !isFixed(c))) {
                    more |= needing.add(calls.getKey());
                }
            }
        }
    }

    /** Leaves variables for what has turned out; answers whether it did. */
    private boolean check() {
        boolean changed = false;
        for (Name name : facts.names) {
            Variable variable = moved(name.symbol());
            boolean specification = name.context().equals("specification") || name.context().equals("initial");
            if (variable != null && specification && isFixed(name.unit().host())) {
                changed |= variable.leave("a declaration in " + name.unit().host().name() + " needs it, which keeps its parameters, as "
                        + fixed.get(name.unit().host()), name.from().shown());
            }
        }
        for (Unit host : needing) {
            boolean pure = (host.marks.contains("pure") || host.marks.contains("elemental")) && !host.marks.contains("impure");
            if (pure && isFixed(host)) {
                for (Variable variable : reachable(host)) {
                    changed |= variable.leave(host.name() + " needs it, which is pure and keeps its parameters, as " + fixed.get(host), host.place().shown());
                }
            }
        }
        for (List<Variable> together : bound) {
            Variable stays = together.stream().filter(v -> !v.moves()).findFirst().orElse(null);
            if (stays != null) {
                for (Variable variable : together) {
                    changed |= variable.leave("it goes with " + stays.shown() + ", which stays", stays.symbol.at().shown());
                }
            }
        }
        return changed;
    }

    private List<Variable> reachable(Unit from) {
        var seen = new LinkedHashSet<Unit>();
        var open = new ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            Unit host = open.remove();
            if (seen.add(host)) {
                calledBy(host).stream().filter(callee -> !isFixed(callee)).forEach(open::add);
            }
        }
        return seen.stream().flatMap(host -> usedBy(host).stream()).filter(Variable::moves).toList();
    }
}
