package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks leave their process and arrive in it again, amid MPI calls, and nobody notices. */
final class MovesTest {
    private static final int RANKS = 4;

    @ParameterizedTest
    @CsvSource({"libc/callbacks.c, 9", "libc/descriptor_calls.c, 1", "cxx/exceptions.cxx, 7", "cxx/streams.cxx, 1", "fortran/units.f90, 1", "state/folder.c, 3"})
    void ranksAreTheSameWhereTheyArrive(String source, int every) {
        Guest guest = Guest.of(Installation.GUESTS.resolve(source));
        Toolchain toolchain = Toolchain.FLOTILLA;
        guest.need(toolchain);
        Path program = guest.build(toolchain);
        Command command = new Command(Installation.FLOTILLA.toString(), "run", "-n", Integer.toString(RANKS), "--pes", "1",
                "--timeout", "100s",
                program.toString())
                .and(guest.arguments()).in(program.getParent()).input(guest.input()).within(Duration.ofSeconds(110));
        guest.environment().forEach(command::with);
        Command.Result expected = command.run();
        Command.Result moved = command.with("FLOTILLA_MIGRATION", "forced:" + every).run();
        assertThat(expected.status()).as(expected.toString()).isEqualTo(guest.expectedStatus());
        assertThat(moved.status()).as(moved.toString()).isEqualTo(guest.expectedStatus());
        assertThat(moved.sortedLines()).as(moved.toString()).isEqualTo(expected.sortedLines());
        assertThat(moved.errors()).as(moved.toString()).containsPattern("flotilla: [1-9]\\d* moves of ranks");
    }
}
