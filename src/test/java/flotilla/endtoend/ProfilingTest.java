package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What compilers and tools count and check in programs: perf, gcov, profile-guided optimization, sanitizers, gprof. */
final class ProfilingTest {
    @TempDir
    private Path folder;

    /** Compiles profiling/count.c in the test's folder, where gcov looks for its files. */
    private Path compile(Toolchain toolchain, String... flags) throws IOException {
        Installation.need(toolchain.toolsFor("count.c").toArray(String[]::new));
        Path source = folder.resolve("count.c");
        Files.copy(Installation.GUESTS.resolve("profiling/count.c"), source, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path program = folder.resolve("program");
        Command.Result result = new Command(toolchain.compilerFor("count.c"), "-w", "-o", program.toString(), "count.c").and(flags).in(folder).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return program;
    }

    private Command.Result runs(int ranks, Path program, String... arguments) {
        Command.Result result = Installation.run(ranks, program, List.of(arguments)).in(folder).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).hasSize(ranks).allMatch(line -> line.matches("rank \\d+ ends"));
        return result;
    }

    private void perf(String output, String... words) throws IOException {
        Command.Result result = new Command("perf").and(words).in(folder).run();
        assertThat(result.status()).as(result.toString()).isZero();
        Files.writeString(folder.resolve(output), result.output());
    }

    @ParameterizedTest
    @EnumSource
    void perfNamesTheFunctionsOfRanks(Toolchain toolchain) throws IOException {
        Installation.need("perf");
        Installation.need(toolchain.toolsFor("burn.c").toArray(String[]::new));
        assumeTrue(new Command("perf", "record", "-e", "cpu-clock", "-o", "try.data", "true").in(folder).run().status() == 0,
                "this machine does not let perf record");
        Path program = Guest.of(Installation.GUESTS.resolve("profiling/burn.c")).build(toolchain);
        Command.Result recorded = new Command("perf", "record", "-e", "cpu-clock", "-o", "perf.data").in(folder)
                .and(Installation.FLOTILLA.toString(), "run", "-v", "-n", "4", "--pes", "2", program.toString()).run();
        assertThat(recorded.status()).as(recorded.toString()).isZero();

        // Merged over the ranks: nothing took as long as the two functions.
        perf("report", "report", "-i", "perf.data", "--stdio", "--sort", "dso,symbol");
        String report = Files.readString(folder.resolve("report"));
        assertThat(report.lines().filter(line -> line.matches(" *\\d+\\.\\d+% .*")).limit(2).sorted(Comparator.comparing(line -> line.contains("library"))))
                .as(report).satisfiesExactly(
                        line -> assertThat(line).containsPattern("% +program +\\[\\.\\] burn_in_program"),
                        line -> assertThat(line).containsPattern("% +libburn\\.so +\\[\\.\\] burn_in_library"));

        // By rank: the address tells.
        Matcher memory = Pattern.compile("rank R has the memory from 0x(\\p{XDigit}+) \\+ R \\* 0x(\\p{XDigit}+)").matcher(recorded.errors());
        assertThat(memory.find()).as(recorded.toString()).isTrue();
        long start = Long.parseLong(memory.group(1), 16);
        long size = Long.parseLong(memory.group(2), 16);
        perf("script", "script", "-i", "perf.data", "-F", "ip,sym");
        Set<Long> ranks = new HashSet<>();
        for (String line : Files.readAllLines(folder.resolve("script"))) {
            String[] words = line.strip().split("\\s+");
            if (words.length == 2 && words[1].equals("burn_in_library")) {
                ranks.add((Long.parseLong(words[0], 16) - start) / size);
            }
        }
        assertThat(ranks).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    }

    /** gcov's files are read, added to and written by each rank as it ends, under a lock. */
    @ParameterizedTest
    @EnumSource
    void gcovCountsEveryRank(Toolchain toolchain) throws IOException {
        Installation.need("gcov");
        Path program = compile(toolchain, "--coverage");
        runs(64, program);
        Command.Result counted = new Command("gcov", "--stdout", "program-count.gcda").in(folder).run();
        assertThat(counted.output()).as(counted.toString()).containsPattern(" +64: +\\d+:    value = rank;")
                .containsPattern(" +32: +\\d+:    return rank \\+ 1;");
        runs(64, program);
        counted = new Command("gcov", "--stdout", "program-count.gcda").in(folder).run();
        assertThat(counted.output()).as(counted.toString()).containsPattern(" +128: +\\d+:    value = rank;");
    }

    @ParameterizedTest
    @EnumSource
    void profileGuidedOptimizationWorks(Toolchain toolchain) throws IOException {
        Path program = compile(toolchain, "-O2", "-fprofile-generate");
        runs(8, program);
        assertThat(folder.resolve("program-count.gcda")).isNotEmptyFile();
        runs(8, compile(toolchain, "-O2", "-fprofile-use", "-Werror=missing-profile", "-Werror=coverage-mismatch"));
    }

    @ParameterizedTest
    @EnumSource
    void undefinedBehaviourIsReportedByRank(Toolchain toolchain) throws IOException {
        Command.Result result = runs(3, compile(toolchain, "-g", "-fsanitize=undefined"), "overflow");
        for (int rank = 0; rank < 3; rank++) {
            assertThat(result.errors()).as(result.toString())
                    .contains("runtime error: signed integer overflow: " + (Integer.MAX_VALUE - rank) + " + 100");
        }
    }

    @ParameterizedTest
    @CsvSource({"address, AddressSanitizer", "thread, ThreadSanitizer", "leak, LeakSanitizer"})
    void checkersOfAWholeProcessAreRefused(String sanitizer, String name) throws IOException {
        Path program = compile(Toolchain.FLOTILLA, "-fsanitize=" + sanitizer);
        Command.Result result = Installation.run(2, program, List.of()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1)
                .allMatch(line -> line.startsWith("flotilla: " + program) && line.contains(name) && line.contains("without -fsanitize=" + sanitizer));
    }

    @ParameterizedTest
    @EnumSource
    void programCompiledForGprofRunsWithoutAProfile(Toolchain toolchain) throws IOException {
        Command.Result result = runs(4, compile(toolchain, "-pg"));
        assertThat(result.errorLines()).as(result.toString()).hasSize(1).allMatch(line -> line.contains("-pg") && line.contains("perf"));
        assertThat(folder.resolve("gmon.out")).doesNotExist();
    }

    @Test
    void doctorSaysThatThereWillBeNoProfile() throws IOException {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "doctor", compile(Toolchain.FLOTILLA, "-pg").toString()).run();
        assertThat(result.output()).as(result.toString()).contains("-pg", "perf");
    }
}
