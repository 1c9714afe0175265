package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Method {@code none}: ranks share the program's images, and everything that is not the program's is still their own. */
final class SharedImagesTest {
    private static final int RANKS = 8;

    private static Command.Result run(Toolchain toolchain, String method, String name, String... options) {
        Installation.need(toolchain.toolsFor(name).toArray(String[]::new));
        Path program = Guest.of(Installation.GUESTS.resolve(name)).build(toolchain);
        Command.Result result = Installation.run(RANKS, "--privatize=" + method).and(options).and(program.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    @ParameterizedTest
    @EnumSource
    void globalsAreSharedAndThreadLocalVariablesAreNot(Toolchain toolchain) {
        Command.Result shared = run(toolchain, "none", "shared/counter.c");
        Command.Result own = run(toolchain, "pie", "shared/counter.c");
        assertThat(shared.sortedLines().stream().filter(line -> line.startsWith("rank"))).as(shared.toString())
                .containsExactlyElementsOf(lines("rank %1$d: counter 8, mine 10%1$d"));
        assertThat(own.sortedLines().stream().filter(line -> line.startsWith("rank"))).as(own.toString())
                .containsExactlyElementsOf(lines("rank %1$d: counter 1, mine 10%1$d"));
        assertThat(shared.sortedLines().stream().filter("at exit"::equals)).as(shared.toString()).hasSize(RANKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared/clean.c", "shared/streams.cxx", "shared/print.f90"})
    void programsWithoutMutableGlobalsRunAsWithPie(String name) {
        for (Toolchain toolchain : Toolchain.values()) {
            Command.Result shared = run(toolchain, "none", name, "--label");
            Command.Result own = run(toolchain, "pie", name, "--label");
            assertThat(shared.sortedLines()).as(shared.toString()).isEqualTo(own.sortedLines()).isNotEmpty();
            Pattern line = Pattern.compile("\\[(\\d+)\\] *rank +(\\d+)\\b.*");
            assertThat(shared.output().lines()).allSatisfy(text -> {
                var match = line.matcher(text);
                assertThat(match.matches()).as(text).isTrue();
                assertThat(match.group(1)).as(text).isEqualTo(match.group(2));
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void constructorsAndDestructorsRunOnce(Toolchain toolchain) {
        Command.Result result = run(toolchain, "none", "shared/once.cxx");
        assertThat(result.sortedLines()).as(result.toString()).filteredOn(line -> !line.contains("ranks see")).containsExactly(
                "a global object with a long name destroyed", "a global object with a long name made",
                "a local object with a long name destroyed", "a local object with a long name made");
        assertThat(result.sortedLines()).as(result.toString())
                .filteredOn("8 ranks see a global object with a long name"::equals).hasSize(RANKS);
    }

    private static List<String> lines(String format) {
        return IntStream.range(0, RANKS).mapToObj(format::formatted).toList();
    }
}
