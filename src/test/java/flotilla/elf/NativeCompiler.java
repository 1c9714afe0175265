package flotilla.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compiles C for tests with the system's compiler, in one folder. */
public final class NativeCompiler {
    private static final boolean PRESENT = isPresent();

    private final Path folder;

    public NativeCompiler(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where there is no C compiler. */
    public static void require() {
        assumeTrue(PRESENT, "skipped: there is no gcc on the PATH");
    }

    private static boolean isPresent() {
        try {
            return new ProcessBuilder("gcc", "--version").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compiles {@code source} to {@code name} in the folder. */
    public Path compile(String name, String source, String... options) {
        require();
        try {
            Path input = Files.writeString(folder.resolve(name + ".c"), source);
            Path output = folder.resolve(name);
            var command = new ArrayList<String>(List.of("gcc", "-O1", "-w", "-o", output.toString(), input.toString()));
            command.addAll(List.of(options));
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
            String messages = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, messages).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path library(String name, String source, String... options) {
        var all = new ArrayList<>(List.of("-shared", "-fPIC"));
        all.addAll(List.of(options));
        return compile(name, source, all.toArray(String[]::new));
    }

    public Path program(String name, String source, String... options) {
        var all = new ArrayList<>(List.of("-fPIE", "-pie"));
        all.addAll(List.of(options));
        return compile(name, source, all.toArray(String[]::new));
    }
}
