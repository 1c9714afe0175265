package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every way to end, in any rank at any time. A rank that ends of itself before MPI_Init or after MPI_Finalize ends as a
 * process of MPICH's does: same status, same last words. What MPICH answers when a rank is killed, or leaves the others
 * in a collective call, depends on chance (the status is the rank's, or that of hydra's SIGTERM or SIGKILL to others): there the
 * job's end is the one that docs/running.md promises.
 */
final class EndsTest {
    private static final int RANKS = 4;
    private static final Map<String, Path> BUILT = new HashMap<>();

    private static Path build(String name) {
        Installation.need(Toolchain.MPICH.toolsFor(name).toArray(String[]::new));
        return BUILT.computeIfAbsent(name, n -> Guest.of(Installation.GUESTS.resolve(n)).build(Toolchain.MPICH));
    }

    /** The launchers' arguments after {@code -n}. */
    private static List<String> arguments(String name, String kind, String moment, int rank) {
        String program = build(name).toString();
        int others = RANKS - 1;
        return moment.equals("before")
                ? List.of(Integer.toString(others), program, "other", moment, "0", ":", "-n", "1", program, kind, moment, Integer.toString(others))
                : List.of(Integer.toString(RANKS), program, kind, moment, Integer.toString(rank));
    }

    private static Command.Result flotilla(List<String> arguments) {
        return new Command(Installation.FLOTILLA.toString(), "run", "--pes", "2", "-n").and(arguments).within(Duration.ofSeconds(60)).run();
    }

    private static Command.Result mpich(List<String> arguments) {
        return Mpich.run("-n").and(arguments).within(Duration.ofSeconds(60)).run();
    }

    /** Lines of the program and of gfortran's library, without addresses. */
    private static List<String> said(Command.Result result) {
        return result.errorLines().stream().filter(line -> line.matches("(ERROR )?STOP.*|flotilla.*|Error termination.*"))
                .map(String::strip).sorted().toList();
    }

    @ParameterizedTest
    @CsvSource({
        "ends/kinds.c, return, 7", "ends/kinds.c, exit, 7", "ends/kinds.c, exit0, 0", "ends/kinds.c, exit256, 5",
        "ends/kinds.c, _exit, 7", "ends/kinds.c, quick_exit, 7", "ends/kinds.c, pthread_exit, 0", "ends/kinds.c, longjmp, 3",
        "ends/kinds.c, atexit, 9",
        "ends/kinds.cxx, return, 7", "ends/kinds.cxx, exit, 7", "ends/kinds.cxx, quick_exit, 7", "ends/kinds.cxx, pthread_exit, 0",
        "ends/kinds.cxx, caught, 3",
        "ends/kinds.f90, exit, 7", "ends/kinds.f90, exitnone, 0", "ends/kinds.f90, stop, 0", "ends/kinds.f90, stop7, 7",
        "ends/kinds.f90, stoptext, 0", "ends/kinds.f90, errorstop, 1", "ends/kinds.f90, errorstop7, 7",
        "ends/kinds.f90, errorstoptext, 1",
    })
    void outsideOfMpiAsAProcess(String name, String kind, int status) {
        for (String moment : name.endsWith(".c") ? List.of("before 0", "after 0", "after 3") : List.of("before 0", "after 3")) {
            String[] when = moment.split(" ");
            List<String> arguments = arguments(name, kind, when[0], Integer.parseInt(when[1]));
            Command.Result expected = mpich(arguments);
            Command.Result result = flotilla(arguments);
            assertThat(expected.status()).as(expected.toString()).isEqualTo(status);
            assertThat(result.status()).as(result.toString()).isEqualTo(status);
            assertThat(result.sortedLines()).as(result.toString()).isEqualTo(expected.sortedLines());
            assertThat(said(result)).as(result.toString()).isEqualTo(said(expected));
        }
    }

    /** With the others in a collective call, or through with all: one report, and what was written before is there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ends/kinds.c   | abort      | 134 | abort.. was called",
        "ends/kinds.c   | term       | 143 | SIGTERM",
        "ends/kinds.cxx | throw      | 134 | uncaught exception std::runtime_error: no such cell: 17",
        "ends/kinds.cxx | number     | 134 | uncaught exception int",
        "ends/kinds.cxx | terminate  | 134 | std::terminate.. was called",
        "ends/kinds.cxx | noexcept   | 134 | abort.. was called",
        "ends/kinds.f90 | abort      | 134 | abort.. was called",
    })
    void signals(String name, String kind, int status, String report) {
        for (String moment : List.of("before 3", "between 0", "after 3")) {
            String[] when = moment.split(" ");
            int rank = Integer.parseInt(when[1]);
            Command.Result result = flotilla(arguments(name, kind, when[0], rank));
            checkReport(result, status, rank, report);
            assertThat(result.sortedLines().stream().filter(line -> line.endsWith(", 0: starts")))
                    .as(result.toString()).hasSize(when[0].equals("before") ? 0 : RANKS);
            if (kind.equals("throw") || kind.equals("noexcept")) {
                assertThat(result.errors()).as(result.toString()).containsPattern("what\\(\\):  (no such cell: 17|thrown where nothing)");
            }
            if (kind.equals("terminate")) {
                assertThat(result.output()).as(result.toString()).contains("rank " + rank + ", ").contains(": terminate");
            }
        }
    }

    private static void checkReport(Command.Result result, int status, int rank, String report) {
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.errorLines()).as(result.toString()).filteredOn(line -> line.startsWith("flotilla: ")).hasSize(1)
                .first().asString().startsWith("flotilla: rank " + rank + ": ").containsPattern(report);
        assertThat(result.output()).as(result.toString()).doesNotContain("must not be reached");
    }

    /** A status other than 0 between MPI_Init and MPI_Finalize ends the job, whatever the others do. */
    @ParameterizedTest
    @CsvSource({
        "ends/kinds.c, return, 7", "ends/kinds.c, exit, 7", "ends/kinds.c, _exit, 7", "ends/kinds.c, quick_exit, 7",
        "ends/kinds.c, longjmp, 3", "ends/kinds.c, atexit, 9", "ends/kinds.cxx, return, 7", "ends/kinds.cxx, caught, 3",
        "ends/kinds.f90, exit, 7", "ends/kinds.f90, stop7, 7", "ends/kinds.f90, errorstop7, 7", "ends/kinds.f90, errorstop, 1",
    })
    void failureWhileOthersCommunicate(String name, String kind, int status) {
        for (int rank : name.endsWith(".c") ? List.of(0, RANKS - 1) : List.of(0)) {
            Command.Result result = flotilla(arguments(name, kind, "between", rank));
            checkReport(result, status, rank, "exited with status " + status + " without calling MPI_Finalize");
            assertThat(result.sortedLines().stream().filter(line -> line.endsWith(", 0: starts"))).as(result.toString()).hasSize(RANKS);
        }
    }

    /** Status 0 is no failure by itself; but nobody waits for the rank in vain without being told of it. */
    @ParameterizedTest
    @CsvSource({"ends/kinds.c, exit0", "ends/kinds.c, pthread_exit", "ends/kinds.f90, stop", "ends/kinds.f90, exitnone"})
    void successWhileOthersCommunicate(String name, String kind) {
        for (int rank : List.of(0, RANKS - 1)) {
            Command.Result result = flotilla(arguments(name, kind, "between", rank));
            assertThat(result.status()).as(result.toString()).isEqualTo(1);
            assertThat(result.errorLines()).as(result.toString()).filteredOn(line -> line.startsWith("flotilla: ")).hasSize(1)
                    .first().asString().contains("deadlock: the last 3 ranks are blocked");
            assertThat(result.errorLines()).as(result.toString()).contains("  rank " + rank + " has ended without calling MPI_Finalize");
        }
    }

    /** A process that ends before MPI_Init leaves the others waiting: under MPICH for ever. */
    @Test
    void endBeforeInitIsTold() {
        String program = build("ends/kinds.c").toString();
        Command.Result result = flotilla(List.of("1", program, "exit", "before", "0", ":", "-n", "2", program, "other", "after", "0"));
        assertThat(result.status()).as(result.toString()).isPositive();
        assertThat(result.errors()).as(result.toString()).contains("rank 0 has ended without calling MPI_Init");
    }

    @Test
    void forkedChildMustNotCallMpi() {
        Command.Result result = Installation.run(2, build("processes/forked.c"), List.of()).within(Duration.ofSeconds(60)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("rank 0: child exited 127", "rank 1: child exited 127");
        assertThat(result.errorLines()).as(result.toString()).hasSize(2)
                .allMatch(line -> line.startsWith("flotilla: a child made by fork called MPI"));
    }
}
