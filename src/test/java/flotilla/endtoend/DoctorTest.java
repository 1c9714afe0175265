package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code flotilla doctor} says before a run what a program needs. */
final class DoctorTest {
    private static Command.Result doctor(Path program) {
        return new Command(Installation.FLOTILLA.toString(), "doctor", program.toString()).run();
    }

    private static Path build(Toolchain toolchain, String name) {
        Installation.need(toolchain.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(toolchain);
    }

    @Test
    void soundProgramOfEachAbi() {
        for (Toolchain toolchain : Toolchain.values()) {
            Command.Result result = doctor(build(toolchain, "privatization/figure2.c"));
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(result.output()).as(result.toString()).contains("MPI_Comm_rank", "MPI_Barrier", "libc.so.6")
                    .contains(toolchain == Toolchain.MPICH ? "mpich" : "standard").doesNotContain("missing  ");
        }
    }

    @Test
    void missingFunctionByName() {
        Command.Result result = doctor(build(Toolchain.FLOTILLA, "job/missing.c"));
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        assertThat(result.output()).as(result.toString()).contains("MPI_Win_create");
    }

    @Test
    void privateLibrariesWithTheirPlaces() {
        Path program = build(Toolchain.FLOTILLA, "privatization/userlibrary.c");
        Command.Result result = doctor(program);
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString())
                .contains(program.resolveSibling("libouter.so").toString(), program.resolveSibling("libinner.so").toString());
    }

    @Test
    void threadLocalVariablesOfTheExecutable() {
        Command.Result result = doctor(build(Toolchain.FLOTILLA, "privatization/threadlocal.c"));
        assertThat(result.output()).as(result.toString()).contains("FS base");
    }
}
