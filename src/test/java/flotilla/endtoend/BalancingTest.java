package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs of several nodes that balance their load: ranks move, and all that they compute is right. Times are not looked at. */
final class BalancingTest {
    private static final Pattern MOVES = Pattern.compile("(\\d+) moves, (\\d+) wrong");

    @TempDir
    private static Path folder;
    private static Path uneven;

    @BeforeAll
    static void build() {
        Installation.need(Toolchain.FLOTILLA.toolsFor("balance/uneven.c").toArray(String[]::new));
        uneven = Guest.of(Installation.GUESTS.resolve("balance/uneven.c")).build(Toolchain.FLOTILLA);
    }

    private static Command run(String... options) {
        return new Command(Installation.FLOTILLA.toString(), "run").and(options);
    }

    /** How many moves the ranks themselves have noticed. */
    private static int moves(Command.Result result) {
        assertThat(result.status()).as(result.toString()).isZero();
        Matcher matcher = MOVES.matcher(result.output());
        assertThat(matcher.find()).as(result.toString()).isTrue();
        assertThat(matcher.group(2)).as(result.toString()).isEqualTo("0");
        return Integer.parseInt(matcher.group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"greedy-refine", "distributed"})
    void ranksMoveFromWhereTheyAreTooMany(String strategy) {
        Command.Result result = run("-n", "12", "--nodes", "2", "--pes-per-node", "1", "--stats", "--balance", strategy, "--balance-every", "200ms",
                uneven.toString(), "150", "200", "4").run();
        assertThat(moves(result)).as(result.toString()).isPositive();
        assertThat(result.errors()).as(result.toString()).containsPattern("balancing \\(" + strategy + "\\): [1-9]\\d* steps");
    }

    @Test
    void noneMovesNobody() {
        assertThat(moves(run("-n", "8", "--nodes", "2", "--pes-per-node", "1", "--balance", "none", uneven.toString(), "60", "200", "4").run())).isZero();
    }

    @Test
    void programsAskForSteps() {
        Command.Result result = run("-n", "12", "--nodes", "3", "--pes-per-node", "1", "-v", "--balance", "rotate", "--balance-every", "1h",
                uneven.toString(), "50", "20", "2", "ampi").run();
        // Five steps, in which everybody moves; the last wish of a rank may come true after the loop.
        assertThat(moves(result)).as(result.toString()).isBetween(5 * 12 - 12, 5 * 12);
        assertThat(result.errors().lines().filter(line -> line.contains("balancing (rotate): 12 ranks move"))).as(result.toString()).hasSize(5);
    }

    @Test
    void asynchronousWishesHoldNobodyUp() {
        moves(run("-n", "8", "--nodes", "2", "--pes-per-node", "1", "--balance", "rotate", "--balance-every", "1h", uneven.toString(), "100", "20", "2",
                "async").run());
    }

    /** Everybody to the next node, again and again, in a program that checks all that it has. */
    @Test
    void rotation() {
        Path soak = Guest.of(Installation.GUESTS.resolve("moving/soak.c")).build(Toolchain.FLOTILLA);
        Command.Result result = run("-n", "6", "--nodes", "2", "--pes-per-node", "1", "--stats", "--balance", "rotate", "--balance-every", "50ms",
                soak.toString(), "200").within(Duration.ofSeconds(200)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.errors()).as(result.toString()).containsPattern("balancing \\(rotate\\): \\d+ steps, [1-9]\\d* moves of ranks");
    }

    @Test
    void tracesAreReplayed() {
        Path trace = folder.resolve("trace");
        moves(run("-n", "12", "--nodes", "2", "--pes-per-node", "1", "--balance", "greedy-refine", "--balance-every", "200ms", "--balance-trace",
                trace.toString(), uneven.toString(), "150", "200", "4").run());
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "balance", "simulate", trace.toString(), "--strategy", "greedy,rotate").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("none", "as recorded", "greedy", "rotate", "ideal");
        // What neighbours of different nodes have sent each other has been counted.
        assertThat(result.output()).as(result.toString()).containsPattern("(?m)^none .*  [1-9][\\d.]* (B|KiB|MiB) ");
    }

    @ParameterizedTest
    @CsvSource({"ampi.c, 1, 2, 1 nodes", "ampi.c, 2, 2, 2 nodes", "ampi.c, 3, 1, 3 nodes", "ampi.f90, 1, 2, 1 nodes", "ampi.f90, 2, 2, 2 nodes"})
    void whatAmpiOffers(String source, int nodes, int pes, String said) {
        Installation.need(Toolchain.FLOTILLA.toolsFor("balance/" + source).toArray(String[]::new));
        Path ampi = Guest.of(Installation.GUESTS.resolve("balance/" + source)).build(Toolchain.FLOTILLA);
        // No step but those that the program asks for: another could take a rank away from where it has just gone.
        Command.Result result = run("-n", "8", "--nodes", Integer.toString(nodes), "--pes-per-node", Integer.toString(pes), "--balance-every", "1h",
                ampi.toString(), "checkpoint").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains(said, "\n0 failures");
        if (source.endsWith(".c")) {
            assertThat(result.output()).as(result.toString())
                    .containsPattern("heavy ranks by node: " + (nodes == 1 ? "4" : nodes == 2 ? "2 2" : "(2 1 1|1 2 1|1 1 2)") + "\n");
            assertThat(result.errors().lines()).as(result.toString()).containsExactly(
                    "flotilla: AMPI_Migrate: there are no checkpoints yet; the program goes on without");
        }
    }

    /** A rank that never comes to a step that all wait for is a deadlock like others. */
    @Test
    void stepThatNotAllAskFor() {
        Path program = folder.resolve("alone.c");
        assertThat(write(program, """
                #include <flotilla.h>
                int main(int argc, char **argv) {
                    int rank;
                    MPI_Init(&argc, &argv);
                    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
                    if (rank != 1) AMPI_Migrate(AMPI_INFO_LB_SYNC);
                    MPI_Finalize();
                }
                """)).isTrue();
        Path binary = Guest.of(program).build(Toolchain.FLOTILLA);
        Command.Result result = run("-n", "4", "--nodes", "2", "--pes-per-node", "1", binary.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        assertThat(result.errors()).as(result.toString()).contains("deadlock", "rank 0 waits in AMPI_Migrate for all ranks to ask for a balancing step");
    }

    private static boolean write(Path file, String text) {
        try {
            Files.writeString(file, text);
            return true;
        } catch (java.io.IOException failure) {
            return false;
        }
    }

    /** By hand: any node's process is asked. */
    @Test
    void migrate() {
        String script = """
                "$flotilla" run -n 4 --nodes 2 --pes-per-node 1 -v --balance none "$program" 1000000 1 0 > /dev/null 2> "$XDG_RUNTIME_DIR/errors" & job=$!
                trap 'kill $job; wait $job' EXIT
                node() { sed -n "s/.*started node $1 (process \\([0-9]*\\)).*/\\1/p" "$XDG_RUNTIME_DIR/errors"; }
                for i in $(seq 300); do "$flotilla" ps | grep -q "^ *$(node 1) .*running" && break; sleep 0.1; done
                "$flotilla" migrate $(node 0) 0 1
                "$flotilla" migrate $(node 0) 0 0
                "$flotilla" migrate $(node 1) 1 1
                "$flotilla" migrate $(node 1) 1 1; echo status $?
                "$flotilla" migrate $(node 1) 4 1; echo status $?
                "$flotilla" migrate $(node 1) 0 2; echo status $?
                "$flotilla" migrate $(node 1) 0 x; echo status $?
                "$flotilla" migrate 4711 0 1; echo status $?
                """;
        Command.Result result = new Command("bash", "-c", script).with("flotilla", Installation.FLOTILLA.toString()).with("program", uneven.toString())
                .with("XDG_RUNTIME_DIR", folder.toString()).run();
        assertThat(result.output().lines()).as(result.toString()).satisfiesExactly(
                line -> assertThat(line).matches("rank 0 has moved from node 0 to node 1: [\\d,]+ bytes, [\\d.,]+ ms"),
                line -> assertThat(line).matches("rank 0 has moved from node 1 to node 0: [\\d,]+ bytes, [\\d.,]+ ms"),
                line -> assertThat(line).matches("rank 1 has moved from node 0 to node 1: [\\d,]+ bytes, [\\d.,]+ ms"),
                line -> assertThat(line).isEqualTo("status 1"), line -> assertThat(line).isEqualTo("status 1"),
                line -> assertThat(line).isEqualTo("status 1"), line -> assertThat(line).isEqualTo("status 2"),
                line -> assertThat(line).isEqualTo("status 2"));
        assertThat(result.errors().lines().filter(line -> line.startsWith("flotilla: "))).as(result.toString()).containsExactly(
                "flotilla: migrate: rank 1 stays: it is on node 1 already",
                "flotilla: migrate: there is no rank 4; the job has 4 ranks, from 0",
                "flotilla: migrate: there is no node 2; the job has 2 nodes, from 0",
                "flotilla: migrate: NODE x is no number; write `flotilla migrate JOB RANK NODE`, as in `flotilla migrate 4711 3 1`",
                "flotilla: migrate 4711: no job of yours has this number; `flotilla ps` lists them");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--nodes 2 --balance best | --balance best: there is no such strategy; choose one of none, greedy",
        "--nodes 2 --balance comm | --balance comm: METIS",
        "--nodes 2 --balance-every often | --balance-every often: not a duration",
        "--nodes 2 --balance none --balance-every 2s | --balance-every: with --balance none there are no steps",
        "--nodes 2 --balance-trace /nowhere/trace | --balance-trace /nowhere/trace: there is no folder /nowhere",
        "--balance-trace /tmp/trace | --balance-trace: a job of one node has no balancing steps"})
    void badOptions(String options, String said) {
        Command.Result result = run("-n", "4").and(options.strip().split(" ")).and(uneven.toString(), "1", "1", "1").run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).contains(said.strip());
    }

    @Test
    void oneNodeNeedsNoBalancing() {
        Command.Result result = run("-n", "4", "--pes", "2", "-v", "--balance", "greedy", uneven.toString(), "10", "1", "1", "ampi").run();
        assertThat(moves(result)).isZero();
        assertThat(result.errors()).as(result.toString()).contains("--balance greedy: the job has one node, in which idle PEs steal from busy ones");
    }
}
