package flotilla.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.NativeCompiler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rank goes to and fro between processes whose libc, JVM and stacks lie elsewhere in each. */
@Timeout(120)
class ProcessesTest {
    private static final Path GUESTS = Path.of(System.getProperty("flotilla.home", "")).resolve("src/test/guests/moving").toAbsolutePath();
    private static final int PROCESSES = 3;

    @TempDir
    Path folder;

    /** A process, and what it said last. */
    private final class Stop implements AutoCloseable {
        final Process process;
        final BufferedReader answers;
        final PrintWriter commands;
        final String canary;

        Stop(Path program, String canary, List<String> arguments) throws IOException {
            var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-Dflotilla.home=" + System.getProperty("flotilla.home", ""),
                    "-cp", System.getProperty("java.class.path"), Wanderer.class.getName(), program.toString(),
                    folder.resolve("parcel").toString(), folder.resolve("output").toString(), canary));
            command.addAll(arguments);
            process = new ProcessBuilder(command).redirectError(folder.resolve("errors-" + System.nanoTime()).toFile()).start();
            answers = process.inputReader();
            commands = new PrintWriter(process.outputWriter(), true);
            String ready = answers.readLine();
            assertThat(ready).startsWith("ready ");
            this.canary = ready.substring("ready ".length());
        }

        String tell(String command) throws IOException {
            commands.println(command);
            return answers.readLine();
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The number of moves. */
    private int wander(Path program, String... arguments) throws IOException {
        var words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of(arguments));
        var stops = new ArrayList<Stop>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                stops.add(new Stop(program, i == 0 ? "own" : stops.getFirst().canary, words));
            }
            int moves = 0;
            String answer = stops.getFirst().tell("start");
            while ("left".equals(answer)) {
                moves++;
                answer = stops.get(moves % PROCESSES).tell("arrive");
            }
            String errors = errors();
            assertThat(answer).as("after " + moves + " moves: " + output() + errors).isEqualTo("ended 0");
            assertThat(errors).isEmpty();
            return moves;
        } finally {
            for (Stop stop : stops) {
                stop.close();
            }
        }
    }

    private String output() throws IOException {
        Path file = folder.resolve("output");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private String errors() throws IOException {
        var text = new StringBuilder();
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("errors")).sorted().toList()) {
                text.append(Files.readString(file));
            }
        }
        return text.toString();
    }

    @Test
    void cxxWithExceptionsStreamsAndLocales() throws IOException {
        var compiler = new NativeCompiler(folder);
        Path program = compiler.compile("g++", "wander", GUESTS.resolve("wander.cxx"), "-O1", "-fstack-protector-all", "-fPIE", "-pie");
        assertThat(wander(program, "5", "C.UTF-8")).isGreaterThan(50);
        assertThat(output()).endsWith("0 failures\n");
    }
}
