package flotilla.refactor;

import java.util.ArrayList;
import java.util.List;

/** The text of a declaration, cut into its declarators. */
final class Declarators {
    private final SourceFile file;
    final List<Integer> starts = new ArrayList<>();
    /** Behind the declarator with its initializer, at the comma or the semicolon. */
    final List<Integer> ends = new ArrayList<>();
    /** Behind the semicolon. */
    final int end;

    Declarators(Group group) {
        this.file = group.file;
        for (Node node : group.nodes) {
            int start = start(node.at.offset());
            starts.add(start);
            ends.add(end(start));
        }
        end = ends.getLast() + 1;
    }

    /** Goes back from the name over what belongs to the declarator: asterisks, their qualifiers, opening parentheses. */
    private int start(int name) {
        int first = file.tokenFrom(name);
        for (int i = first - 1; i >= 0; i--) {
            String word = file.word(i);
            if (word.equals("*") || word.equals("(")) {
                first = i;
            } else if (!word.equals("const") && !word.equals("volatile") && !word.contains("restrict")) {
                break;
            }
        }
        return file.tokens.get(first).start();
    }

    private int end(int start) {
        int depth = 0;
        int token = file.tokenFrom(start);
        for (; token < file.tokens.size(); token++) {
            if (file.tokens.get(token).directive() >= 0) {
                continue;
            }
            String word = file.word(token);
            if (depth == 0 && (word.equals(",") || word.equals(";"))) {
                return file.tokens.get(token).start();
            }
            depth += switch (word) {
                case "(", "[", "{" -> 1;
                case ")", "]", "}" -> -1;
                default -> 0;
            };
        }
        return file.text.length();
    }

    /** The number of a variable's declarator. */
    static int indexOf(Variable.Declaration declaration) {
        List<Node> nodes = declaration.group().nodes;
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).at.equals(declaration.node().at)) {
                return i;
            }
        }
        throw new IllegalStateException(declaration.node().name);
    }

    /** Where the initializer begins, behind the equals sign, or -1. */
    int initializer(int declarator) {
        int depth = 0;
        for (int token = file.tokenFrom(starts.get(declarator)); token < file.tokens.size()
                && file.tokens.get(token).start() < ends.get(declarator); token++) {
            String word = file.word(token);
            if (depth == 0 && word.equals("=")) {
                return file.tokens.get(token).end();
            }
            depth += switch (word) {
                case "(", "[", "{" -> 1;
                case ")", "]", "}" -> -1;
                default -> 0;
            };
        }
        return -1;
    }
}
