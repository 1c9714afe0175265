package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code --check-globals}: names what ranks would share wrongly, and nothing else. */
final class GlobalsCheckTest {
    private static final String MARK = "flotilla: --check-globals: ";

    private static Path build(Toolchain toolchain, String name) {
        Installation.need(toolchain.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(toolchain);
    }

    private static List<String> check(Path program, String option) {
        Command.Result result = Installation.run(3, "--privatize=none", option, program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.errorLines()).as(result.toString()).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith(MARK));
        return result.errorLines().stream().map(line -> line.substring(MARK.length())).toList();
    }

    @ParameterizedTest
    @EnumSource
    void differencesAtBarriers(Toolchain toolchain) {
        List<String> lines = check(build(toolchain, "privatization/differing.c"), "--check-globals");
        String source = Installation.GUESTS.resolve("privatization/differing.c").toString();
        assertThat(lines).satisfiesExactlyInAnyOrder(
                l -> assertThat(l).startsWith("number (" + source + ":11, 4 bytes) differs at MPI_Barrier 1: ")
                        .endsWith("rank 0 has 10 (0xa), rank 1 has 11 (0xb)"),
                l -> assertThat(l).startsWith("fraction (" + source + ":12, 8 bytes) differs at MPI_Barrier 1: ")
                        .endsWith("rank 0 has 0 (0x0), rank 1 has 0.25 (0x3fd0000000000000)"),
                l -> assertThat(l).startsWith("text (").contains("rank 0 has \"rank 0\", rank 1 has \"rank 1\""),
                l -> assertThat(l).startsWith("table (").contains("8000 bytes", "rank 0 has 0 (0x0) at byte 56, rank 1 has 70 (0x46) at byte 56"),
                l -> assertThat(l).startsWith("on_heap (").contains("rank 0 has the address of something on its heap"),
                l -> assertThat(l).startsWith("to_thread_local (").contains("rank 1 has the address of a thread-local variable"),
                l -> assertThat(l).startsWith("letter (").contains("1 byte)", "rank 0 has 97 (0x61), rank 1 has 98 (0x62)"),
                l -> assertThat(l).startsWith("hidden (").contains("library/differing.c:2, libdiffering.so, 4 bytes", "rank 1 has 6 (0x6)"),
                l -> assertThat(l).startsWith("late (").contains("differs at exit", "rank 0 has 0 (0x0), rank 1 has 1 (0x1)"),
                l -> assertThat(l).isEqualTo("9 variables differ between ranks, and would be shared with --privatize=none"));
    }

    @Test
    void differencesAtExitOnly() {
        List<String> lines = check(build(Toolchain.FLOTILLA, "privatization/differing.c"), "--check-globals=exit");
        assertThat(lines).hasSize(9).allSatisfy(line -> assertThat(line).doesNotContain("MPI_Barrier", "number ("));
        assertThat(lines.getLast()).startsWith("8 variables differ");
    }

    @ParameterizedTest
    @EnumSource
    void fortranNames(Toolchain toolchain) {
        List<String> lines = check(build(toolchain, "privatization/differing.f90"), "--check-globals=barrier");
        assertThat(lines).satisfiesExactlyInAnyOrder(
                l -> assertThat(l).startsWith("kept::counter (").contains("differing.f90:4, 4 bytes", "rank 0 has 1 (0x1), rank 1 has 2 (0x2)"),
                l -> assertThat(l).startsWith("calls (").contains("differing.f90:13"),
                l -> assertThat(l).startsWith("block (").contains("32 bytes", "at byte 16"),
                l -> assertThat(l).startsWith("3 variables differ"));
    }

    @Test
    void nothingDiffers() {
        for (Toolchain toolchain : Toolchain.values()) {
            assertThat(check(build(toolchain, "shared/clean.c"), "--check-globals")).containsExactly("no variable differs between ranks");
        }
    }

    @ParameterizedTest
    @CsvSource({"3, --privatize=pie, --check-globals, add --privatize=none", "3, --privatize=none, --check-globals=often, often",
        "1, --privatize=none, --check-globals, ranks"})
    void mistakesAreNamed(int ranks, String method, String option, String named) {
        Path program = build(Toolchain.FLOTILLA, "privatization/figure2.c");
        Command.Result result = Installation.run(ranks, method, option, program.toString()).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString().contains("--check-globals", named);
    }
}
