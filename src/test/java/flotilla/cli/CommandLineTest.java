package flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.bench.Group;
import flotilla.bench.group.Groups;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "frobnicate", "run", "run -n", "run -n 0 x", "run --pes", "run --frobnicate", "run -n 2 -n 3 x", "doctor",
        "run --privatize=magic x", "mpiexec", "mpiexec -n", "run --stack-size", "run /nowhere/at/all", "bench frobnicate", "bench --samples 0", "bench switch --frobnicate"})
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
    @ValueSource(strings = {"--help", "run --help", "doctor --help", "bench --help", "--version"})
    void helpIsNoError(String line) {
        var text = new StringWriter();
        assertThat(Main.commandLine().setOut(new PrintWriter(text, true)).execute(line.split(" "))).isZero();
        assertThat(text.toString()).containsIgnoringCase("flotilla");
    }

    @Test
    void helpNamesAllGroupsOfTheBench() {
        var text = new StringWriter();
        Main.commandLine().setOut(new PrintWriter(text, true)).execute("bench", "--help");
        assertThat(text.toString()).contains(Groups.ALL.stream().map(Group::name).toList());
    }
}
