package flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.image.LoadException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TestMovesTest {
    @Test
    void formsAreUnderstood() {
        assertThat(TestMoves.parse("forced", 1, 1)).isEqualTo(new TestMoves(1, false, 0));
        assertThat(TestMoves.parse("forced:7", 1, 1)).isEqualTo(new TestMoves(7, false, 0));
        assertThat(TestMoves.parse("checked", 1, 1)).isEqualTo(new TestMoves(1, true, 0));
        assertThat(TestMoves.parse("random:0.5", 2, 2)).isEqualTo(new TestMoves(0, false, 500_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"force", "forced:0", "forced:x", "random", "random:0", "random:-1", "forced:"})
    void othersAreRefused(String value) {
        assertThatThrownBy(() -> TestMoves.parse(value, 1, 1)).isInstanceOf(LoadException.class)
                .hasMessage("FLOTILLA_MIGRATION=" + value + ": write forced, forced:N, checked or random:MILLISECONDS");
    }

    @ParameterizedTest
    @CsvSource({"forced, 2, 1, one node with one PE", "checked, 1, 2, one node with one PE", "random:2, 1, 2, there is one node"})
    void jobsOfOtherShapesAreRefused(String value, int nodes, int pes, String said) {
        assertThatThrownBy(() -> TestMoves.parse(value, nodes, pes)).isInstanceOf(LoadException.class).hasMessageContaining(said);
    }
}
