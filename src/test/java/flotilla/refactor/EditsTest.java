package flotilla.refactor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Changes of a text by offset. */
final class EditsTest {
    private final Edits edits = new Edits("0123456789");

    @Test
    void applyInTheOrderOfTheText() {
        edits.replace(8, 9, "eight");
        edits.replace(1, 3, "");
        edits.insert(5, "|");
        assertThat(edits.changed()).isEqualTo("034|567eight9");
    }

    @Test
    void sameChangeTwiceIsOne() {
        edits.replace(2, 3, "g->2");
        edits.replace(2, 3, "g->2");
        edits.insert(0, "#");
        edits.insert(0, "#");
        assertThat(edits.changed()).isEqualTo("#01g->23456789");
    }

    @Test
    void largerChangeTakesWhatIsInside() {
        edits.replace(3, 4, "x");
        edits.replace(2, 7, "-");
        edits.insert(5, "y");
        edits.insert(2, "before ");
        edits.insert(7, " behind ");
        assertThat(edits.changed()).isEqualTo("01before - behind 789");
    }

    @Test
    void partWithItsChangesOnly() {
        edits.replace(3, 4, "x");
        edits.replace(8, 9, "y");
        assertThat(edits.changed(2, 6)).isEqualTo("2x45");
    }
}
