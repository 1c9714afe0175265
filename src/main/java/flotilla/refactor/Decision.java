package flotilla.refactor;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What moves, and which functions need the pointer. Whatever can't be written differently is left alone, and with it what
 * depends on it; that is repeated until nothing changes.
 */
final class Decision {
    private static final Set<String> SHIFTED = Set.of("FormatAttr", "FormatArgAttr", "NonNullAttr", "AllocSizeAttr", "AllocAlignAttr");
    /** What pthread_create and thrd_create start. */
    private static final Set<String> THREAD_FUNCTIONS = Set.of("void *(void *)", "int (void *)");
    private static final Set<String> FIXING = Set.of("AliasAttr", "IFuncAttr", "WeakAttr", "NakedAttr");

    private final Program program;
    private final Collector.Names names;
    private final Types types;
    /** Constants that move since they point to what moves. */
    private final Set<Variable> promoted = new HashSet<>();
    private final Set<Function> needing = new LinkedHashSet<>();
    final Function main;

    Decision(Program program, Collector.Names names) {
        this.program = program;
        this.names = names;
        this.types = new Types(program);
        this.main = program.functions.values().stream().filter(f -> f.isMain() && f.definition != null).findFirst()
                .orElseThrow(() -> new RefactorException("none of the sources defines main; name all sources of the program"));
        program.functions.values().forEach(this::fix);
        program.variables.values().forEach(this::leaveWhatCannotBeWritten);
        leaveWhatPragmasName();
        boolean changed = true;
        while (changed) {
            promote();
            findNeeding();
            changed = false;
            for (Variable variable : program.variables.values()) {
                changed |= moves(variable) && check(variable);
            }
        }
    }

    boolean moves(Variable variable) {
        return variable != null && variable.isDefined() && variable.obstacle() == null && !variable.threadLocal
                && (!variable.constant || promoted.contains(variable));
    }

    /** Whether it would move, were there no obstacle. */
    boolean shouldMove(Variable variable) {
        return variable.isDefined() && !variable.threadLocal && !variable.constant;
    }

    List<Variable> moving() {
        return program.variables.values().stream().filter(this::moves).toList();
    }

    boolean needsPointer(Function function) {
        return needing.contains(function);
    }

    /** Whether the pointer becomes its first parameter. */
    boolean takesPointer(Function function) {
        return needing.contains(function) && !function.isFixed();
    }

    /** Whether it is left by the loader to be called by main. */
    boolean isCalledByMain(Function function) {
        return needing.contains(function) && (function.isConstructor() || function.isDestructor());
    }

    static boolean isShifted(Node attribute) {
        return SHIFTED.contains(attribute.kind);
    }

    private boolean own(Place at) {
        return at.known() && program.ownFile(at.file()) != null;
    }

    /** Functions whose body comes from a macro: nothing in them can be changed. */
    private static boolean isOutOfReach(Function function) {
        return function.definition == null || function.definition.at.macro() || function.definition.body().begin.macro();
    }

    private void fix(Function function) {
        if (function.definition == null) {
            return;
        }
        String place = program.name(function.definition.at);
        if (function.isMain()) {
            function.fix("the system calls it", place);
        }
        if (names.foreignFunctions.containsKey(function.name)) {
            String header = names.foreignFunctions.get(function.name);
            function.fix("it is declared in " + Program.shown(header) + ", which is not among the sources", place);
        }
        for (Function.Declaration declaration : function.declarations) {
            Node node = declaration.node();
            String here = program.name(node.at);
            if (node.at.macro() || program.ownFile(node.at.file()).parenthesisAfter(node.at.offset()) < 0) {
                function.fix("a macro or a typedef declares it", here);
            } else if (isOldStyle(node)) {
                function.fix("its parameters are declared in the old way (K&R)", here);
            }
            for (Node attribute : node.inner) {
                if (FIXING.contains(attribute.kind) || isShifted(attribute) && attribute.begin.macro()) {
                    function.fix("it has an attribute that depends on its parameters (" + attribute.kind.replaceAll("Attr$", "") + ")", here);
                }
            }
        }
        if (names.threadsStartWithPointers && THREAD_FUNCTIONS.contains(function.definition.type)
                && function.references.stream().anyMatch(reference -> reference.arguments() < 0)) {
            function.thread = true;
        }
        if (function.isConstructor() || function.isDestructor()) {
            function.fix("it runs before or after main", place);
        }
        for (Function.Reference reference : function.references) {
            String here = program.name(reference.at());
            if (reference.arguments() < 0) {
                function.fix("its address is taken", here);
            } else if (!own(reference.at()) || program.ownFile(reference.at().file()).parenthesisAfter(reference.at().offset()) < 0
                    || names.meanings.getOrDefault(Collector.Names.key(reference.at()), Set.of()).size() > 1) {
                function.fix("a macro calls it", here);
            } else if (reference.from() == null || isOutOfReach(reference.from())) {
                function.fix("it is called where no pointer can be", here);
            }
        }
        boolean none = function.references.stream().anyMatch(r -> r.at().macro() && r.arguments() == 0);
        function.references.stream().filter(r -> none && r.at().macro() && r.arguments() > 0).findFirst()
                .ifPresent(r -> function.fix("a macro calls it with and without arguments", program.name(r.at())));
    }

    /** {@code int f(a) int a; {}}: the parameters stand behind the parenthesis. */
    private boolean isOldStyle(Node function) {
        SourceFile file = program.ownFile(function.at.file());
        int open = file.parenthesisAfter(function.at.offset());
        int close = file.closing(open);
        return close < file.tokens.size() && function.inner.stream().anyMatch(child -> child.is("ParmVarDecl")
                && child.begin.expandedOffset() > file.tokens.get(close).start());
    }

    private void leaveWhatCannotBeWritten(Variable variable) {
        if (variable.owner == null && !variable.internal && names.foreignVariables.containsKey(variable.name)) {
            variable.leave("it is declared in " + Program.shown(names.foreignVariables.get(variable.name))
                    + ", which is not among the sources: name that file, too", program.name(variable.definition().node().at));
        }
        variable.declarations.stream().filter(d -> d.group().nodes.stream().anyMatch(node -> node.at.macro())).findFirst()
                .ifPresent(d -> variable.leave("a macro makes a part of its declaration", program.name(d.node().at)));
        for (Variable.Use use : variable.uses) {
            Place at = use.at();
            if (!own(at)) {
                variable.leave(at.file().equals(TokenReader.PASTED) ? "a macro makes its name (##)"
                        : "a macro uses it that is not the program's (" + Program.shown(at.file()) + ")", program.name(at));
            } else if (names.meanings.getOrDefault(Collector.Names.key(at), Set.of()).size() > 1) {
                variable.leave("a macro means another variable by its name elsewhere", program.name(at));
            } else if (use.function() != null && isOutOfReach(use.function())) {
                variable.leave("a function uses it that a macro makes", program.name(at));
            } else if (use.function() != null && use.function().isFixed() && use.owner() == null && isBeforeBody(use)) {
                variable.leave("a parameter's type uses it, and its function can't take the pointer: " + use.function().reason(), program.name(at));
            }
        }
        leaveWhatCannotBeginElsewhere(variable);
        if (variable.isDefined() && types.isFlexible(variable)) {
            variable.leave("it ends with an array without bound", program.name(variable.definition().node().at));
        }
        if (variable.definition().node().initializer() != null && takesAddressOfLabel(variable.definition().node().initializer())) {
            variable.leave("its initializer belongs to the function (a label or the function's name)", program.name(variable.definition().node().at));
        }
    }

    /** First values are given at the end of the source: what they are written with has to be known there. */
    private void leaveWhatCannotBeginElsewhere(Variable variable) {
        for (Variable.Declaration declaration : variable.declarations) {
            if (variable.obstacle() != null || !declaration.node().initialized) {
                continue;
            }
            String place = program.name(declaration.node().at);
            var declarators = new Declarators(declaration.group());
            int index = Declarators.indexOf(declaration);
            if (declarators.initializer(index) < 0) {
                variable.leave("a macro gives it its first value", place);
                continue;
            }
            Set<String> words = declaration.group().file.wordsOf(declarators.initializer(index), declarators.ends.get(index));
            program.files.values().stream().flatMap(file -> file.undefined().stream()).filter(words::contains).findFirst()
                    .ifPresent(macro -> variable.leave("its first value is written with the macro " + macro + ", which a source undefines", place));
        }
    }

    private static boolean isBeforeBody(Variable.Use use) {
        return use.at().expandedOffset() < use.function().definition.body().begin.expandedOffset();
    }

    private static boolean takesAddressOfLabel(Node node) {
        return node.is("AddrLabelExpr") || node.is("PredefinedExpr") || node.inner.stream().anyMatch(Decision::takesAddressOfLabel);
    }

    private void leaveWhatPragmasName() {
        for (SourceFile file : program.files.values()) {
            for (int i = 0; i < file.tokens.size(); i++) {
                Token token = file.tokens.get(i);
                if (token.directive() >= 0 && token.kind() == Token.Kind.WORD
                        && file.word(file.tokenFrom(token.directive()) + 1).equals("pragma")) {
                    pragmaNames(file, token.start(), file.word(i));
                }
            }
        }
    }

    private void pragmaNames(SourceFile file, int offset, String word) {
        for (Unit unit : program.units) {
            Variable variable = unit.variablesByName.get(word);
            for (Unit.LocalName local : unit.localNames) {
                if (local.name().equals(word) && local.file().equals(file.path) && local.from() <= offset && offset < local.to()) {
                    variable = local.variable();
                }
            }
            if (variable != null) {
                variable.leave("a pragma names it", Program.shown(file.path) + ":" + file.line(offset));
            }
        }
    }

    /** A constant that has the address of what moves can only be made when that has one. */
    private void promote() {
        promoted.clear();
        boolean more = true;
        while (more) {
            more = false;
            for (Variable variable : program.variables.values()) {
                if (variable.constant && variable.obstacle() == null && !variable.threadLocal && variable.isDefined()
                        && variable.pointsTo.stream().anyMatch(this::moves)) {
                    more |= promoted.add(variable);
                }
            }
        }
    }

    private void findNeeding() {
        needing.clear();
        var open = new ArrayDeque<Function>();
        for (Variable variable : moving()) {
            for (Variable.Use use : variable.uses) {
                if (use.function() != null && use.owner() == null && needing.add(use.function())) {
                    open.add(use.function());
                }
            }
        }
        while (!open.isEmpty()) {
            Function function = open.remove();
            if (function.isFixed()) {
                continue;
            }
            for (Function.Reference reference : function.references) {
                if (reference.from() != null && needing.add(reference.from())) {
                    open.add(reference.from());
                }
            }
        }
    }

    /** Leaves a variable for what has turned out; answers whether it did. */
    private boolean check(Variable variable) {
        for (Variable other : program.variables.values()) {
            if (!moves(other) && other.pointsTo.contains(variable)) {
                return variable.leave(other + ", which stays, has its address", program.name(other.definition().node().at));
            }
        }
        for (Function function : program.functions.values()) {
            if (function.thread && reaches(function, variable)) {
                return variable.leave(function + " needs it, which threads start with (or may): a new thread has no pointer", function.place());
            }
        }
        if (types.includes(variable) == null) {
            String reason = types.homeless(variable);
            if (reason != null) {
                return variable.leave(reason, program.name(variable.definition().node().at));
            }
        } else if (!Types.localTypes(variable).isEmpty() && types.homeless(variable) != null) {
            return variable.leave(types.homeless(variable), program.name(variable.definition().node().at));
        }
        return false;
    }

    private boolean reaches(Function start, Variable variable) {
        var seen = new HashSet<Function>();
        var open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty()) {
            Function function = open.remove();
            if (seen.add(function)) {
                if (variable.uses.stream().anyMatch(use -> use.function() == function && use.owner() == null)) {
                    return true;
                }
                program.functions.values().stream()
                        .filter(callee -> callee.references.stream().anyMatch(r -> r.from() == function)).forEach(open::add);
            }
        }
        return false;
    }
}
