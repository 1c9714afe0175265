package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods {@code fs} and {@code pip}: the system's dynamic linker loads each rank's images, outside of its slot. */
final class SystemLoadedTest {
    private static final long TIME = 60;

    @TempDir
    Path folder;

    private static Path build(String name) {
        Installation.need(Toolchain.FLOTILLA.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(Toolchain.FLOTILLA);
    }

    private List<String> inFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString).toList();
        }
    }

    /** These check themselves. */
    @ParameterizedTest
    @CsvSource({
        "privatization/globals.c, 8", "privatization/globals.cxx, 5", "privatization/threadlocal.c, 4", "privatization/userlibrary.c, 7",
        "privatization/buffers.c, 6", "fortran/state.f90, 4", "loader/plugins.c, 2", "loader/ifunc.c, 2", "signals/timers.c, 2",
    })
    void everyKindOfGlobalStateIsPrivate(String name, int ranks) {
        Path program = build(name);
        Command.Result copies = Installation.run(ranks, "--privatize=fs", program.toString()).in(program.getParent()).run();
        Command.Result namespaces = Installation.run(ranks, "--privatize=pip", program.toString()).in(program.getParent()).run();
        assertThat(copies.status()).as(copies.toString()).isZero();
        assertThat(namespaces.status()).as(namespaces.toString()).isZero();
        assertThat(copies.sortedLines()).as(copies.toString()).isEqualTo(namespaces.sortedLines()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fs", "pip"})
    void thePapersFigure(String method) {
        Command.Result result = Installation.run(8, "--privatize=" + method, build("privatization/figure2.c").toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).containsExactlyElementsOf(IntStream.range(0, 8).mapToObj("rank: %d"::formatted).toList());
        assertThat(result.errors()).isEmpty();
    }

    /** As many ranks as are said to be possible are, and one more are not. */
    @Test
    void aProcessHasAsManyRanksAsNamespaces() {
        String program = build("privatization/figure2.c").toString();
        Command.Result many = Installation.run(1000, "--privatize=pip", program).run();
        assertThat(many.status()).as(many.toString()).isEqualTo(2);
        Matcher limit = Pattern.compile("gives a process (\\d+) namespaces, .* is to have 1000 ranks .*use fewer, or --privatize=pie")
                .matcher(many.errors());
        assertThat(limit.find()).as(many.toString()).isTrue();
        assertThat(many.errorLines()).hasSize(1);
        int most = Integer.parseInt(limit.group(1));
        Command.Result possible = Installation.run(most, "--privatize=pip", program).run();
        assertThat(possible.status()).as(possible.toString()).isZero();
        assertThat(possible.sortedLines()).hasSize(most);
        Command.Result two = Installation.run(most, "--privatize=pip", program, ":", "-n", "1", program).run();
        assertThat(two.status()).as(two.toString()).isEqualTo(2);
        assertThat(two.errors()).contains("gives a process " + most + " namespaces", "other programs of the job take " + most);
    }

    @Test
    void copiesNeedAFolder() {
        String program = build("privatization/figure2.c").toString();
        Command.Result missing = Installation.run(2, "--privatize=fs", "--fs-dir", folder.resolve("none").toString(), program).run();
        assertThat(missing.status()).as(missing.toString()).isEqualTo(2);
        assertThat(missing.errorLines()).hasSize(1).first().asString().contains("--fs-dir", folder + "/none", "name an existing one");
        Command.Result other = Installation.run(2, "--fs-dir", folder.toString(), program).run();
        assertThat(other.status()).as(other.toString()).isEqualTo(2);
        assertThat(other.errorLines()).hasSize(1).first().asString().contains("--fs-dir", "--privatize=fs");
    }

    @Test
    void copiesNeedSpace() throws IOException {
        Installation.need("gcc");
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "there is no /dev/shm");
        long bytes = Math.max(16 << 20, Files.getFileStore(memory).getUsableSpace() / 3000);
        Path source = Files.writeString(folder.resolve("large.c"), "char large[" + bytes + "] = {1}; int main(void) { return large[0] - 1; }\n");
        Path program = folder.resolve("large");
        assertThat(new Command("gcc", "-o", program.toString(), source.toString()).run().status()).isZero();
        // Other tests may free some meanwhile.
        int ranks = (int) (Files.getFileStore(memory).getUsableSpace() / bytes * 11 / 10 + 1);
        Command.Result result = Installation.run(ranks, "--privatize=fs", "--fs-dir", memory.toString(), program.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).hasSize(1).first().asString().containsPattern("for " + ranks + " ranks take \\d+ MiB, and /dev/shm has \\d+ MiB free")
                .containsPattern("--fs-dir, or use at most \\d+ ranks");
    }

    @Test
    void aJobLeavesNoCopies() throws IOException {
        Command.Result good = Installation.run(4, "--privatize=fs", "--fs-dir", folder.toString(),
                build("privatization/userlibrary.c").toString()).run();
        assertThat(good.status()).as(good.toString()).isZero();
        assertThat(inFolder()).isEmpty();
        Command.Result failed = Installation.run(4, "--privatize=fs", "--fs-dir", folder.toString(),
                build("faults/kinds.c").toString(), "null").run();
        assertThat(failed.status()).as(failed.toString()).isEqualTo(139);
        assertThat(inFolder()).isEmpty();
    }

    @Test
    void aKilledJobLeavesNoCopies() throws IOException, InterruptedException {
        Installation.need("gcc");
        Path source = Files.writeString(folder.resolve("wait.c"), """
                #include <mpi.h>
                #include <stdio.h>
                #include <unistd.h>
                static int rank;
                int main(int argc, char **argv) {
                    MPI_Init(&argc, &argv);
                    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
                    MPI_Barrier(MPI_COMM_WORLD);
                    if (rank == 0) { printf("%d\\n", (int)getpid()); fflush(stdout); }
                    sleep(1000);
                }
                """);
        Path program = folder.resolve("wait");
        assertThat(new Command(Toolchain.FLOTILLA.compilerFor("wait.c"), "-o", program.toString(), source.toString()).run().status())
                .isZero();
        Path copies = Files.createDirectory(folder.resolve("copies"));
        Process job = new ProcessBuilder(Installation.FLOTILLA.toString(), "run", "-n", "3", "--privatize=fs", "--fs-dir", copies.toString(),
                program.toString()).redirectErrorStream(true).start();
        try (var output = new BufferedReader(new InputStreamReader(job.getInputStream(), StandardCharsets.UTF_8))) {
            String process = output.readLine();
            // The copies are there, whatever the folder says.
            assertThat(Files.readAllLines(Path.of("/proc", process, "maps"))).filteredOn(line -> line.contains(copies + "/")).hasSizeGreaterThan(3);
            ProcessHandle.of(Long.parseLong(process)).orElseThrow().destroyForcibly();
            assertThat(job.waitFor(TIME, TimeUnit.SECONDS)).isTrue();
        } finally {
            job.destroyForcibly();
        }
        try (Stream<Path> left = Files.list(copies)) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "fs  | null | write to 0x0, a null pointer                              | #0 +write_to.* at .*kinds.c:\\d+ in program\\n +#1 +fail.* at .*kinds.c:",
        "pip | null | write to 0x0, a null pointer                              | #0 +write_to.* at .*kinds.c:\\d+ in program\\n +#1 +fail.* at .*kinds.c:",
        "fs  | data | globals of rank 2 .program, shared_table.*not executable | #1 +fail",
        "pip | text | text of program .read-only, write_to                      | #0 +write_to",
    })
    void reportsKnowTheImages(String method, String how, String said, String called) {
        Command.Result result = Installation.run(4, "--privatize=" + method, build("faults/kinds.c").toString(), how).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(139);
        assertThat(result.errors()).as(result.toString()).containsPattern("rank 2: .*" + said).containsPattern(called);
    }

    @Test
    void coreFilesHaveTheImages() throws IOException {
        Installation.need("gdb");
        Path program = build("faults/kinds.c");
        Command.Result result = Installation.run(4, "--privatize=fs", "--core", program.toString(), "null").in(folder).run();
        assertThat(inFolder()).as(result.toString()).hasSize(1);
        Command.Result read = new Command("gdb", "-batch", "-nx", "-ex", "backtrace", "-ex", "print &shared_table",
                program.toString(), inFolder().getFirst()).run();
        assertThat(read.output()).as(read.toString()).containsPattern("#1 .* fail \\(.* at .*kinds.c:").contains("<shared_table>");
        assertThat(read.errors()).as(read.toString()).doesNotContain("deleted");
    }
}
