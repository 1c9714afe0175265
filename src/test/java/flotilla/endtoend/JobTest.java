package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a job does that MPICH's doesn't, or not in the same words: reports, failures, options of the run. */
final class JobTest {
    private static Path build(Toolchain toolchain, String name) {
        Installation.need(toolchain.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(toolchain);
    }

    private static Command.Result run(int ranks, Toolchain toolchain, String name, String... arguments) {
        return Installation.run(ranks, build(toolchain, name), List.of(arguments)).within(Duration.ofSeconds(60)).run();
    }

    @ParameterizedTest
    @EnumSource
    void deadlockIsReportedRankByRank(Toolchain toolchain) {
        Command.Result result = run(4, toolchain, "job/deadlock.c");
        assertThat(result.status()).as(result.toString()).isPositive();
        assertThat(result.output()).as(result.toString()).contains("rank 3 starts to wait");
        assertThat(result.errors()).as(result.toString()).contains("deadlock");
        List<String> lines = result.errorLines();
        assertThat(lines).as(result.toString()).anySatisfy(l -> assertThat(l).contains("rank 0", "MPI_Recv", "42", "MPI_COMM_WORLD"));
        assertThat(lines).as(result.toString()).anySatisfy(l -> assertThat(l).contains("rank 1", "MPI_Wait"));
        assertThat(lines).as(result.toString()).anySatisfy(l -> assertThat(l).contains("rank 2", "MPI_Ssend", "43"));
        assertThat(lines).as(result.toString()).anySatisfy(l -> assertThat(l).contains("rank 3", "MPI_Barrier"));
    }

    @ParameterizedTest
    @EnumSource
    void abortEndsTheJobWithItsCode(Toolchain toolchain) {
        Command.Result result = run(3, toolchain, "job/abort.c", "17");
        assertThat(result.status()).as(result.toString()).isEqualTo(17);
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("rank 0 lives", "rank 1 lives", "rank 2 lives");
        assertThat(result.errors()).as(result.toString()).contains("rank 1", "MPI_Abort", "17");
    }

    /** MPICH does not buffer standard output from MPI_Init on. */
    @ParameterizedTest
    @CsvSource({"fault, 139", "abort, 134", "_exit, 0", "closed, 139"})
    void whatARankHasPrintedIsSeenHoweverItEnds(String how, int status) {
        Command.Result result = run(3, Toolchain.FLOTILLA, "job/unwritten.c", how);
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.output().lines()).as(result.toString()).containsExactly("a line", "a part");
    }

    /** What mpirun.mpich exits with for these codes: the lowest eight bits. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "255, 255", "256, 0", "1000, 232", "-1, 255"})
    void abortCodeBecomesAnExitStatusAsWithMpich(int code, int status) {
        Command.Result result = run(2, Toolchain.FLOTILLA, "job/abort.c", Integer.toString(code));
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.errors()).as(result.toString()).contains("MPI_Abort(MPI_COMM_WORLD, " + code + ")");
    }

    @ParameterizedTest
    @CsvSource({"FLOTILLA, 0", "FLOTILLA, 1", "FLOTILLA, 2", "FLOTILLA, 3", "MPICH, 0", "MPICH, 1", "MPICH, 2", "MPICH, 3"})
    void threadLevelAskedForIsGiven(Toolchain toolchain, String level) {
        Command.Result result = run(2, toolchain, "job/threadlevel.c", level);
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).isEqualTo((level + "\n").repeat(2));
    }

    @ParameterizedTest
    @EnumSource
    void fatalErrorNamesRankFunctionAndArgument(Toolchain toolchain) {
        Command.Result result = run(3, toolchain, "job/fatal.c");
        assertThat(result.status()).as(result.toString()).isPositive();
        assertThat(result.errors()).as(result.toString()).contains("rank 1", "MPI_Send", "4711", "MPI_COMM_WORLD");
    }

    @ParameterizedTest
    @CsvSource({
        "null, 139, SIGSEGV", "overflow, 139, stack overflow", "divide, 136, SIGFPE", "abort, 134, abort", "assert, 134, rank == 0",
    })
    void faultOfARankIsReportedAndNotTheJvms(String how, int status, String said) {
        Command.Result result = run(4, Toolchain.FLOTILLA, "job/fault.c", how);
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.errors()).as(result.toString()).contains("rank 2", said).doesNotContain("A fatal error has been detected");
    }

    @Test
    void faultNamesTheFunction() {
        Command.Result result = run(4, Toolchain.FLOTILLA, "job/fault.c", "null");
        assertThat(result.errors()).as(result.toString()).contains("write_through_null");
    }

    @Test
    void badBufferIsTheCallersError() {
        Command.Result result = run(4, Toolchain.FLOTILLA, "job/fault.c", "buffer");
        assertThat(result.status()).as(result.toString()).isPositive();
        assertThat(result.errors()).as(result.toString()).contains("rank 2", "MPI_Send")
                .doesNotContain("A fatal error has been detected");
    }

    @ParameterizedTest
    @EnumSource
    void missingFunctionEndsTheJobByName(Toolchain toolchain) {
        Command.Result harmless = run(2, toolchain, "job/missing.c");
        assertThat(harmless.status()).as(harmless.toString()).isZero();
        Command.Result result = run(2, toolchain, "job/missing.c", "call");
        assertThat(result.status()).as(result.toString()).isPositive();
        assertThat(result.errors()).as(result.toString()).contains("MPI_Win_create");
        assertThat(result.output()).as(result.toString()).contains("before").doesNotContain("after");
    }

    @Test
    void outputIsWholeAndComplete() {
        int ranks = 16;
        Command.Result result = run(ranks, Toolchain.FLOTILLA, "job/output.c");
        assertThat(result.status()).as(result.toString()).isZero();
        var expected = new TreeSet<String>();
        for (int rank = 0; rank < ranks; rank++) {
            for (int i = 0; i < 200; i++) {
                expected.add("rank " + rank + " line " + i + " " + Character.toString('a' + (rank + i) % 26).repeat(300));
            }
            expected.add("rank " + rank + " writes to its descriptor");
            expected.add("rank " + rank + ": the last words have a newline");
        }
        assertThat(result.sortedLines()).containsExactlyElementsOf(expected);
        assertThat(result.errorLines().stream().filter(line -> line.matches("rank \\d+ on standard error"))).hasSize(ranks);
    }

    @Test
    void unfinishedLinesAreNotLost() {
        Command.Result result = Installation.run(5, build(Toolchain.FLOTILLA, "job/exitstatus.c"), List.of("7")).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(7);
        for (int rank = 0; rank < 5; rank++) {
            assertThat(result.output()).as(result.toString()).contains("rank " + rank + " says goodbye");
        }
    }

    @Test
    void labelsStartEachLine() {
        Command.Result result = Installation.run(3, "--label", build(Toolchain.FLOTILLA, "privatization/figure2.c").toString()).run();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("[0] rank: 0", "[1] rank: 1", "[2] rank: 2");
    }

    @Test
    void sharedImageIsWhatPrivatizationAvoids() {
        // One image for all: every rank prints what the last one wrote. The paper's Figure 3.
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "8", "--pes", "1", "--privatize=none",
                build(Toolchain.FLOTILLA, "privatization/figure2.c").toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(new TreeSet<>(result.sortedLines())).as(result.toString()).hasSize(1);
    }

    @Test
    void timeoutEndsTheJobAndSaysWhereItStood() {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "2", "--timeout", "2s",
                build(Toolchain.FLOTILLA, "job/forever.c").toString()).within(Duration.ofSeconds(30)).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(124);
        assertThat(result.errors()).as(result.toString()).contains("--timeout", "rank 0");
        assertThat(result.output()).as(result.toString()).contains("still here");
    }

    @Test
    void statisticsNameRanksAndPes() {
        Command.Result result = Installation.run(6, "--stats", build(Toolchain.FLOTILLA, "pointtopoint/matching.c").toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.errors()).as(result.toString()).contains("6 ranks on 2 PEs", "switches", "messages", "bytes", "idle");
    }

    @Test
    void programsOfAJobHaveTheirOwnEnvironment() {
        String program = build(Toolchain.FLOTILLA, "job/mpmd.c").toString();
        Command.Result result = Installation.run(2, "--env", "COLOR=red", program, "first", ":", "-n", "3", "--env", "SHAPE=round",
                program, "second").run();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly(
                "rank 0 of 5: program first, number 0, color red, shape none, sum 10",
                "rank 1 of 5: program first, number 0, color red, shape none, sum 10",
                "rank 2 of 5: program second, number 1, color none, shape round, sum 10",
                "rank 3 of 5: program second, number 1, color none, shape round, sum 10",
                "rank 4 of 5: program second, number 1, color none, shape round, sum 10");
    }

    @Test
    void mpiexecTakesMpichsOptions() {
        String program = build(Toolchain.MPICH, "job/mpmd.c").toString();
        Command.Result result = new Command(Installation.BIN.resolve("mpiexec").toString(), "-genv", "COLOR", "blue", "-n", "1", program, "a",
                ":", "-np", "2", "-env", "SHAPE", "flat", program, "b").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly(
                "rank 0 of 3: program a, number 0, color blue, shape none, sum 3",
                "rank 1 of 3: program b, number 1, color blue, shape flat, sum 3",
                "rank 2 of 3: program b, number 1, color blue, shape flat, sum 3");
    }

    @Test
    void ranksStartInTheFolderAskedFor() {
        Path program = build(Toolchain.FLOTILLA, "job/folder.c");
        Command.Result result = Installation.run(2, "--wdir", program.getParent().toString(), "./program").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString())
                .containsExactly("rank 0 in " + program.getParent(), "rank 1 in " + program.getParent());
    }

    @Test
    void programsOfAJobStartInFoldersOfTheirOwn(@TempDir Path folder) throws Exception {
        Path other = Files.createDirectory(folder.resolve("other")).toRealPath();
        Path program = build(Toolchain.FLOTILLA, "job/folder.c");
        Command.Result result = Installation.run(2, "--wdir", other.getParent().toString(), program.toString(), ":", "-n", "3",
                "--wdir", other.toString(), program.toString(), ":", "-n", "1", program.toString()).with("FLOTILLA_STEALING", "forced").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("rank 0 in " + other.getParent(),
                "rank 1 in " + other.getParent(), "rank 2 in " + other, "rank 3 in " + other, "rank 4 in " + other,
                "rank 5 in " + Installation.HOME);
    }

    /** Containers may refuse unshare(2): one PE still gives each rank its folder, several say that they cannot. */
    @Test
    void withoutUnshareOnePeMovesAndSeveralRefuse() {
        Path program = build(Toolchain.FLOTILLA, "job/moves.c");
        Path launcher = program.resolveSibling("without_unshare");
        assertThat(new Command("gcc", "-o", launcher.toString(), Installation.GUESTS.resolve("support/without_unshare.c").toString())
                .run().status()).isZero();
        String home = Installation.HOME.toString();
        Command.Result one = new Command(launcher.toString(), Installation.FLOTILLA.toString(), "run", "-n", "4", "--pes", "1",
                program.toString()).run();
        assertThat(one.sortedLines()).as(one.toString())
                .containsExactly("rank 0 in " + home, "rank 1 in /usr", "rank 2 in " + home, "rank 3 in /usr");
        Command.Result two = new Command(launcher.toString(), Installation.FLOTILLA.toString(), "run", "-n", "4", "--pes", "2",
                program.toString()).run();
        assertThat(two.sortedLines()).as(two.toString()).containsExactly("rank 0 in " + home, "rank 1 in " + home,
                "rank 1: Operation not supported", "rank 2 in " + home, "rank 3 in " + home, "rank 3: Operation not supported");
        assertThat(two.errorLines().stream().filter(line -> line.contains("unshare(CLONE_FS)") && line.contains("--pes 1")))
                .as(two.toString()).hasSize(1);
        Command.Result folders = new Command(launcher.toString(), Installation.FLOTILLA.toString(), "run", "-n", "1", "--pes", "2",
                program.toString(), ":", "-n", "1", "--wdir", "/usr", program.toString()).run();
        assertThat(folders.status()).as(folders.toString()).isPositive();
        assertThat(folders.errors()).as(folders.toString()).contains("different folders", "unshare(CLONE_FS)");
    }

    /** As the user would see it without Flotilla: line by line on a terminal, which is where a job that hangs is watched. */
    @Test
    void outputIsLineBufferedOnATerminal() {
        Installation.need("script");
        String run = String.join(" ", List.of(Installation.FLOTILLA.toString(), "run", "-n", "2", "--pes", "2", "--timeout", "60s",
                build(Toolchain.FLOTILLA, "job/buffering.c").toString()));
        Command.Result terminal = new Command("script", "-qec", run, "/dev/null").run();
        assertThat(terminal.output()).as(terminal.toString()).contains("rank 0: stdout is line buffered", "rank 1: stdout is line buffered");
        Command.Result pipe = new Command("sh", "-c", run).run();
        assertThat(pipe.output()).as(pipe.toString()).contains("rank 0: stdout is fully buffered", "rank 1: stdout is fully buffered");
    }

    @Test
    void stackAndHeapAreAsLargeAsAskedFor() {
        Path program = build(Toolchain.FLOTILLA, "job/sizes.c");
        Command.Result result = Installation.run(3, "--stack-size", "64M", "--heap-size", "2G", program.toString(), "48", "1500").run();
        assertThat(result.status()).as(result.toString()).isZero();
        Command.Result small = Installation.run(3, "--heap-size", "64M", program.toString(), "1", "1500").run();
        assertThat(small.status()).as(small.toString()).isEqualTo(3);
    }

    /** Started without flotilla run, a program made by Flotilla's compilers is a job of one rank. */
    @Test
    void programStartedAloneIsOneRank() {
        Path program = build(Toolchain.FLOTILLA, "privatization/figure2.c");
        Command.Result result = new Command(program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("rank: 0");
        Command.Result status = new Command(build(Toolchain.FLOTILLA, "job/exitstatus.c").toString(), "5").run();
        assertThat(status.status()).as(status.toString()).isEqualTo(5);
    }
}
