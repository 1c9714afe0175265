package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StackLimitTest {
    private static final String HEAD = "Limit                     Soft Limit           Hard Limit           Units     \n";

    @ParameterizedTest
    @CsvSource({"8388608, 8388608", "unlimited, 9223372036854775807", "0, 0", "99999999999999999999, 0", "what, 0"})
    void softLimitIsRead(String soft, long bytes) {
        assertThat(StackLimit.parse(HEAD + "Max data size             unlimited            unlimited            bytes     \n"
                + "Max stack size            " + soft + "              unlimited            bytes     \n")).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "Max stack size", "Max data size unlimited"})
    void whatIsNotThereIsZero(String text) {
        assertThat(StackLimit.parse(text)).isZero();
    }

    @Test
    void thisProcessHasOne() {
        assertThat(StackLimit.bytes()).isGreaterThan(65536);
    }
}
