package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gdb, attached to a job or starting it, with Flotilla's commands and without (docs/debugging.md). */
final class DebuggerTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** What the programs of this test end with. */
    private static final int STATUS = 5;

    @TempDir
    Path folder;

    @BeforeAll
    static void gdbMayTrace() {
        Installation.need("gdb");
        Command.Result result = new Command("gdb", "-q", "-batch", "-ex", "run", "--args", "/bin/true").within(LIMIT).run();
        assumeTrue(result.output().contains("exited normally"), "gdb may not trace here: " + result.errors().strip());
    }

    private static Path build(Toolchain toolchain, String name) {
        String source = "debugging/" + name;
        Installation.need(toolchain.toolsFor(name).toArray(String[]::new));
        // -O0: variables are where the debug information says at every line.
        return Guest.of(Installation.GUESTS.resolve(source)).build(toolchain, "-O0");
    }

    /** The line of a guest on which its ranks wait. */
    private static int waitingLine(String name) {
        try {
            List<String> lines = Files.readAllLines(Installation.GUESTS.resolve("debugging").resolve(name));
            return 1 + IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains("here they wait")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code flotilla run --gdb} in batch mode: {@code commands} are run when the ranks are loaded. */
    private Command.Result underGdb(List<String> options, Path program, List<String> arguments, String... commands) {
        Path script = folder.resolve("commands.gdb");
        try {
            Files.writeString(script, String.join("\n", commands) + "\n");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new Command(Installation.FLOTILLA.toString(), "run", "--gdb=-batch -x '" + script + "'")
                .and(options).and(program.toString()).and(arguments).input("\n").within(LIMIT).run();
    }

    private Command.Result underGdb(int ranks, Path program, String... commands) {
        return underGdb(List.of("--pes", "2", "-n", Integer.toString(ranks)), program, List.of(), commands);
    }

    /** Starts a job, attaches gdb when it has said that it is ready, detaches it, lets the job go on and checks that it ends as if nothing had been. */
    private static Command.Result attached(int ranks, Path program, List<String> arguments, List<String> gdbOptions, String... commands)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(new java.util.ArrayList<>(List.of(Installation.FLOTILLA.toString(), "run", "--pes", "2",
                "--timeout", "80s", "-n", Integer.toString(ranks), program.toString())));
        builder.command().addAll(arguments);
        Process job = builder.redirectErrorStream(true).start();
        try (BufferedReader output = job.inputReader()) {
            assertThat(output.readLine()).isEqualTo("ready");
            var gdb = new Command("gdb", "-q", "-batch").and(gdbOptions).and("-p", Long.toString(job.pid()));
            for (String command : commands) {
                gdb.and("-ex", command);
            }
            Command.Result result = gdb.within(LIMIT).run();
            assumeTrue(!result.errors().contains("ptrace: Operation not permitted"), "gdb may not attach here");
            job.outputWriter().append('\n').flush();
            assertThat(job.waitFor(60, TimeUnit.SECONDS)).as(result.toString()).isTrue();
            assertThat(job.exitValue()).as(result.toString()).isEqualTo(STATUS);
            assertThat(output.lines().filter(line -> !line.equals("STOP 5"))).as("more output than without gdb").isEmpty();
            return result;
        } finally {
            job.destroyForcibly();
        }
    }

    private static List<String> script() {
        return List.of("-x", Installation.HOME.resolve("libexec/gdb/flotilla-gdb.py").toString());
    }

    private static long count(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.MULTILINE).matcher(text).results().count();
    }

    @ParameterizedTest
    @CsvSource({"waiting.c, 4", "waiting.c, 64", "waiting.cxx, 4", "waiting.f90, 4"})
    void ranksThatWaitAreListedAndShown(String name, int ranks) throws Exception {
        int last = ranks - 1;
        Command.Result result = attached(ranks, build(Toolchain.FLOTILLA, name), List.of(), script(),
                "flotilla ranks", "flotilla rank " + last, "echo <locals>\\n", "info locals", "echo <backtrace>\\n", "bt", "flotilla rank");
        String output = result.output();
        assertThat(output).as(result.toString()).containsPattern("(?m)^ +0 +blocked +[01] +\\d+  input$");
        assertThat(count("^ +\\d+ +blocked +[01] +\\d+  MPI_Recv$", output)).as(result.toString()).isEqualTo(ranks - 1);
        assertThat(output).as(result.toString()).contains("[rank " + last + ": blocked in MPI_Recv]");
        String locals = output.substring(output.indexOf("<locals>"), output.indexOf("<backtrace>"));
        assertThat(locals).as(result.toString()).contains("tag = " + (42 + last));
        String backtrace = output.substring(output.indexOf("<backtrace>"));
        String waiting = name + ":" + waitingLine(name);
        assertThat(backtrace).as(result.toString()).containsSubsequence(name.endsWith("90") ? "mpi_recv" : "MPI_Recv",
                waiting, name.endsWith("90") ? "waiting ()" : "(argc=1,", "__libc_start_main", "_start ()");
        assertThat(backtrace.strip()).as(result.toString()).contains("\nrank " + last);
    }

    @ParameterizedTest
    @EnumSource
    void variablesOfEachRankAreItsOwn(Toolchain toolchain) throws Exception {
        Command.Result result = attached(4, build(toolchain, "waiting.c"), List.of(), script(),
                "flotilla rank 1", "print global_rank", "print *job", "flotilla rank 3", "print global_rank", "print *job",
                "up", "print size", "flotilla rank 0", "info registers rip");
        assertThat(result.output()).as(result.toString()).containsSubsequence(
                "$1 = 1", "$2 = {id = 7, weight = {0, 1.5, 0}}", "$3 = 3", "$4 = {id = 7, weight = {0, 4.5, 0}}", "$5 = 4", "rip ");
    }

    @Test
    void withoutFlotillasCommandsFramesAndBreakpointsHaveNames() throws Exception {
        Command.Result result = attached(4, build(Toolchain.FLOTILLA, "waiting.c"), List.of("spin"), List.of(),
                "thread apply all -q -s bt", "break rendezvous", "info sharedlibrary");
        assertThat(result.output()).as(result.toString()).containsSubsequence("spin (from=0)", "main (argc=2,", "__libc_start_main", "_start ()")
                .contains(": rendezvous. (4 locations)");
        assertThat(count("Yes +.*/program$", result.output())).as(result.toString()).isEqualTo(4);
        assertThat(count("libflotilla-guest-standard.so$", result.output())).as(result.toString()).isEqualTo(4);
    }

    @Test
    void rankThatComputesIsSelectedWithItsThread() throws Exception {
        Command.Result result = attached(2, build(Toolchain.FLOTILLA, "waiting.c"), List.of("spin"), script(),
                "flotilla ranks", "flotilla rank 0", "flotilla rank 1", "bt", "up", "print rank");
        assertThat(result.output()).as(result.toString()).containsPattern("(?m)^\\W+1 +(running|ready) +[01]")
                .contains("[rank 1: ").containsSubsequence("spin (from=0)", "main (argc=2,");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void breakpointStopsEveryRankOnce(int ranks) {
        Command.Result result = underGdb(ranks, build(Toolchain.FLOTILLA, "waiting.c"),
                "break rendezvous", "commands", "silent", "printf \"hit by %d = %d\\n\", rank, $_flotilla_rank()", "continue", "end", "continue");
        assertThat(result.status()).as(result.toString()).isEqualTo(STATUS);
        assertThat(result.output().lines().filter(line -> line.startsWith("hit by")).sorted()).as(result.toString())
                .containsExactlyElementsOf(IntStream.range(0, ranks).mapToObj(r -> "hit by " + r + " = " + r).sorted().toList());
        assertThat(result.output()).as(result.toString()).contains("ready");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pie", "none", "fs"})
    void breakpointForOneRankStopsThatOne(String privatize) {
        Command.Result result = underGdb(List.of("--pes", "2", "-n", "4", "--privatize", privatize), build(Toolchain.FLOTILLA, "waiting.c"), List.of(),
                "flotilla break rendezvous rank 2", "commands", "silent", "printf \"hit by %d\\n\", rank", "bt", "continue", "end", "continue");
        assertThat(result.output().lines().filter(line -> line.startsWith("hit by"))).as(result.toString()).containsExactly("hit by 2");
        assertThat(result.output()).as(result.toString()).containsSubsequence("rendezvous (rank=2)", "main (argc=1,");
    }

    @Test
    void mainIsTheRanks() {
        Command.Result result = underGdb(4, build(Toolchain.FLOTILLA, "waiting.c"),
                "flotilla break main", "commands", "silent", "printf \"hit by %d\\n\", $_flotilla_rank()", "continue", "end", "continue");
        assertThat(result.output().lines().filter(line -> line.startsWith("hit by")).sorted()).as(result.toString())
                .containsExactly("hit by 0", "hit by 1", "hit by 2", "hit by 3");
    }

    @Test
    void nextGoesOverACallInWhichTheRankWaits() {
        Command.Result result = underGdb(8, build(Toolchain.FLOTILLA, "waiting.c"),
                "flotilla break wait_for_message rank 5", "continue", "next", "next", "next", "step", "print value", "flotilla rank",
                "finish", "flotilla rank", "delete", "continue");
        assertThat(result.output()).as(result.toString())
                .containsSubsequence("return value;", "$1 = 5", "rank 5", "Value returned is $2 = 5", "rank 5");
        assertThat(result.status()).as(result.toString()).isEqualTo(STATUS);
    }

    @Test
    void aPluginsFramesHaveNamesWhileItIsOpen() {
        Command.Result result = underGdb(List.of("-n", "2", "--pes", "1"), build(Toolchain.FLOTILLA, "waiting.c"), List.of("plugin"),
                "set breakpoint pending on", "break plugged", "continue", "bt", "next", "info locals", "continue", "next", "info locals",
                "delete", "flotilla break wait_for_message rank 1", "continue", "echo <closed>\\n", "info sharedlibrary", "continue");
        assertThat(result.output()).as(result.toString()).containsSubsequence(
                "plugged (rank=0)", "use_plugin", "main (argc=2", "doubled = 0", "plugged (rank=1)", "doubled = 2");
        assertThat(result.output().substring(result.output().indexOf("<closed>"))).as(result.toString()).doesNotContain("libplugin.so")
                .contains("libflotilla-guest");
        assertThat(result.status()).as(result.toString()).isEqualTo(STATUS);
    }

    @Test
    void faultStopsAtTheFaultingLine() {
        Path program = Guest.of(Installation.GUESTS.resolve("job/fault.c")).build(Toolchain.FLOTILLA, "-O0");
        Command.Result result = underGdb(4, program, "continue", "info locals", "flotilla ranks", "up", "print how", "continue");
        assertThat(result.output()).as(result.toString()).containsSubsequence(
                "rank 2: SIGSEGV at address 0x", "write_through_null", "*nowhere = 1;", "SIGSEGV", "main (argc=1", "\"null\"");
        assertThat(result.errors()).as(result.toString()).contains("flotilla: rank 2", "SIGSEGV");
        assertThat(result.status()).as(result.toString()).isEqualTo(128 + 11);
    }

    @Test
    void badInputIsRefusedBeforeGdbStarts() {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "--gdb", "./no-such-program").within(LIMIT).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString().startsWith("flotilla: program not found");
    }

    @Test
    void commandsSayWhatTheyCannotDo() throws Exception {
        Path program = build(Toolchain.FLOTILLA, "waiting.c");
        Command.Result job = attached(2, program, List.of(), script(), "flotilla rank 2");
        assertThat(job.errors()).as(job.toString()).contains("there is no rank 2; the job has ranks 0 to 1");
        Command.Result noNumber = attached(2, program, List.of(), script(), "flotilla rank seven");
        assertThat(noNumber.errors()).as(noNumber.toString()).contains("takes the number of a rank");
        Command.Result none = new Command("gdb", "-q", "-batch").and(script()).and("-ex", "flotilla ranks", "/bin/true").within(LIMIT).run();
        assertThat(none.errors()).as(none.toString()).contains("not a Flotilla job");
    }
}
