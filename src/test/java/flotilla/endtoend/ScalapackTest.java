package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ScaLAPACK's own test programs from the Debian package scalapack-mpi-test: Fortran, PBLAS and BLACS in C, built for
 * MPICH, large, and none of ours. They judge themselves.
 */
final class ScalapackTest {
    private static final Path FOLDER = Path.of("/usr/lib/x86_64-linux-gnu/scalapack/mpich-tests");
    private static final Pattern PASSED = Pattern.compile("(\\d+) tests completed and passed residual checks");
    private static final Pattern FAILED = Pattern.compile("(\\d+) tests completed and failed residual checks");

    /** A routine, its tests, the ones passed and the ones failed. */
    private static final Pattern SUMMARY = Pattern.compile("\\|  (P\\w+) +(\\d+) +(\\d+) +(\\d+) +\\d+");

    /** LU, Cholesky, QR, least squares, reductions, inverses, banded and tridiagonal solvers, eigenvalues, singular values. */
    @ParameterizedTest
    @ValueSource(strings = {
        "xslu", "xdlu", "xcllt", "xdllt", "xzqr", "xsls", "xdbrd", "xchrd", "xdtrd", "xdinv", "xddblu", "xzptllt", "xdnep"
    })
    void residualsPass(String program) {
        Command.Result result = run(program);
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(number(PASSED, result)).as(result.toString()).isPositive();
        assertThat(number(FAILED, result)).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("END OF TESTS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PBLAS/dpb1tst", "PBLAS/zpb2tst", "PBLAS/dpb3tst"})
    void parallelBlasPasses(String program) {
        Command.Result result = run(program);
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains("End of Tests.");
        List<MatchResult> routines = SUMMARY.matcher(result.output()).results().toList();
        assertThat(routines).as(result.toString()).hasSizeGreaterThanOrEqualTo(7).allSatisfy(routine -> {
            assertThat(routine.group(3)).as("passed by " + routine.group(1)).isEqualTo(routine.group(2));
            assertThat(routine.group(4)).as("failed by " + routine.group(1)).isEqualTo("0");
        });
    }

    /**
     * The communication layer's tests in C and Fortran: thousands of messages and reductions each. Their last one has rank
     * 2 abort while the others spin without a call, so every rank needs a PE.
     */
    @ParameterizedTest
    @ValueSource(strings = {"BLACS/xCbtest", "BLACS/xFbtest"})
    void communicationPasses(String program) {
        Command.Result result = calm(new Command(Installation.FLOTILLA.toString(), "run", "-n", "4", "--pes", "4",
                program(program).toString())).in(program(program).getParent()).within(Duration.ofSeconds(150)).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(255);
        List<String> totals = result.output().lines().filter(line -> line.contains(" TESTS;")).toList();
        assertThat(totals).as(result.toString()).hasSize(22).allSatisfy(line -> assertThat(line).contains(" 0 FAILED"));
        assertThat(result.errors()).as(result.toString()).contains("rank 2 called MPI_Abort");
    }

    private static Path program(String name) {
        Path program = FOLDER.resolve(name);
        assumeTrue(Files.isExecutable(program), program + " is missing: package scalapack-mpi-test is not installed");
        return program;
    }

    private static Command.Result run(String name) {
        Path program = program(name);
        return calm(Installation.run(4, program.toString())).in(program.getParent()).within(Duration.ofSeconds(150)).run();
    }

    /** If the BLAS of this machine is OpenBLAS, it leaves the cores to the ranks. */
    private static Command calm(Command command) {
        return command.with("OPENBLAS_NUM_THREADS", "1");
    }

    private static int number(Pattern pattern, Command.Result result) {
        var matcher = pattern.matcher(result.output());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
