package flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShmTest extends TransportContract {
    @Override
    String name() {
        return "shm";
    }

    /** Kind and bytes of records that no node sends. Their contents are zeros. */
    @ParameterizedTest
    @CsvSource({"0, 0", "7, 0", "255, 8", "2, 8", "2, 40", "3, 8", "3, 0", "4, 0", "4, 7", "4, 100", "5, 8", "5, 16",
        "1, 16897", "1, 60000"})
    void damagedRecordsCostTheLink(int kind, int bytes) {
        var recorders = List.of(new Recorder(), new Recorder());
        try (var cluster = Cluster.start("shm", 2, recorders::get).run(); var arena = Arena.ofShared()) {
            long zeros = arena.allocate(100_000).address();
            ((ShmTransport) cluster.nodes.get(0)).link(1).sender.send(kind, zeros, bytes, 0, 0);
            cluster.until(() -> !recorders.get(1).lost.isEmpty());
            cluster.nodes.get(0).send(1, zeros, 8, 0, 0);
            assertThat(recorders.get(1).lost.get(0).reason()).startsWith("it has sent ");
            assertThat(recorders.get(1).frames).isEmpty();
            cluster.stopPolling();
            assertThat(recorders.get(1).lost).hasSize(1);
        }
    }
}
