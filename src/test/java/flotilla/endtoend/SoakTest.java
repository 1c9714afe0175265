package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Programs that check all that they have and get, while ranks move between nodes at random every few milliseconds. With
 * {@code -Dsoak.rounds=N} as long as wanted.
 */
final class SoakTest {
    private static final Pattern MOVES = Pattern.compile("moves: (\\d+) ranks left");
    private static final int ROUNDS = Integer.getInteger("soak.rounds", 12);
    private static final Duration PATIENCE = Duration.ofSeconds(100 + 2L * ROUNDS);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"soak.c, 2, shm", "soak.c, 3, tcp", "soak.cxx, 2, shm", "soak.f90, 2, shm"})
    void nobodyNotices(String source, int nodes, String transport) {
        Guest guest = Guest.of(Installation.GUESTS.resolve("moving/" + source));
        guest.need(Toolchain.FLOTILLA);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "6", "--nodes", Integer.toString(nodes),
                "--pes-per-node", "1", "--transport", transport, "--timeout", PATIENCE.toSeconds() + "s", "--stats", "--balance", "none",
                guest.build(Toolchain.FLOTILLA).toString(), Integer.toString(ROUNDS))
                .with("FLOTILLA_MIGRATION", "random:2").in(folder).within(PATIENCE.plusSeconds(20)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).isEqualTo(ROUNDS + " rounds, 0 failures\n");
        assertThat(MOVES.matcher(result.errors()).results().mapToInt(move -> Integer.parseInt(move.group(1))).sum()).as(result.toString())
                .isGreaterThan(ROUNDS);
        assertThat(folder).isEmptyDirectory();
    }
}
