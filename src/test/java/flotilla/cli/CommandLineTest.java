package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.bench.Group;
import flotilla.bench.group.Groups;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "frobnicate", "run", "run -n", "run -n 0 x", "run --pes", "run --frobnicate", "run -n 2 -n 3 x", "doctor",
        "run --privatize=magic x", "run --stats=3 x", "run -x", "run -l4 x", "mpiexec", "mpiexec -n", "run --stack-size", "run /nowhere/at/all", "bench frobnicate",
        "bench --samples 0", "bench switch --frobnicate"})
    void badInputIsOneLineAndStatusTwo(String line) {
        var errors = new ByteArrayOutputStream();
        PrintStream previous = System.err;
        int status;
        try {
            System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
            status = Main.execute(line.isEmpty() ? new String[0] : line.split(" "));
        } finally {
            System.setErr(previous);
        }
        assertThat(status).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("flotilla: ").endsWith("\n");
        assertThat(errors.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "run -n 2 -h x", "doctor --help", "bench --help", "mpiexec --help", "--version", "run --version"})
    void helpIsNoError(String line) {
        assertThat(help(line)).containsIgnoringCase("flotilla");
    }

    @Test
    void helpNamesAllGroupsOfTheBench() {
        assertThat(help("bench --help")).contains(Groups.ALL.stream().map(Group::name).toList());
    }

    private static String help(String line) {
        var text = new ByteArrayOutputStream();
        PrintStream previous = System.out;
        try {
            System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
            assertThat(Main.execute(line.split(" "))).isZero();
        } finally {
            System.setOut(previous);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
