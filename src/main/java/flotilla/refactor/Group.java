package flotilla.refactor;

import java.util.ArrayList;
import java.util.List;

/** The declarators of one declaration, {@code static int a, *b = &a;}, and the type that is defined in it, if one is. */
final class Group {
    final SourceFile file;
    final int begin;
    /** Number among the declarations of the file that follow each other with nothing between them, or -1 in a function. */
    final int run;
    Node type;
    final List<Node> nodes = new ArrayList<>();
    final List<Variable> variables = new ArrayList<>();

    Group(SourceFile file, int begin, int run) {
        this.file = file;
        this.begin = begin;
        this.run = run;
    }
}
