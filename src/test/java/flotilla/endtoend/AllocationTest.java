package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From trap to resume nothing is left for the garbage collector: MPI calls of every kind, each made many times. */
class AllocationTest {
    /** Bytes per call; the smallest object has 16. What is compiled meanwhile, and timers, may allocate a little. */
    private static final double NEARLY_NOTHING = 1;
    private static final int KINDS = 32;

    @TempDir
    private Path folder;

    @Test
    void callsAllocateNothing() throws IOException {
        Path program = Guest.of(Installation.GUESTS.resolve("allocation/calls.c")).build(Toolchain.FLOTILLA);
        Path questions = folder.resolve("questions");
        Path answers = folder.resolve("answers");
        assertThat(new Command("mkfifo", questions.toString(), answers.toString()).run().status()).isZero();
        Command.Result result = new Command(ProcessHandle.current().info().command().orElseThrow(), "-cp",
                System.getProperty("java.class.path"), "-XX:+UseSerialGC", "-Xss1m", "--enable-native-access=ALL-UNNAMED",
                "-Dflotilla.home=" + Installation.HOME, AllocationMeter.class.getName(), questions.toString(), answers.toString(),
                "run", "-n", "4", "--pes", "2", "--timeout", "110s", program.toString(), questions.toString(),
                answers.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output().lines()).as(result.toString()).hasSize(KINDS)
                .allSatisfy(line -> assertThat(Double.parseDouble(line.substring(line.indexOf(' ')))).as(line)
                        .isLessThan(NEARLY_NOTHING));
    }
}
