package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a job takes of memory and cores. Times are the benchmark's business. */
final class ResourcesTest {
    /** Of a C program's rank, beyond what it touches. */
    private static final long KIBIBYTES_PER_RANK = 48;
    private static final long KIBIBYTES_OF_1024_RANKS = 200 << 10;
    /** A hundredth of a core, in milliseconds per second, and as much again for a machine that does other things, too. */
    private static final double IDLE = 20;

    @TempDir
    private static Path folder;

    private static Path build(Path source) {
        Installation.need("gcc");
        return Guest.of(source).build(Toolchain.FLOTILLA);
    }

    /** Address space for stacks, heaps and tables is reserved generously, and what is not used costs nothing. */
    @Test
    void idleRanksHoldLittleMemory() {
        long[] some = kibibytes(1024);
        // Between two large jobs, because the JVM's own memory grows by some MiB with the first ranks.
        long[] many = kibibytes(3072);
        assertThat((many[0] - some[0]) / 2048).as("KiB per rank, from " + some[0] + " to " + many[0]).isLessThanOrEqualTo(KIBIBYTES_PER_RANK);
        assertThat(some[1]).as("KiB altogether").isLessThanOrEqualTo(KIBIBYTES_OF_1024_RANKS);
    }

    /** Memory that is not shared with files, and all memory with page tables. */
    private static long[] kibibytes(int ranks) {
        Command.Result result = Installation.run(ranks, build(Installation.GUESTS.resolve("memory/idle.c")), List.of()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        String[] words = result.output().strip().split(" ");
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    }

    @Test
    void tenThousandRanksRun() {
        // Linux's default is just enough. Java's way to read a file finds one digit there.
        long limit = Long.parseLong(new Command("cat", "/proc/sys/vm/max_map_count").run().output().strip());
        assumeTrue(limit >= 65530, "vm.max_map_count is " + limit);
        Command.Result result = Installation.run(10_000, build(Installation.EXAMPLES.resolve("hello.c")), List.of()).run();
        assertThat(result.status()).as(result.errors()).isZero();
        assertThat(result.output().lines().distinct()).hasSize(10_000).allMatch(line -> line.contains(" of 10000 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"receive", "sleep"})
    void ranksThatWaitUseNoProcessorTime(String how) {
        Command.Result result = Installation.run(64, build(Installation.GUESTS.resolve("job/waiting.c")), List.of(how)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(Double.parseDouble(result.output().strip())).as("milliseconds per second").isLessThan(IDLE);
    }

    /** A stop for garbage holds up all ranks. Jobs that compute, exchange halos and reduce make too little for one. */
    @ParameterizedTest
    @CsvSource({"64, jacobi3d.c", "1024, halo.c", "64, masterworker.c"})
    void exchangesMakeNoStopsForGarbage(int ranks, String example) throws IOException {
        Path log = folder.resolve(example + ".log");
        Command.Result result = Installation.run(ranks, build(Installation.EXAMPLES.resolve(example)), List.of())
                .with("FLOTILLA_JVM_OPTIONS", "-Xlog:safepoint,gc:file=" + log).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(Files.readAllLines(log)).as("what the JVM logs").isNotEmpty()
                .noneMatch(line -> line.contains("Pause") || line.contains("Safepoint \""));
    }
}
