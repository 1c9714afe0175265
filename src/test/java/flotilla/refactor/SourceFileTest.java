package flotilla.refactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tokens of a text, and declarations cut into declarators. */
final class SourceFileTest {
    private static SourceFile file(String text) {
        return new SourceFile("/test.c", text);
    }

    @Test
    void tokensAreNeitherCommentsNorInsideOfTexts() {
        SourceFile file = file("int a /* b */ = 'c'; // d\nchar *e = \"f \\\" g\";\n");
        assertThat(file.words).containsExactlyInAnyOrder("int", "a", "char", "e");
        assertThat(file.comments).hasSize(2);
    }

    @Test
    void directivesEndWithTheirLine() {
        SourceFile file = file("#define A b \\\n  c\nint d; # e\n");
        assertThat(file.inDirective(file.text.indexOf("c\n"))).isTrue();
        assertThat(file.inDirective(file.text.indexOf("d;"))).isFalse();
        assertThat(file.inDirective(file.text.indexOf("e\n"))).isFalse();
    }

    @Test
    void linesAndColumns() {
        SourceFile file = file("one\ntwo\n\nfour");
        assertThat(file.line(0)).isEqualTo(1);
        assertThat(file.line(4)).isEqualTo(2);
        assertThat(file.line(9)).isEqualTo(4);
        assertThat(file.offset(2, 3)).isEqualTo(6);
    }

    @Test
    void parenthesisOfACall() {
        SourceFile file = file("f (1); (g)(2); h; #\n#define M i\n(3)\n");
        assertThat(file.word(file.parenthesisAfter(file.text.indexOf("f")) + 1)).isEqualTo("1");
        assertThat(file.word(file.parenthesisAfter(file.text.indexOf("g")) + 1)).isEqualTo("2");
        assertThat(file.parenthesisAfter(file.text.indexOf("h"))).isNegative();
        assertThat(file.parenthesisAfter(file.text.indexOf("i\n"))).isNegative();
    }

    @Test
    void declaratorsOfADeclaration() {
        SourceFile file = file("static int a = f(1, 2), *const *b = &a, c[3] = {1, 2}, (*d)(int, int) = e;");
        var group = new Group(file, 0, 0);
        for (String name : new String[] {"a =", "b =", "c[", "d)"}) {
            var node = new Node();
            int offset = file.text.indexOf(name);
            node.at = new Place(file.path, offset, 1, file.path, offset, false);
            group.nodes.add(node);
        }
        var declarators = new Declarators(group);
        assertThat(IntStream.range(0, 4).mapToObj(i -> file.text.substring(declarators.starts.get(i), declarators.ends.get(i))))
                .containsExactly("a = f(1, 2)", "*const *b = &a", "c[3] = {1, 2}", "(*d)(int, int) = e");
        assertThat(IntStream.range(0, 4).mapToObj(i -> file.text.substring(declarators.initializer(i), declarators.ends.get(i)).strip()))
                .containsExactly("f(1, 2)", "&a", "{1, 2}", "e");
        assertThat(declarators.end).isEqualTo(file.text.length());
    }
}
