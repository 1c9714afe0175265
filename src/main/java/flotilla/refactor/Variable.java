package flotilla.refactor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A variable with static storage duration. */
final class Variable {
    final String name;
    /** The function that it is declared in, or null. */
    final Function owner;
    /** Known in one unit only: each unit that includes its declaration has one of its own. */
    final boolean internal;
    final List<Declaration> declarations = new ArrayList<>();
    final List<Use> uses = new ArrayList<>();
    /** Units that define it. */
    final Set<Unit> units = new LinkedHashSet<>();
    /** Variables whose address stands in the initializer. */
    final Set<Variable> pointsTo = new LinkedHashSet<>();
    boolean constant;
    boolean threadLocal;
    /** Why it can't move, or null; and the place that is the reason. */
    private String obstacle;
    private String obstaclePlace;

    Variable(String name, Function owner, boolean internal) {
        this.name = name;
        this.owner = owner;
        this.internal = internal;
    }

    /** One declaration in one unit; the same text in another unit is another declaration. */
    record Declaration(Unit unit, Node node, Group group) {
        boolean defines() {
            return !node.storage.equals("extern") || node.initialized;
        }
    }

    /** {@code owner}: the variable in whose initializer it is used, or null. */
    record Use(Unit unit, Place at, Function function, Variable owner, boolean evaluated) {}

    boolean isDefined() {
        return declarations.stream().anyMatch(Declaration::defines);
    }

    /** The declaration that has the initializer, or else one that defines it. */
    Declaration definition() {
        return declarations.stream().filter(d -> d.node.initialized).findFirst()
                .orElseGet(() -> declarations.stream().filter(d -> d.defines() && !CType.isIncomplete(d.node.type)).findFirst()
                        .orElseGet(() -> declarations.stream().filter(Declaration::defines).findFirst().orElse(declarations.getFirst())));
    }

    Declaration definitionIn(Unit unit) {
        return declarations.stream().filter(d -> d.unit == unit && d.node.initialized).findFirst().orElse(null);
    }

    String obstacle() {
        return obstacle;
    }

    String obstaclePlace() {
        return obstaclePlace;
    }

    /** Leaves it where it is; the first reason stays. Answers whether this is news. */
    boolean leave(String reason, String place) {
        if (obstacle != null) {
            return false;
        }
        obstacle = reason;
        obstaclePlace = place;
        return true;
    }

    /** A program's variable is known by several instances when it is internal and its declaration is included by several units. */
    boolean perUnit() {
        return internal && units.size() > 1;
    }

    @Override
    public String toString() {
        return owner == null ? name : owner.name + "." + name;
    }
}
