package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs print the same when collective calls go by messages, as between nodes, and when they do not. */
final class CollectivesByMessagesTest {
    private static final int RANKS = 7;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @ParameterizedTest
    @ValueSource(strings = {"collectives/intracommunicator.c", "collectives/intercommunicator.c", "collectives/operations.c",
        "collectives/neighbourhood.c", "communicators/communicators.c", "stress/collectives.c"})
    void asInOneProcess(String name) {
        Guest guest = Guest.of(Installation.GUESTS.resolve(name));
        guest.need(Toolchain.FLOTILLA);
        Path program = guest.build(Toolchain.FLOTILLA);
        Command.Result here = command(guest, program).run();
        Command.Result messages = command(guest, program).with("FLOTILLA_COLLECTIVES", "messages").run();
        assertThat(messages.status()).as(messages.toString()).isEqualTo(guest.expectedStatus());
        assertThat(messages.sortedLines()).as(messages.toString()).isEqualTo(here.sortedLines()).isNotEmpty();
    }

    private static Command command(Guest guest, Path program) {
        return Installation.run(RANKS, program, guest.arguments()).in(program.getParent()).within(LIMIT);
    }
}
