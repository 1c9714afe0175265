package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs without MPI, which look at what the C library keeps for a process: each rank prints what a process prints. */
final class PlainProgramsTest {
    @TempDir
    private static Path folder;

    static Stream<Path> programs() throws IOException {
        return Stream.concat(Files.list(Installation.GUESTS.resolve("libc")), Files.list(Installation.GUESTS.resolve("stdio")))
                .filter(source -> Guest.of(source).ranks().isEmpty()).map(Installation.GUESTS::relativize).sorted();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void ranksPrintWhatAProcessPrints(Path source) throws IOException {
        Path program = folder.resolve(source.toString().replace('/', '-') + ".out");
        Command.Result compiled = new Command("gcc", "-O1", "-w", "-pthread", "-o", program.toString(),
                Installation.GUESTS.resolve(source).toString(), "-lm").run();
        assertThat(compiled.status()).as(compiled.toString()).isZero();
        Command.Result expected = in(Files.createTempDirectory(folder, "alone"), new Command(program.toString())).run();
        List<Integer> less = Guest.of(Installation.GUESTS.resolve(source)).flotillaRanks();
        for (int ranks : less.isEmpty() ? List.of(1, 4, 64) : less) {
            Command.Result actual = in(Files.createTempDirectory(folder, "ranks"), Installation.run(ranks, program, List.of())).run();
            assertThat(actual.status()).as(actual.toString()).isEqualTo(expected.status());
            assertThat(actual.sortedLines()).as("%d ranks of %s", ranks, source)
                    .isEqualTo(Collections.nCopies(ranks, expected.output().lines().toList()).stream().flatMap(List::stream).sorted().toList());
        }
    }

    private static Command in(Path folder, Command command) {
        return command.in(folder).with("FLOTILLA_STEALING", "forced");
    }
}
