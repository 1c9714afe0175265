package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that bind themselves to cores, as programs under other launchers do, don't bind the PEs that all share. */
final class AffinityTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void pesStayWhereTheyAre(int ranks) {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "there is one core only");
        Guest guest = Guest.of(Installation.GUESTS.resolve("threads/affinity.c"));
        guest.need(Toolchain.FLOTILLA);
        Path program = guest.build(Toolchain.FLOTILLA);
        Command command = Installation.run(ranks, program, List.of()).with("FLOTILLA_STEALING", "forced");
        guest.environment().forEach(command::with);
        Command.Result result = command.run();
        assertThat(result.status()).as(result.toString()).isZero();
    }
}
