package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No rank is forgotten that waits in a collective call, whoever is on which PE, and with more PEs than cores. */
class MeetingsTest {
    @ParameterizedTest
    @CsvSource({"1, 24, 1000", "2, 24, 3000", "3, 9, 3000", "4, 100, 300", "2, 256, 200"})
    void everybodyLeaves(int pes, int ranks, int rounds) {
        Guest guest = Guest.of(Installation.GUESTS.resolve("collectives/meetings.c"));
        guest.need(Toolchain.FLOTILLA);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", Integer.toString(ranks), "--pes",
                Integer.toString(pes), "--timeout", "100s", guest.build(Toolchain.FLOTILLA).toString(), Integer.toString(rounds))
                .within(Duration.ofSeconds(110)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).isEqualTo("done\n");
    }
}
