package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MPI keeps for a rank goes with it to another process. */
final class ObjectMovesTest {
    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp"})
    void objectsOfAllKinds(String transport) {
        Installation.need(Toolchain.FLOTILLA.toolsFor("moving/objects.c").toArray(String[]::new));
        Path program = Guest.of(Installation.GUESTS.resolve("moving/objects.c")).build(Toolchain.FLOTILLA);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "4", "--nodes", "2", "--pes-per-node", "1", "--balance", "none",
                "--transport", transport, "--timeout", "100s", program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).isEqualTo("0 failures\n");
        assertThat(result.errors()).as(result.toString()).isEmpty();
    }

    @Test
    void unfinishedLines() {
        Installation.need(Toolchain.FLOTILLA.toolsFor("moving/line.c").toArray(String[]::new));
        Path program = Guest.of(Installation.GUESTS.resolve("moving/line.c")).build(Toolchain.FLOTILLA);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "4", "--nodes", "2", "--pes-per-node", "1", "--balance", "none",
                "--label", "--timeout", "100s", program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output().lines().toList()).hasSize(80).allMatch(line -> line.matches("\\[(\\d)] rank \\1 begins line \\d+ and ends it"));
        assertThat(result.errors().lines().toList()).hasSize(80).allMatch(line -> line.matches("\\[(\\d)] rank \\1 begins error \\d+ and ends it"));
    }
}
