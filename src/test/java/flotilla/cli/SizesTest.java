package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SizesTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "65536, 65536", "8k, 8192", "8K, 8192", "8M, 8388608", "8MB, 8388608", "8MiB, 8388608", "4G, 4294967296",
        "2T, 2199023255552", "' 16 m ', 16777216"})
    void sizesAsPeopleWriteThem(String text, long bytes) {
        assertThat(Sizes.parse("--heap-size", text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "8Q", "-8M", "8.5M", "0", "0k", "9999999999T", "8 M B", "0x10", "99999999999999999999"})
    void everythingElseIsRefusedByName(String text) {
        assertThatThrownBy(() -> Sizes.parse("--heap-size", text)).isInstanceOf(BadInputException.class)
                .hasMessageContaining("--heap-size " + text);
    }

    @Property
    void unitsAreFactors(@ForAll @LongRange(min = 1, max = 1L << 22) long number) {
        assertThat(Sizes.parse("x", number + "")).isEqualTo(number);
        assertThat(Sizes.parse("x", number + "k")).isEqualTo(number << 10);
        assertThat(Sizes.parse("x", number + "M")).isEqualTo(number << 20);
        assertThat(Sizes.parse("x", number + "G")).isEqualTo(number << 30);
        assertThat(Sizes.parse("x", number + "T")).isEqualTo(number << 40);
    }
}
