package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumbersTest {
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"0; 0", "0.0312; 0.0312", "0.1; 0.100", "0.9999; 1.00", "1.004; 1.00", "9.994; 9.99", "9.996; 10.0", "99.94; 99.9",
        "99.96; 100", "836000.4; 836,000", "-2.5; -2.50"})
    void threeDigitsCount(double value, String text) {
        assertThat(Numbers.text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1000, 1000 B", "1024, 1 KiB", "1536, 1536 B", "65536, 64 KiB", "4194304, 4 MiB"})
    void sizesOfMessages(long bytes, String text) {
        assertThat(Numbers.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"0.05; 0.05", "0.2; 0.2", "5; 5", "100000; 100,000"})
    void marksOfAxes(double value, String text) {
        assertThat(Numbers.plain(value)).isEqualTo(text);
    }
}
