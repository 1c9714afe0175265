package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RankSetsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''|{0, 1, 2, 3, 4, 5, 6, 7}", "3|{3}", "0,3-5|{0, 3, 4, 5}", "7-7,0|{0, 7}", "1-3,2-4|{1, 2, 3, 4}"})
    void numbersAndRanges(String text, String expected) {
        assertThat(RankSets.parse("--x", text, 8)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a|not a rank", "1,|not a rank", "-1|not a rank", "1-|not a rank", "1--2|not a rank", "99999999999|not a rank",
        "5-3|write 3-5", "8|no rank 8 in a job of 8 ranks", "0-8|numbered from 0 to 7",
    })
    void anythingElseIsRefused(String text, String said) {
        assertThatThrownBy(() -> RankSets.parse("--x", text, 8)).isInstanceOf(BadInputException.class)
                .hasMessageContaining("--x=" + text).hasMessageContaining(said);
    }
}
