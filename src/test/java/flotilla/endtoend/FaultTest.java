package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A rank that fails ends the job with one report and a status of its own, and never as the JVM's crash. */
final class FaultTest {
    @TempDir
    Path folder;

    private static Path build(String name) {
        Installation.need(Toolchain.FLOTILLA.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(Toolchain.FLOTILLA, "-fstack-protector-all");
    }

    private Command job(int ranks, String name, String... arguments) {
        return Installation.run(ranks, build(name), List.of(arguments)).in(folder).within(Duration.ofSeconds(60));
    }

    private void checkReport(Command.Result result, int status, String rank, String said) throws IOException {
        assertThat(result.status()).as(result.toString()).isEqualTo(status);
        assertThat(result.errorLines()).as(result.toString()).filteredOn(line -> line.startsWith("flotilla: ")).hasSize(1)
                .first().asString().contains(rank + ": ").containsPattern(said);
        assertThat(result.errors()).as(result.toString()).doesNotContain("A fatal error has been detected");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("files left behind").isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "null         | 139 | SIGSEGV.*write to 0x0, a null pointer                   | write_to.* at .*kinds.c:",
        "overflow     | 139 | stack overflow.*--stack-size                            | more calls, recurse \\d+ times",
        "hugeframe    | 139 | stack overflow                                          | one_huge_frame",
        "divide       | 136 | integer division by zero .SIGFPE.                       | fail",
        "fdivide      | 136 | floating-point division by zero                         | fail",
        "finvalid     | 136 | invalid floating-point operation                        | fail",
        "illegal      | 132 | SIGILL.*text of program                                 | fail",
        "trap         | 133 | SIGTRAP                                                 | fail",
        "noncanonical | 139 | no memory can have .*0xdeadbeefdeadbeef                 | write_to",
        "text         | 139 | write to .* text of program .read-only, write_to        | write_to",
        "constant     | 139 | constants of program .read-only                         | write_to",
        "freed        | 139 | memory of rank 2 that was unmapped                      | write_to",
        "protected    | 139 | memory that rank 2 has mapped, inaccessible             | write_to",
        "file         | 135 | SIGBUS.*beyond the end of the file                      | write_to",
        "call         | 139 | jump to 0x123456789000                                  | #1 +fail",
        "callnull     | 139 | jump to 0x0, a null pointer                             | #1 +fail",
        "data         | 139 | globals of rank 2 .program, shared_table.*not executable | #1 +fail",
        "stack        | 139 | stack of rank 2, not executable                         | #1 +fail",
        "sp           | 139 | SIGSEGV                                                 | lose_stack",
        "spother      | 139 | SIGSEGV                                                 | #0",
        "strlen       | 139 | read of 0x0                                             | #1 +fail",
        "gate         | 139 | write to 0x10                                           | confstr.*\\n +#1 +fail",
        "locked       | 139 | read of 0x10                                            | syslog.*\\n +#\\d+ +fail",
        "callback     | 139 | write to 0x0                                            | ascending(?s:.*)fail",
        "atexit       | 139 | write to 0x0                                            | at_exit(?s:.*)exit(?s:.*)fail",
        "handler      | 139 | write to 0x0                                            | on_signal(?s:.*)raise(?s:.*)fail",
        "finalized    | 139 | write to 0x0                                            | main",
        "heap         | 134 | free                                                    | fail",
        "doublefree   | 134 | free                                                    | fail",
        "abort        | 134 | abort.. was called                                      | fail",
        "assert       | 134 | failed assertion: rank == 1000                          | fail",
        "smash        | 134 | stack smashing detected                                 | smash",
        "fortify      | 134 | buffer overflow detected                                | fail",
        "corrupt      | 132 | SIGILL                                                  | fail",
        "control      | 139 | write to 0x0                                            | write_to",
    })
    void c(String how, int status, String said, String called) throws IOException {
        Command.Result result = job(4, "faults/kinds.c", how).run();
        checkReport(result, status, "rank 2", said);
        assertThat(result.errors()).as(result.toString()).containsPattern(Pattern.compile(called));
        assertThat(result.sortedLines()).as(result.toString()).containsExactly(
                "rank 0 was here", "rank 1 was here", "rank 2 was here", "rank 3 was here");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "null       | 139 | write to 0x0                                              | void physics::Mesh::set<double>",
        "exception  | 134 | uncaught exception std::runtime_error: no cell named seventh | #0 +physics::Mesh::check",
        "number     | 134 | uncaught exception Code                                   | #0 +main",
        "at         | 134 | uncaught exception std::out_of_range: vector              | main",
        "destructor | 139 | write to 0x0                                              | Failing::~Failing",
    })
    void cxx(String how, int status, String said, String called) throws IOException {
        Command.Result result = job(4, "faults/kinds.cxx", how).run();
        checkReport(result, status, "rank 2", said);
        assertThat(result.errors()).as(result.toString()).containsPattern(called);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "bounds  | 2   | Fortran runtime error        | heat::step\\+.*kinds.f90:11",
        "divide  | 136 | integer division by zero     | heat::divide\\+.*kinds.f90:\\d+",
        "outside | 136 | integer division by zero     | outside\\+.*kinds.f90:\\d+",
    })
    void fortran(String how, int status, String said, String called) throws IOException {
        Command.Result result = job(4, "faults/kinds.f90", how).run();
        checkReport(result, status, "rank 2", said);
        assertThat(result.errors()).as(result.toString()).containsPattern(called).containsPattern("main program");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "main        | write to 0x0,  | #0 +work.* at .*threads.c(?s:.*)main",
        "main-libc   | write to 0x10, | confstr.*\\n +#1 +work(?s:.*)main",
        "thread      | write to 0x0,  | #0 +work.* at .*threads.c",
        "thread-libc | write to 0x10, | confstr.*\\n +#1 +work",
    })
    void threads(String how, String said, String called) throws IOException {
        Command.Result result = job(4, "faults/threads.c", how).run();
        checkReport(result, 139, "rank 2", said);
        assertThat(result.errors()).as(result.toString()).containsPattern(called);
    }

    @Test
    void beforeMain() throws IOException {
        Command.Result result = job(4, "faults/kinds.c").with("FAIL_IN_CONSTRUCTOR", "null").run();
        checkReport(result, 139, "rank \\d".replace("\\d", result.errors().replaceFirst("(?s).*rank (\\d).*", "$1")), "write to 0x0");
        assertThat(result.errors()).as(result.toString()).contains("construct");
    }

    /** All ranks at the same time, on all PEs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void everyRank(int ranks) {
        for (String how : List.of("null", "divide", "abort", "sp")) {
            Command.Result result = job(ranks, "faults/kinds.c", how, "-1").with("FLOTILLA_STEALING", "forced").run();
            assertThat(result.status()).as(result.toString()).isIn(139, 136, 134);
            assertThat(result.errorLines()).as(result.toString()).filteredOn(line -> line.startsWith("flotilla: rank ")).hasSize(1);
        }
    }

    @Test
    void sharedImages() throws IOException {
        Command.Result result = Installation.run(4, "--privatize=none", build("faults/kinds.c").toString(), "null").in(folder).run();
        checkReport(result, 139, "rank 2", "write to 0x0");
        assertThat(result.errors()).as(result.toString()).containsPattern("#0 +write_to.*kinds.c").containsPattern("fail.*kinds.c");
    }

    @Test
    void buffersOutsideOfRanks() {
        Command.Result result = job(2, "faults/buffers.c").run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).hasSize(16)
                .allMatch(line -> line.endsWith(": MPI_ERR_BUFFER") || line.endsWith("same: 1"));
    }

    // Core files.

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "faults/kinds.c   | null      | write_to .where=where@entry=0x0. | #\\d+ .* in fail .how=.* \"null\", rank=2. | rank      | = 2",
        "faults/kinds.c   | gate      | confstr                          | #\\d+ .* in fail                           | rank      | = 2",
        "faults/kinds.c   | strlen    | strlen                           | #\\d+ .* in fail                           | rank      | = 2",
        "faults/kinds.c   | call      | 0x0*123456789000 in              | #\\d+ .* in fail                           | rank      | = 2",
        "faults/kinds.c   | abort     | flotilla_plain_abort             | #\\d+ .* in fail                           | rank      | = 2",
        "faults/kinds.cxx | exception | std::terminate                   | #\\d+ .* in physics::Mesh::check           | name      | seventh",
        "faults/kinds.f90 | divide    | divide                           | #\\d+ .* kinds ..                          | field(1)  | = ",
    })
    void coreFile(String program, String how, String first, String second, String variable, String value) throws IOException {
        Installation.need("gdb");
        Path executable = build(program);
        Command.Result result = Installation.run(4, "--core", executable.toString(), how).in(folder).run();
        List<Path> cores;
        try (Stream<Path> files = Files.list(folder)) {
            cores = files.toList();
        }
        assertThat(cores).as(result.toString()).hasSize(1).first().asString().endsWith(".rank2");
        assertThat(result.errors()).as(result.toString()).contains("core file " + cores.getFirst().getFileName());
        String function = program.endsWith(".cxx") ? "physics::Mesh::check" : program.endsWith(".f90") ? "main" : "fail";
        Command.Result gdb = new Command("gdb", "-batch", "-nx", "-iex", "set auto-load off", "-ex", "backtrace", "-ex",
                program.endsWith(".f90") ? "frame function kinds" : "frame function " + function,
                "-ex", "print " + variable, executable.toString(), cores.getFirst().toString()).in(folder).run();
        assertThat(gdb.output()).as(gdb.toString()).containsPattern(first).containsPattern(second).containsPattern("\\$1 .*" + value)
                .contains("main (");
    }

    // The JVM's own faults.

    @Test
    void faultsOfTheJvmReachTheJvm() {
        Command.Result result = new Command(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), "--enable-native-access=ALL-UNNAMED", JvmFaults.class.getName(),
                Installation.HOME.resolve("target/guest/libflotilla-host.so").toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("null pointers: 200000", "stack overflow: true");
    }
}
