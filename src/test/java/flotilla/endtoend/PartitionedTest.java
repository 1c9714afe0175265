package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partitioned communication between nodes, while ranks move, and that never ends. What it does in one process others compare with MPICH. */
final class PartitionedTest {
    private static final Pattern MOVES = Pattern.compile("moves: (\\d+) ranks left");

    private static Path build(String source) {
        Guest guest = Guest.of(Installation.GUESTS.resolve(source));
        guest.need(Toolchain.FLOTILLA);
        return guest.build(Toolchain.FLOTILLA);
    }

    private static Command nodes(String transport, String source) {
        return new Command(Installation.FLOTILLA.toString(), "run", "-n", "4", "--nodes", "2", "--pes-per-node", "1", "--balance", "none",
                "--stats", "--transport", transport, "--timeout", "100s", build(source).toString());
    }

    @ParameterizedTest
    @CsvSource({"pointtopoint/partitioned.c, shm", "pointtopoint/partitions.c, tcp", "threads/partitioned.c, shm"})
    void betweenNodes(String source, String transport) {
        Command.Result result = nodes(transport, source).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains(": 0 failures");
    }

    @ParameterizedTest
    @CsvSource({"pointtopoint/partitioned.c, tcp", "pointtopoint/partitions.c, shm"})
    void whileRanksMove(String source, String transport) {
        Command.Result result = nodes(transport, source).with("FLOTILLA_MIGRATION", "random:2").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains(": 0 failures");
        assertThat(MOVES.matcher(result.errors()).results().mapToInt(move -> Integer.parseInt(move.group(1))).sum()).as(result.toString())
                .isGreaterThan(20);
    }

    @Test
    void deadlocksAreReported() {
        Command.Result result = Installation.run(3, build("job/unready.c").toString()).run();
        assertThat(result.status()).as(result.toString()).isPositive();
        assertThat(result.errors()).as(result.toString()).contains("deadlock")
                .contains("MPI_Pready for 2 partitions, the first partition 1 of 4 of the message to rank 1 with tag 42 on MPI_COMM_WORLD")
                .contains("partition 1 of 4 of a message from rank 0 with tag 42 on MPI_COMM_WORLD")
                .contains("rank 1 to start a partitioned send with tag 43 on MPI_COMM_WORLD");
    }
}
