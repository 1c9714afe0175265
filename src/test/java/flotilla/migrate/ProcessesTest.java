package flotilla.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
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
    private static final Path GUESTS = Path.of(System.getProperty("flotilla.home",
            "")).resolve("src/test/guests/moving").toAbsolutePath();
    private static final int PROCESSES = 2;

    @TempDir
    Path folder;

    /** A process, and what it said last. */
    private final class Stop implements AutoCloseable {
        final Process process;
        final BufferedReader answers;
        final PrintWriter commands;
        final String canary;

        Stop(Path program, String canary, List<String> arguments) throws IOException {
            var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED", "-Xshare:auto", "-Dflotilla.home="
                            + System.getProperty("flotilla.home", ""),
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

    private Path compile(String compiler, String source, String name, String... options) throws IOException {
        Path output = folder.resolve(name);
        var command = new ArrayList<>(List.of(compiler, "-O1", "-w", "-fPIC", "-fstack-protector-all", "-o", output.toString(),
                GUESTS.resolve(source).toString()));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
            String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, messages).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (IOException missing) {
            assumeTrue(false, compiler + " is not installed");
        }
        return output;
    }

    @Test
    void cxxWithExceptionsStreamsAndLocales() throws IOException {
        assertThat(wander(compile("g++", "wander.cxx", "wander", "-pie"), "2", "C.UTF-8")).isEqualTo(32);
        assertThat(output()).endsWith("\n0 failures\n");
    }

    @Test
    void filesStayOpenWhereTheyWere() throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        assertThat(wander(compile("gcc", "files.c", "program", "-pie"), files.toString())).isGreaterThanOrEqualTo(60);
        assertThat(output()).endsWith("round 19\n0 failures\n");
    }

    @Test
    void fortranUnitsStayOpen() throws IOException {
        assertThat(wander(compile("gfortran", "units.f90", "program", "-pie"), folder.toString())).isEqualTo(40);
        assertThat(output()).endsWith("step 20\n0 failures\n");
    }

    @Test
    void librariesThatWereOpenedAreOpenedAgain() throws IOException {
        Path first = compile("gcc", "plugin.c", "libfirst.so", "-shared", "-DNAME=\"first\"");
        Path second = compile("gcc", "plugin.c", "libsecond.so", "-shared", "-DNAME=\"second\"");
        assertThat(wander(compile("gcc", "plugins.c", "program", "-pie"), first.toString(), second.toString())).isEqualTo(41);
        assertThat(output()).isEqualTo("0 failures\n");
    }

    @Test
    void whatCannotMoveIsRefusedWithTheReason() throws IOException {
        Path program = compile("gcc", "files.c", "program", "-pie");
        Path files = Files.createDirectory(folder.resolve("files"));
        String[][] refusals = {
            {"pipe", "pipe:", "no file that another process could open"}, {"socket", "socket:", "no file"}, {"epoll",
                    "eventpoll", "no file"},
            {"eventfd", "eventfd", "no file"}, {"memfd", "memory", "descriptor"}, {"device", "/dev/ptmx", "no file"},
            {"deleted", "/gone", "deleted or replaced"}, {"replaced", "/old", "deleted or replaced"}, {"locked", "/locked",
                    "has locked"},
            {"record", "", "has locked a file"}, {"shared", "", "shares memory"}, {"expression", "1 regular", "regcomp"},
                    {"conversion", "1 conv", "iconv_open"}};
        try (var stop = new Stop(program, "own", List.of(program.toString(), files.toString()))) {
            for (String[] refusal : refusals) {
                assertThat(stop.tell("start " + refusal[0])).startsWith("stays it ").contains(refusal[1], refusal[2]);
            }
        }
    }
}
