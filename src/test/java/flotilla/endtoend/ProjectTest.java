package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Projects of the folder {@code src/test/projects} find Flotilla's compilers and launcher by the means of their build
 * systems, find libraries beside them, and pass their own tests.
 */
final class ProjectTest {
    private static final Path PROJECTS = Installation.HOME.resolve("src/test/projects");

    @TempDir
    private Path folder;

    @BeforeEach
    void languages() {
        Installation.need("make", "gcc", "g++", "gfortran", "pkg-config");
    }

    private void copy(String project) throws IOException {
        try (Stream<Path> files = Files.list(PROJECTS.resolve(project))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private Command.Result good(Path where, String... words) {
        Command.Result result = new Command(words).in(where).with("PATH", Installation.BIN + ":" + System.getenv("PATH"))
                .with("OPENBLAS_NUM_THREADS", "1").run();
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    @Test
    void cmakeWithLibraries() throws IOException {
        Installation.need("cmake");
        Installation.needPackage("libopenblas-pthread-dev");
        Installation.needPackage("libhdf5-dev");
        Installation.needPackage("zlib1g-dev");
        copy("cmake");
        Command.Result configured = good(folder, "cmake", "-B", "build", ".");
        assertThat(configured.output()).as(configured.toString()).contains("compiler of MPI_C: " + Installation.BIN);
        good(folder, "cmake", "--build", "build");
        Command.Result tested = good(folder.resolve("build"), "ctest", "--output-on-failure");
        assertThat(tested.output()).as(tested.toString()).contains("100% tests passed, 0 tests failed out of 3");
    }

    @Test
    void configureWithLibraries() throws IOException {
        Installation.need("autoreconf", "automake");
        Installation.needPackage("libgsl-dev");
        Installation.needPackage("libfftw3-dev");
        copy("configure");
        good(folder, "autoreconf", "--install");
        good(folder, "./configure", "CC=mpicc", "FC=mpifort");
        good(folder, "make", "-j2");
        Command.Result tested = good(folder, "make", "check");
        assertThat(tested.output()).as(tested.toString()).contains("# TOTAL: 2", "# PASS:  2");
        assertThat(folder.resolve("peaks.log")).content().contains("rank 0 of 3: found", "rank 2 of 3: found");
    }
}
