package flotilla.refactor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A translation unit: one of the sources with the headers that it includes. */
final class Unit {
    final SourceFile source;
    final Node root;
    final List<SeenToken> tokens;
    /** Headers that are not the program's own, each with the directive by which a file of the program includes it, or what includes it. */
    final Map<String, String> includes;
    /** Where types are declared: {@code struct node} or {@code size_t} to the declaration. */
    final Map<String, Node> types = new HashMap<>();
    /** Definitions of structures and enumerations without a name: {@code file:line:column} to the definition. */
    final Map<String, Node> unnamedTypes = new HashMap<>();
    /** Variables and functions by clang's numbers for their declarations. */
    final Map<String, Variable> variables = new HashMap<>();
    final Map<String, Function> functions = new HashMap<>();
    /** Visible names at file scope that could be meant where clang's tree shows nothing. */
    final Map<String, Variable> variablesByName = new HashMap<>();
    final Map<String, Function> functionsByName = new HashMap<>();
    final List<LocalName> localNames = new ArrayList<>();
    /** A number among the units, from 0. */
    final int number;

    Unit(int number, SourceFile source, Node root, List<SeenToken> tokens, Map<String, String> includes) {
        this.number = number;
        this.source = source;
        this.root = root;
        this.tokens = tokens;
        this.includes = includes;
    }

    /** What is declared inside a function: from where to where in which file, and the variable if it is a static one. */
    record LocalName(String name, String file, int from, int to, Variable variable) {}

    /** The type that a typedef stands for, or null. */
    String typedef(String name) {
        Node type = types.get(name);
        return type != null && type.is("TypedefDecl") ? type.type : null;
    }
}
