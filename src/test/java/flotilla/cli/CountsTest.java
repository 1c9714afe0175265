package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CountsTest {
    @Test
    void positiveWholeNumbers() {
        assertThat(Counts.parse("-n", "1", "ranks")).isEqualTo(1);
        assertThat(Counts.parse("-n", "2147483647", "ranks")).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "four", "1.5", "2147483648", "1e3", "0x4"})
    void everythingElseIsRefusedByName(String text) {
        assertThatThrownBy(() -> Counts.parse("-n", text, "ranks")).isInstanceOf(BadInputException.class)
                .hasMessageStartingWith("-n " + text).hasMessageContaining("ranks");
    }
}
