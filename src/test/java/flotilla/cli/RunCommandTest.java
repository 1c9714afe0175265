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
import org.junit.jupiter.params.provider.CsvSource;

final class RunCommandTest {
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
        return new RunCommand().parse(words);
    }

    @Test
    void oneProgram() {
        JobOptions options = parse("-n 4 P -n 5 --stats x");
        assertThat(options.programs()).hasSize(1);
        assertThat(options.programs().getFirst().count()).isEqualTo(4);
        assertThat(options.programs().getFirst().path()).hasToString(program);
        assertThat(options.programs().getFirst().arguments()).containsExactly("-n", "5", "--stats", "x");
        assertThat(options.stats()).isFalse();
        assertThat(parse("P").programs().getFirst().count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"-n 3 P", "-np 3 P", "--np 3 P", "--np=3 P", "-n=3 P", "-n3 P", "--label -n 3 P", "-n 3 -- P"})
    void numberOfRanks(String line) {
        assertThat(parse(line).ranks()).isEqualTo(3);
    }

    @Test
    void severalPrograms() {
        JobOptions options = parse("-n 2 P a : -n 3 -e K=1 P b : P");
        assertThat(options.programs().stream().map(JobOptions.Program::count)).containsExactly(2, 3, 1);
        assertThat(options.programs().stream().map(JobOptions.Program::arguments)).containsExactly(List.of("a"), List.of("b"), List.of());
        assertThat(options.programs().stream().map(one -> one.environment().get("K"))).containsExactly(null, "1", null);
    }

    @Test
    void everythingAboutAJob() {
        JobOptions options = parse("-n 8 -p 2 -l --stack-size 16M --heap-size=1G --timeout 30s --stats --strace-mpi=1,3-4 "
                + "--privatize none --core -v -e A=1 -e B= --env=C=x=y P");
        assertThat(options.pes()).isEqualTo(2);
        assertThat(options.label()).isTrue();
        assertThat(options.stackBytes()).isEqualTo(16 << 20);
        assertThat(options.heapBytes()).isEqualTo(1 << 30);
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.stats()).isTrue();
        assertThat(options.traced().stream().toArray()).containsExactly(1, 3, 4);
        assertThat(options.privatize()).isEqualTo("none");
        assertThat(options.core()).isTrue();
        assertThat(options.verbose()).isTrue();
        assertThat(options.programs().getFirst().environment()).containsEntry("A", "1").containsEntry("B", "").containsEntry("C", "x=y");
    }

    /** The value of an option that may go without is never the next word. */
    @Test
    void valueThatMayBeLeftOut() {
        JobOptions options = parse("-n 4 --strace-mpi P 2");
        assertThat(options.traced().cardinality()).isEqualTo(4);
        assertThat(options.programs().getFirst().arguments()).containsExactly("2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--frobnicate P | --frobnicate", "--stat P | --stats", "-x P | -x", "-lv P | -l",
        "--stats=3 P | --stats", "-n 2 --np 3 P | twice", "--timeout 3s --timeout 4s P | twice", "-n | -n", "-n 4 | program",
        "P : --stats P | whole job", "--fs-dir . P | --privatize=fs", "--privatize=fs --fs-dir ./none P | ./none", "P : --frobnicate P | --frobnicate", "P : -n 2 | program", "-n 2 P : | program"})
    void mistakesAreNamed(String line, String named) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(BadInputException.class).hasMessageContaining(named);
    }
}
