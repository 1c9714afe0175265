package flotilla.refactor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A function of the program. */
final class Function {
    final String name;
    final List<Declaration> declarations = new ArrayList<>();
    final List<Reference> references = new ArrayList<>();
    final Set<Variable> variables = new LinkedHashSet<>();
    final Set<Function> callees = new LinkedHashSet<>();
    final List<LocalType> localTypes = new ArrayList<>();
    /** Units that have its definition. */
    final Set<Unit> units = new LinkedHashSet<>();
    Node definition;
    SourceFile file;
    boolean thread;
    private String fixed;
    private String fixedPlace;

    Function(String name) {
        this.name = name;
    }

    record Declaration(Unit unit, Node node) {}

    /** {@code call}: it is called here, with so many arguments; -1 where its address is taken. */
    record Reference(Unit unit, Place at, Function from, int arguments) {}

    /** A type that is declared in the function: the text of its declaration and the names it gives. */
    record LocalType(Node node, Group group, int from, int to, Set<String> names) {}

    boolean isMain() {
        return name.equals("main");
    }

    /** Keeps its parameters as they are, for this reason. */
    void fix(String reason, String place) {
        if (fixed == null) {
            fixed = reason;
            fixedPlace = place;
        }
    }

    boolean isFixed() {
        return fixed != null;
    }

    String reason() {
        return fixed;
    }

    String place() {
        return fixedPlace;
    }

    boolean isConstructor() {
        return definition != null && definition.hasAttribute("ConstructorAttr");
    }

    boolean isDestructor() {
        return definition != null && definition.hasAttribute("DestructorAttr");
    }

    @Override
    public String toString() {
        return name;
    }
}
