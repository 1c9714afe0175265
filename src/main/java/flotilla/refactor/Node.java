package flotilla.refactor;

import java.util.ArrayList;
import java.util.List;

/** A node of clang's syntax tree, with what a refactoring asks for. */
final class Node {
    String kind = "";
    String id = "";
    String name = "";
    /** The type as the program spells it. */
    String type = "";
    /** The type without its outermost typedef or typeof. */
    String plainType = "";
    String storage = "";
    String tag = "";
    String value = "";
    /** The declaration that this expression names. */
    String referredId = "";
    String referredKind = "";
    String referredName = "";
    boolean threadLocal;
    boolean implicit;
    boolean complete;
    boolean initialized;
    Place at = Place.NOWHERE;
    Place begin = Place.NOWHERE;
    Place end = Place.NOWHERE;
    final List<Node> inner = new ArrayList<>();

    boolean is(String wanted) {
        return kind.equals(wanted);
    }

    /** The function's body, or null. */
    Node body() {
        return inner.stream().filter(child -> child.is("CompoundStmt")).findFirst().orElse(null);
    }

    /** The variable's initializer, or null. */
    Node initializer() {
        return initialized ? inner.stream().filter(child -> !child.kind.endsWith("Attr") && !child.kind.endsWith("Comment")).findFirst().orElse(null) : null;
    }

    boolean hasAttribute(String wanted) {
        return inner.stream().anyMatch(child -> child.is(wanted));
    }

    /** The expression without the conversions and parentheses around it. */
    Node stripped() {
        Node node = this;
        while ((node.is("ImplicitCastExpr") || node.is("ParenExpr")) && !node.inner.isEmpty()) {
            node = node.inner.getFirst();
        }
        return node;
    }
}
