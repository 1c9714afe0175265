package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks' memory: what is said of a damaged heap, and what the process holds. Contents are the guests' own business. */
final class MemoryTest {
    private static final int ABORTED = 128 + 6;

    private static Path build(String name) {
        Installation.need(Toolchain.FLOTILLA.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(Toolchain.FLOTILLA);
    }

    private static Command run(int ranks, String name, String... arguments) {
        return Installation.run(ranks, build(name), List.of(arguments)).within(Duration.ofSeconds(60));
    }

    private static void assertDamageIsNamed(Command.Result result, String words) {
        assertThat(result.status()).as(result.toString()).isEqualTo(ABORTED);
        assertThat(result.errorLines()).as(result.toString())
                .anySatisfy(line -> assertThat(line).contains("rank 1").contains("heap corruption: ").contains(words.split(" \\+ ")));
    }

    @ParameterizedTest
    @CsvSource({
        "double-free, free( + double free + 40 bytes",
        "double-free-large, free( + double free + 50000",
        "inside, free( + 16 bytes into the block of 40 bytes",
        "misaligned, free( + 3 bytes into the block of 40 bytes",
        "stack, free( + a variable on the stack",
        "variable, free( + a variable of the program",
        "garbage, free(0x12340) + invalid pointer",
        "beyond, header of the block + was overwritten + beyond the end of the + block of 40 bytes",
        "before, header of the block + was overwritten",
        "after-free-links, malloc + written after it was freed",
        "realloc-freed, realloc( + double free + 40 bytes",
    })
    void damageIsNoticedWithoutBeingAskedFor(String kind, String words) {
        assertDamageIsNamed(run(3, "memory/corruption.c", kind).run(), words);
    }

    @ParameterizedTest
    @CsvSource({
        "double-free, free( + double free + 40 bytes",
        "double-free-large, free( + double free + 500000 bytes",
        "inside, free( + 16 bytes into the block of 40 bytes",
        "beyond, block of 40 bytes + written beyond its end: byte 40 is 0x41",
        "beyond-by-one, block of 40 bytes + written beyond its end: byte 40 is 0x41",
        "beyond-unfreed, block of 40 bytes + written beyond its end: byte 40 is 0x41",
        "before, header of the block + was overwritten",
        "after-free, block of 40 bytes + written after it was freed: byte 3 is 0x41",
        "after-free-links, block of 40 bytes + written after it was freed: byte 0 is 0x41",
        "realloc, realloc + block of 500000 bytes + written beyond its end: byte 500000 is 0x41",
        "realloc-freed, realloc( + double free + 40 bytes",
    })
    void damageIsNamedPreciselyInTheDebugMode(String kind, String words) {
        assertDamageIsNamed(run(3, "memory/corruption.c", kind).with("MALLOC_CHECK_", "3").run(), words);
    }

    @ParameterizedTest
    @CsvSource({"MALLOC_CHECK_, 1", "MALLOC_PERTURB_, 165"})
    void soundProgramsRunInTheDebugMode(String variable, String value) {
        for (String name : List.of("memory/soak.c", "cxx/streams.cxx")) {
            Command.Result result = run(4, name).with(variable, value).run();
            assertThat(result.status()).as(result.toString()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "4"})
    void fullHeapIsToldAndWorksOn(int ranks) {
        Path program = build("memory/exhaustion.c");
        Command.Result result = Installation.run(ranks, "--heap-size", "32M", program.toString(), "0x2000000").run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"memory/exhausted.cxx", "memory/exhausted.f90"})
    void fullHeapIsAnExceptionOrAStatus(String name) {
        Installation.need(Toolchain.FLOTILLA.toolsFor(name).toArray(String[]::new));
        Command.Result result = Installation.run(4, "--heap-size", "32M", build(name).toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("full and empty again 0", "full and empty again 1",
                "full and empty again 2", "full and empty again 3");
    }

    /** After freeing, and by itself: not only when malloc_trim is called. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void freedMemoryGoesBackToTheSystem(int ranks) {
        Command.Result result = run(ranks, "memory/released.c").run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 8000000", "3, 8000000", "3, 67108864"})
    void largeBlocksHaveHugePages(int ranks, String size) {
        String enabled = new Command("cat", "/sys/kernel/mm/transparent_hugepage/enabled").run().output();
        assumeTrue(enabled.contains("[madvise]") || enabled.contains("[always]"), "huge pages: " + enabled);
        Command.Result result = run(ranks, "memory/huge.c", size).run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"20000", "3000000", "30000000", "300000000"})
    void stackOverflowIsNamedHoweverLargeTheFrame(String frame) {
        Command.Result result = run(3, "memory/overflow.c", frame).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(128 + 11);
        assertThat(result.errors()).as(result.toString()).contains("rank 1").contains("stack overflow");
    }

    @ParameterizedTest
    @CsvSource({"8192, 8388608", "1024, 8388608", "65536, 67108864", "unlimited, 1073741824"})
    void stackIsAsLargeAsTheUsersLimit(String limit, String bytes) {
        Path program = build("memory/limit.c");
        Command.Result result = new Command("sh", "-c", "ulimit -s " + limit + " && exec \"$0\" run -n 2 \"$1\"",
                Installation.FLOTILLA.toString(), program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("rank 0: " + bytes, "rank 1: " + bytes);
    }
}
