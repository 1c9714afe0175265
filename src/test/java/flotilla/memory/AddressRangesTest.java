package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressRangesTest {
    @Test
    void noneContainNothing() {
        assertThat(new AddressRanges().contain(0, 1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"100, 200, true", "100, 101, true", "199, 200, true", "150, 201, false", "99, 150, false", "200, 201, false", "300, 350, true",
        "350, 351, false", "299, 300, false", "500, 900, true", "900, 901, false", "10, 20, true", "9, 10, false", "150, 350, false",
        "150, 140, false", "1000, 1001, false"})
    void aRangeIsInOneThatWasAdded(long first, long end, boolean contained) {
        var ranges = new AddressRanges();
        ranges.add(300, 350);
        ranges.add(100, 200);
        ranges.add(500, 900);
        ranges.add(10, 20);
        assertThat(ranges.contain(first, end)).isEqualTo(contained);
    }
}
