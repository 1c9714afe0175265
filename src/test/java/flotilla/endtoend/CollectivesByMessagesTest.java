package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs print the same when collective calls go by messages, as between nodes, and when they do not. */
final class CollectivesByMessagesTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @ParameterizedTest
    @ValueSource(strings = {"collectives/intracommunicator.c", "collectives/intercommunicator.c", "collectives/operations.c",
        "collectives/neighbourhood.c", "communicators/communicators.c", "communicators/topologies.c", "stress/collectives.c"})
    void asInOneProcess(String name) {
        Guest guest = Guest.of(Installation.GUESTS.resolve(name));
        guest.need(Toolchain.FLOTILLA);
        Path program = guest.build(Toolchain.FLOTILLA);
        for (int ranks : List.of(5, 12)) {
            Command.Result here = command(guest, program, ranks).run();
            Command.Result messages = command(guest, program, ranks).with("FLOTILLA_COLLECTIVES", "messages").run();
            assertThat(messages.status()).as(messages.toString()).isEqualTo(guest.expectedStatus());
            assertThat(messages.sortedLines()).as(messages.toString()).isEqualTo(here.sortedLines()).isNotEmpty();
        }
    }

    private static Command command(Guest guest, Path program, int ranks) {
        return Installation.run(ranks, program, guest.arguments()).in(program.getParent()).within(LIMIT);
    }
}
