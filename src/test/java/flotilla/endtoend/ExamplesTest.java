package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs in examples/, which check their own results against exact ones, and the largest of them on many ranks. */
final class ExamplesTest {
    private static final Map<String, Path> BUILT = new HashMap<>();

    private static Path build(Toolchain toolchain, String source) throws Exception {
        Installation.need(toolchain.toolsFor(source).toArray(String[]::new));
        String key = toolchain.name().toLowerCase() + "/examples-" + source.replace('.', '-');
        Path known = BUILT.get(key);
        if (known != null) {
            return known;
        }
        Path folder = Installation.BUILT.resolve(key);
        Files.createDirectories(folder);
        Path program = folder.resolve("program");
        var command = new Command(toolchain.compilerFor(source), "-O2", "-w", "-o", program.toString());
        if (source.endsWith("f90")) {
            command.and("-J", folder.toString());
        }
        Command.Result result = command.and(Installation.EXAMPLES.resolve(source).toString(), "-lm").run();
        assertThat(result.status()).as(result.toString()).isZero();
        BUILT.put(key, program);
        return program;
    }

    @ParameterizedTest
    @CsvSource({
        "jacobi3d.c, 1, -g 20 -i 30 -q", "jacobi3d.c, 27, -g 31x40x22 -i 50 -q", "heat2d.f90, 6, 61 100", "heat2d.f90, 25, 50 40",
        "ring.c, 1, 5", "ring.c, 64, 20", "masterworker.c, 2, 50", "masterworker.c, 17, 300", "halo.c, 1, ", "halo.c, 24, 3 5",
    })
    void resultIsExact(String source, int ranks, String arguments) throws Exception {
        for (Toolchain toolchain : Toolchain.values()) {
            Path program = build(toolchain, source);
            Command.Result result = Installation.run(ranks, program, arguments == null ? List.of() : List.of(arguments.split(" "))).run();
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(result.output()).as(result.toString()).contains(": correct").doesNotContain("WRONG");
        }
    }

    @ParameterizedTest
    @CsvSource({"hello.c", "hello.cxx", "hello.f90"})
    void everyRankSaysHello(String source) throws Exception {
        for (Toolchain toolchain : Toolchain.values()) {
            Path program = build(toolchain, source);
            Command.Result result = Installation.run(40, program, List.of()).run();
            var expected = IntStream.range(0, 40).mapToObj(rank -> "Hello from rank " + rank + " of 40").sorted().toList();
            assertThat(result.sortedLines().stream().map(line -> line.replaceFirst(" on .*", "")).sorted().toList())
                    .as(result.toString()).isEqualTo(expected);
            assertThat(result.status()).as(result.toString()).isZero();
        }
    }

    @Test
    void thousandRanksOfJacobiOnTwoPes() throws Exception {
        Path program = build(Toolchain.FLOTILLA, "jacobi3d.c");
        Command.Result result = Installation.run(1024, program, List.of("-g", "64", "-i", "50", "-q"))
                .within(Duration.ofSeconds(120)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("1024 ranks (16x8x8)").contains(": correct");
    }

    /** Each rank prints its own number with every toolchain: Figure 2 of the paper, in three languages, at once. */
    @Test
    void programsOfSeveralLanguagesRunAsOneJob() throws Exception {
        var words = new ArrayList<String>();
        for (String source : List.of("hello.c", "hello.cxx", "hello.f90")) {
            words.addAll(words.isEmpty() ? List.of() : List.of(":", "-n", "3"));
            words.add(build(Toolchain.FLOTILLA, source).toString());
        }
        Command.Result result = Installation.run(3).and(words).run();
        var expected = IntStream.range(0, 9).mapToObj(rank -> "Hello from rank " + rank + " of 9").toList();
        assertThat(result.sortedLines().stream().map(line -> line.replaceFirst(" on .*", "")).sorted().toList())
                .as(result.toString()).isEqualTo(expected);
    }
}
