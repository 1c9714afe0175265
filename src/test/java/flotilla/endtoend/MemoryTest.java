package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks' memory: what is said of a damaged heap, and what the process holds. Contents are the guests' own business. */
final class MemoryTest {
    private static final int ABORTED = 128 + 6;
    private static final Map<String, Path> BUILT = new ConcurrentHashMap<>();

    private static Path build(String name) {
        Installation.need(Toolchain.FLOTILLA.toolsFor(name).toArray(String[]::new));
        return BUILT.computeIfAbsent(name, n -> Guest.of(Installation.GUESTS.resolve(n)).build(Toolchain.FLOTILLA));
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
    @CsvSource({"MALLOC_CHECK_, 4", "MALLOC_PERTURB_, 165"})
    void soundProgramsRunInTheDebugMode(String variable, String value) {
        for (String name : List.of("memory/soak.c", "libc/heap.c", "cxx/streams.cxx")) {
            Command.Result result = run(4, name).with(variable, value).run();
            assertThat(result.status()).as(result.toString()).isZero();
        }
    }
}
