package flotilla.refactor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the variables and functions of a unit, and where they are used, in clang's syntax tree. */
final class Collector {
    private static final Set<String> THREAD_STARTERS = Set.of("pthread_create", "thrd_create");
    /** Attributes of variables that mean the same for a member of a structure, or nothing. */
    private static final Set<String> HARMLESS = Set.of("AlignedAttr", "UnusedAttr", "VisibilityAttr", "DeprecatedAttr");

    private final Program program;
    private final Unit unit;
    private final Names names;
    private final Map<String, String> staticVariables = new HashMap<>();
    private final Map<String, String> staticFunctions = new HashMap<>();
    private int run;
    private String runFile = "";

    /** What is known across units: which places have been seen, and what stands there. */
    static final class Names {
        final Map<String, Group> groups = new HashMap<>();
        final Set<String> covered = new HashSet<>();
        final Map<String, Set<Object>> meanings = new HashMap<>();
        final Map<String, String> foreignVariables = new HashMap<>();
        final Map<String, String> foreignFunctions = new HashMap<>();
        /** Some thread starts with a function that is not named there. */
        boolean threadsStartWithPointers;
        private int runs;

        static String key(Place at) {
            return at.file() + ":" + at.offset();
        }
    }

    Collector(Program program, Unit unit, Names names) {
        this.program = program;
        this.unit = unit;
        this.names = names;
    }

    /** Where in a function an expression stands. */
    private record Context(Function function, Variable owner, boolean evaluated, Place scopeEnd) {
        Context unevaluated() {
            return new Context(function, owner, false, scopeEnd);
        }

        Context ownedBy(Variable variable) {
            return new Context(function, variable, evaluated, scopeEnd);
        }

        Context until(Place end) {
            return new Context(function, owner, evaluated, end);
        }
    }

    void collect() {
        for (Node node : unit.root.inner) {
            index(node);
            if (node.storage.equals("static") && node.is("VarDecl")) {
                staticVariables.putIfAbsent(node.name, node.at.file());
            } else if (node.storage.equals("static") && node.is("FunctionDecl")) {
                staticFunctions.putIfAbsent(node.name, node.at.file());
            }
        }
        for (Node node : unit.root.inner) {
            if (node.is("FunctionDecl")) {
                declare(node);
            }
        }
        run = ++names.runs;
        Node before = null;
        for (Node node : unit.root.inner) {
            topLevel(node, before);
            before = node;
        }
    }

    /** Whether it stands in the program's own text, itself or the use of the macro that makes it. */
    private boolean own(Place at) {
        return at.known() && program.ownFile(at.expandedFile()) != null;
    }

    /** Notes where types are declared and which places of the text clang's tree accounts for. */
    private void index(Node node) {
        if (own(node.at)) {
            names.covered.add(Names.key(node.at));
        }
        switch (node.kind) {
            case "RecordDecl", "EnumDecl" -> {
                String name = (node.is("EnumDecl") ? "enum" : node.tag) + " " + node.name;
                boolean complete = node.complete || node.is("EnumDecl") && !node.inner.isEmpty();
                if (node.name.isEmpty() && program.ownFile(node.at.file()) != null) {
                    SourceFile file = program.ownFile(node.at.file());
                    int line = file.line(node.at.offset());
                    unit.unnamedTypes.put(file.path + ":" + line + ":" + (node.at.offset() - file.offset(line, 1) + 1), node);
                } else if (complete) {
                    unit.types.put(name, node);
                } else {
                    unit.types.putIfAbsent(name, node);
                }
            }
            case "TypedefDecl" -> unit.types.put(node.name, node);
            case "DeclRefExpr" -> {
                if (own(node.begin)) {
                    names.covered.add(Names.key(node.begin));
                }
            }
            default -> { }
        }
        node.inner.forEach(this::index);
    }

    private void topLevel(Node node, Node before) {
        boolean variable = node.is("VarDecl") && own(node.at);
        if (!variable && !isType(node) || !node.at.expandedFile().equals(runFile)) {
            run = ++names.runs;
            runFile = node.at.expandedFile();
        }
        var context = new Context(null, null, true, null);
        if (node.is("VarDecl")) {
            if (variable) {
                Group group = group(node, run);
                if (before != null && isWithin(before, group, node)) {
                    group.type = before;
                } else if (before != null && isType(before)) {
                    run = ++names.runs;
                    group = group(node, run);
                }
                walk(node.initializer(), context.ownedBy(declare(node, group, null)));
            } else {
                names.foreignVariables.putIfAbsent(node.name, node.at.file());
            }
        } else if (node.is("FunctionDecl")) {
            Function function = unit.functions.get(node.id);
            if (function != null) {
                function(node, function);
            }
        } else if (own(node.at)) {
            node.inner.forEach(child -> walk(child, context.unevaluated()));
        }
    }

    private static boolean isType(Node node) {
        return node.is("RecordDecl") || node.is("EnumDecl");
    }

    /** Whether a type is defined inside the declaration of a variable. */
    private static boolean isWithin(Node type, Group group, Node variable) {
        return isType(type) && !type.inner.isEmpty() && type.begin.expandedOffset() >= group.begin
                && type.begin.expandedOffset() < variable.at.expandedOffset() && type.begin.expandedFile().equals(group.file.path);
    }

    private Group group(Node node, int inRun) {
        SourceFile file = program.ownFile(node.at.expandedFile());
        int begin = textBegin(file, node.begin.expandedOffset());
        return names.groups.computeIfAbsent(file.path + ":" + begin, key -> new Group(file, begin, inRun));
    }

    /** A macro that is empty here and says {@code extern} elsewhere belongs to the declaration behind it. */
    private static int textBegin(SourceFile file, int begin) {
        int token = file.tokenFrom(begin);
        while (token > 0 && file.tokens.get(token - 1).kind() == Token.Kind.WORD && file.tokens.get(token - 1).directive() < 0
                && file.tokens.get(token - 1).start() >= file.lineStart(begin)) {
            token--;
        }
        return Math.min(begin, file.tokens.get(token).start());
    }

    private Variable declare(Node node, Group group, Function owner) {
        boolean local = owner != null && !node.storage.equals("extern");
        String staticIn = staticVariables.get(node.name);
        boolean internal = local || staticIn != null;
        String key = local ? "local " + Names.key(node.at) : internal ? "static " + node.name + " " + staticIn : "extern " + node.name;
        Variable variable = program.variables.computeIfAbsent(key, k -> new Variable(node.name, local ? owner : null, internal));
        unit.variables.put(node.id, variable);
        if (!local) {
            unit.variablesByName.put(node.name, variable);
        }
        var declaration = new Variable.Declaration(unit, node, group);
        variable.declarations.add(declaration);
        if (declaration.defines()) {
            variable.units.add(unit);
        }
        if (group.nodes.stream().noneMatch(known -> known.at.equals(node.at))) {
            group.nodes.add(node);
            group.variables.add(variable);
        }
        describe(variable, node);
        return variable;
    }

    private void describe(Variable variable, Node node) {
        String place = program.name(node.at);
        String type = node.plainType;
        variable.constant |= CType.hasQualifier(type, "const", unit::typedef);
        variable.threadLocal |= node.threadLocal;
        if (CType.hasQualifier(type, "volatile", unit::typedef)) {
            variable.leave("it is volatile", place);
        }
        for (Node attribute : node.inner) {
            if (attribute.is("AsmLabelAttr")) {
                variable.leave("it has a register or a symbol of its own (asm)", place);
            } else if (attribute.is("SectionAttr")) {
                variable.leave("it has a section of its own", place);
            } else if (attribute.kind.endsWith("Attr") && !HARMLESS.contains(attribute.kind)) {
                variable.leave("it has an attribute that a member of a structure can't have (" + attribute.kind.replaceAll("Attr$", "") + ")", place);
            }
        }
        if (node.at.macro()) {
            variable.leave("a macro declares it", place);
        }
    }

    private void declare(Node node) {
        if (!own(node.at) || node.implicit) {
            if (node.at.known()) {
                names.foreignFunctions.putIfAbsent(node.name, node.at.file());
            }
            return;
        }
        String staticIn = staticFunctions.get(node.name);
        Function function = program.functions.computeIfAbsent(
                staticIn != null ? "static " + node.name + " " + staticIn : "extern " + node.name, key -> new Function(node.name));
        unit.functions.put(node.id, function);
        unit.functionsByName.put(node.name, function);
        function.declarations.add(new Function.Declaration(unit, node));
        if (node.body() != null) {
            function.definition = node;
            function.file = program.ownFile(node.at.expandedFile());
            function.units.add(unit);
        }
    }

    private void function(Node node, Function function) {
        var context = new Context(node.body() == null ? null : function, null, true, node.end);
        for (Node child : node.inner) {
            if (child.is("ParmVarDecl")) {
                hide(child, node.end, null);
            } else {
                walk(child, context);
            }
        }
    }

    private void hide(Node node, Place end, Variable variable) {
        if (node.at.known() && end != null) {
            unit.localNames.add(new Unit.LocalName(node.name, node.at.expandedFile(), node.at.expandedOffset(), end.expandedOffset(), variable));
        }
    }

    private void walk(Node node, Context context) {
        if (node == null) {
            return;
        }
        switch (node.kind) {
            case "DeclStmt" -> declarations(node, context);
            case "CompoundStmt", "ForStmt" -> node.inner.forEach(child -> walk(child, context.until(node.end)));
            case "UnaryExprOrTypeTraitExpr" -> node.inner.forEach(child -> walk(child, context.unevaluated()));
            case "DeclRefExpr" -> refer(node, context, -1);
            case "CallExpr" -> call(node, context);
            default -> {
                Context inner = node.kind.endsWith("Attr") ? context.unevaluated() : context;
                node.inner.forEach(child -> walk(child, inner));
            }
        }
    }

    private void declarations(Node statement, Context context) {
        Node type = null;
        Group typeGroup = null;
        for (Node node : statement.inner) {
            switch (node.kind) {
                case "VarDecl" -> {
                    boolean lasting = node.storage.equals("static") || node.storage.equals("extern");
                    Variable variable = null;
                    if (lasting && own(node.at)) {
                        Group group = group(node, -1);
                        if (type != null && isWithin(type, group, node)) {
                            group.type = type;
                        }
                        typeGroup = group;
                        variable = declare(node, group, context.function);
                    }
                    hide(node, context.scopeEnd, variable);
                    Variable owner = variable;
                    for (Node child : node.inner) {
                        walk(child, child == node.initializer() && owner != null ? context.ownedBy(owner) : context);
                    }
                }
                case "FunctionDecl" -> {
                    declare(node);
                    node.inner.stream().filter(child -> child.is("ParmVarDecl")).forEach(child -> hide(child, node.end, null));
                }
                default -> {
                    type = isType(node) ? node : type;
                    hide(node, context.scopeEnd, null);
                    node.inner.stream().filter(child -> child.is("EnumConstantDecl")).forEach(child -> hide(child, context.scopeEnd, null));
                    node.inner.forEach(child -> walk(child, context.unevaluated()));
                }
            }
        }
        if (context.function != null) {
            localTypes(statement, type, typeGroup, context.function);
        }
    }

    /** Notes types that are declared in a function: a static variable of such a type takes it along. */
    private void localTypes(Node statement, Node type, Group group, Function function) {
        var given = new HashSet<String>();
        for (Node node : statement.inner) {
            if (isType(node) || node.is("TypedefDecl")) {
                given.add(node.name);
                node.inner.stream().filter(child -> child.is("EnumConstantDecl")).forEach(child -> given.add(child.name));
            }
        }
        boolean hasVariables = statement.inner.stream().anyMatch(node -> node.is("VarDecl"));
        given.remove("");
        if (type == null && given.isEmpty() || statement.begin.macro() || hasVariables && group == null) {
            return;
        }
        if (function.localTypes.stream().noneMatch(known -> known.from() == statement.begin.offset())) {
            function.localTypes.add(new Function.LocalType(type, group, statement.begin.offset(), statement.end.expandedOffset() + 1, given));
        }
    }

    private void call(Node node, Context context) {
        Node callee = node.inner.getFirst();
        Node named = callee.stripped();
        List<Node> arguments = node.inner.subList(1, node.inner.size());
        if (named.is("DeclRefExpr") && named.referredKind.equals("FunctionDecl")) {
            refer(named, context, arguments.size());
            if (THREAD_STARTERS.contains(named.referredName)) {
                start(arguments);
            }
        } else {
            walk(callee, context);
        }
        arguments.forEach(argument -> walk(argument, context));
    }

    /** Notes with which function a thread starts; where that is a pointer, it may be any function of the kind. */
    private void start(List<Node> arguments) {
        boolean known = false;
        for (Node argument : arguments) {
            Node named = function(argument);
            Function started = named == null ? null : functionOf(named);
            if (started != null) {
                started.thread = true;
                known = true;
            }
        }
        names.threadsStartWithPointers |= !known;
    }

    /** The function that an expression names, through conversions and an address-of, or null. */
    private static Node function(Node expression) {
        Node node = expression.stripped();
        while ((node.is("CStyleCastExpr") || node.is("UnaryOperator")) && !node.inner.isEmpty()) {
            node = node.inner.getFirst().stripped();
        }
        return node.is("DeclRefExpr") && node.referredKind.equals("FunctionDecl") ? node : null;
    }

    private Function functionOf(Node reference) {
        Function known = unit.functions.get(reference.referredId);
        return known != null ? known : unit.functionsByName.get(reference.referredName);
    }

    private void refer(Node node, Context context, int arguments) {
        Place at = node.begin;
        Object meaning = node.referredName;
        if (node.referredKind.equals("VarDecl")) {
            Variable variable = unit.variables.get(node.referredId);
            if (variable != null) {
                variable.uses.add(new Variable.Use(unit, at, context.function, context.owner, context.evaluated));
                if (context.owner != null && context.evaluated) {
                    context.owner.pointsTo.add(variable);
                }
                meaning = variable;
            }
        } else if (node.referredKind.equals("FunctionDecl")) {
            Function function = functionOf(node);
            if (function != null) {
                function.references.add(new Function.Reference(unit, at, context.function, arguments));
                meaning = function;
            }
        }
        if (own(at)) {
            names.meanings.computeIfAbsent(Names.key(at), key -> new HashSet<>()).add(meaning);
        }
    }
}
