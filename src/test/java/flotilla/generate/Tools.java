package flotilla.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs compilers and nm. */
final class Tools {
    static final Path HOME = Path.of(System.getProperty("flotilla.home", ".")).toAbsolutePath();
    static final Path INCLUDE = HOME.resolve("target/generated/include");
    static final Path GUEST = HOME.resolve("target/guest");

    private Tools() {}

    static void assume(String tool) {
        boolean found = List.of(System.getenv("PATH").split(":")).stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
        Assumptions.assumeTrue(found, tool + " is not installed");
    }

    /** Runs a command that must succeed and be silent on standard error; answers its output. */
    static String run(Path folder, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", null);
        Path err = Files.createTempFile("err", null);
        try {
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s ended", List.of(command)).isTrue();
            assertThat(Files.readString(err)).as("%s", List.of(command)).isEmpty();
            assertThat(process.exitValue()).as("%s", List.of(command)).isZero();
            return Files.readString(out, StandardCharsets.UTF_8);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Dynamic symbols that a file defines. */
    static Set<String> symbols(Path file) throws IOException, InterruptedException {
        assume("nm");
        var names = new TreeSet<String>();
        for (String line : run(Path.of("/"), "nm", "-D", "--defined-only", file.toString()).split("\n")) {
            names.add(line.substring(line.lastIndexOf(' ') + 1).replaceAll("@.*", ""));
        }
        return names;
    }
}
