package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.node.JobOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MpiexecTest {
    @TempDir
    private static Path folder;
    private static String program;

    @BeforeAll
    static void program() throws IOException {
        System.setProperty("flotilla.home", System.getProperty("flotilla.home", folder.toString()));
        Path file = Files.writeString(folder.resolve("program"), "x");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        program = file.toString();
    }

    /** The words of a command line, {@code P} meaning the program. */
    private static JobOptions parse(String line) {
        var words = new ArrayList<String>();
        for (String word : line.split(" ")) {
            words.add(word.equals("P") ? program : word);
        }
        return new Mpiexec().parse(words);
    }

    @Test
    void oneProgram() {
        JobOptions options = parse("-n 4 P -n 5 --flag x");
        assertThat(options.programs()).hasSize(1);
        assertThat(options.programs().getFirst().count()).isEqualTo(4);
        assertThat(options.programs().getFirst().path()).hasToString(program);
        assertThat(options.programs().getFirst().arguments()).containsExactly("-n", "5", "--flag", "x");
        assertThat(parse("P").programs().getFirst().count()).isEqualTo(1);
        assertThat(parse("-np 3 P").ranks()).isEqualTo(3);
        assertThat(parse("--np=3 P").ranks()).isEqualTo(3);
    }

    @Test
    void severalPrograms() {
        JobOptions options = parse("-n 2 P a : -n 3 P b : P");
        assertThat(options.programs().stream().map(JobOptions.Program::count)).containsExactly(2, 3, 1);
        assertThat(options.programs().stream().map(JobOptions.Program::arguments)).containsExactly(List.of("a"), List.of("b"), List.of());
        assertThat(options.ranks()).isEqualTo(6);
    }

    @Test
    void environment() {
        JobOptions options = parse("-genv A 1 -env B 2 P : -env A 3 -x C=4 P");
        assertThat(options.programs().get(0).environment()).containsEntry("A", "1").containsEntry("B", "2").doesNotContainKey("C")
                .containsKey("PATH");
        assertThat(options.programs().get(1).environment()).containsEntry("A", "3").containsEntry("C", "4").doesNotContainKey("B");
        assertThat(parse("-genvnone -genv A 1 P").programs().getFirst().environment()).containsOnlyKeys("A");
        assertThat(parse("-envnone P : P").programs().get(0).environment()).isEmpty();
        assertThat(parse("-envnone P : P").programs().get(1).environment()).isNotEmpty();
        assertThat(parse("-genvlist PATH,NOT_THERE P").programs().getFirst().environment()).containsOnlyKeys("PATH");
    }

    @Test
    void otherOptions() {
        JobOptions options = parse("-l -timeout 5 -ppn 2 -bind-to core --mca a b --oversubscribe -hosts localhost -wdir " + folder + " -n 2 P");
        assertThat(options.label()).isTrue();
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.programs().getFirst().workingDirectory()).isEqualTo(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-n 0 P", "-n P", "-n", "-frobnicate P", "P :", "-n 2", "-env A", "P : -genv A 1 P", "-hosts elsewhere.example P",
        "-f hosts P", "-env =x y P"})
    void nonsenseIsRefused(String line) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(BadInputException.class).extracting(Throwable::getMessage)
                .asString().doesNotContain("\n");
    }
}
