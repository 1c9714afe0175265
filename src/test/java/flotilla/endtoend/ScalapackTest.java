package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
        assertThat(result.output()).as(result.toString()).contains("END OF TESTS").doesNotContain("FAILED  ");
    }

    private static Command.Result run(String name) {
        Path program = FOLDER.resolve(name);
        assumeTrue(Files.isExecutable(program), program + " is missing: package scalapack-mpi-test is not installed");
        return Installation.run(4, program.toString()).in(program.getParent()).within(Duration.ofSeconds(150)).run();
    }

    private static int number(Pattern pattern, Command.Result result) {
        var matcher = pattern.matcher(result.output());
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }
}
