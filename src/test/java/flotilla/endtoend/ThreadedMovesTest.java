package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that have threads of their own are asked to move: they stay, and say why; without those threads they move. */
final class ThreadedMovesTest {
    private static final String REASON = "rank 1 stays: it has threads beside its main one; it can move when they have ended";

    @TempDir
    private Path folder;

    private static Path build(String source) {
        Guest guest = Guest.of(Installation.GUESTS.resolve("moving/" + source));
        guest.need(Toolchain.FLOTILLA);
        return guest.build(Toolchain.FLOTILLA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"threads.c", "threads.cxx", "threads_openmp.c"})
    void ranksAsk(String source) {
        Path program = build(source);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "4", "--nodes", "2", "--pes-per-node", "1", "--balance", "none",
                "--timeout", "100s", program.toString(), "asks").run();
        assertThat(result.status()).as(result.toString()).isZero();
        String part = "rank 1 has a thread\n" + "rank 1 has stayed\n".repeat(2) + "rank 1 has no thread\n" + "rank 1 has moved\n".repeat(2);
        // Lines of different nodes come in any order.
        assertThat(result.output().lines().filter(line -> line.startsWith("rank"))).as(result.toString())
                .containsExactlyInAnyOrderElementsOf(part.repeat(source.equals("threads.c") ? 2 : 1).lines().toList());
        assertThat(result.output()).as(result.toString()).contains("0 wrong\n");
        // Once, however often it asks.
        assertThat(result.errorLines()).as(result.toString()).containsExactly("flotilla: AMPI_Migrate_to_pe: " + REASON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"threads.c", "threads.cxx", "threads_openmp.c"})
    void peopleAsk(String source) throws Exception {
        Path program = build(source);
        String script = """
                "$flotilla" run -n 4 --nodes 2 --pes-per-node 1 --balance none -v --timeout 100s "$program" waits "$folder" \\
                    > "$folder/output" 2> "$folder/errors" & job=$!
                trap 'kill $job; wait $job' EXIT
                until_it_says() { for i in $(seq 500); do grep -q "$2" "$folder/$1" && return; sleep 0.1; done; echo "never: $2"; exit 1; }
                until_it_says output 'has a thread'
                number=$(sed -n 's/.*started node 1 (process \\([0-9]*\\)).*/\\1/p' "$folder/errors")
                for i in $(seq 300); do "$flotilla" ps | grep -q "^ *$number .*running" && break; sleep 0.1; done
                "$flotilla" migrate $number 1 1; echo status $?
                touch "$folder/join"
                until_it_says output 'has no thread'
                "$flotilla" migrate $number 1 1; echo status $?
                "$flotilla" migrate $number 1 0; echo status $?
                touch "$folder/end"
                trap - EXIT
                wait $job; echo job: status $?
                """;
        Command.Result result = new Command("bash", "-c", script).with("flotilla", Installation.FLOTILLA.toString()).with("program", program.toString())
                .with("folder", folder.toString()).with("XDG_RUNTIME_DIR", folder.toString()).run();
        assertThat(result.output().lines()).as(result.toString()).satisfiesExactly(
                line -> assertThat(line).isEqualTo("status 1"),
                line -> assertThat(line).matches("rank 1 has moved from node 0 to node 1: [\\d,]+ bytes, [\\d.,]+ ms"),
                line -> assertThat(line).isEqualTo("status 0"),
                line -> assertThat(line).matches("rank 1 has moved from node 1 to node 0: [\\d,]+ bytes, [\\d.,]+ ms"),
                line -> assertThat(line).isEqualTo("status 0"),
                line -> assertThat(line).isEqualTo("job: status 0"));
        assertThat(result.errorLines()).as(result.toString()).containsExactly("flotilla: migrate: " + REASON);
        assertThat(Files.readString(folder.resolve("output"))).as(result.toString()).contains("0 wrong\n");
    }
}
