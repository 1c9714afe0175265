package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({"30, 30000", "30s, 30000", "1.5s, 1500", "0.25, 250", "500ms, 500", "5m, 300000", "2h, 7200000", "1h30m, 5400000",
        "1m30s, 90000", "1d, 86400000"})
    void durationsAsPeopleWriteThem(String text, long millis) {
        assertThat(Durations.parse("--timeout", text).toMillis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "soon", "-3s", "3x", "3s4", "0", "0ms", "1h 30m", "1e3"})
    void everythingElseIsRefusedByName(String text) {
        assertThatThrownBy(() -> Durations.parse("--timeout", text)).isInstanceOf(BadInputException.class)
                .hasMessageContaining("--timeout " + text);
    }
}
