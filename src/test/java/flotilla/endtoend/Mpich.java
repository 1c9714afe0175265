package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** MPICH's launcher. See {@code support/mpich_preload.c} for what its processes are preloaded with. */
final class Mpich {
    /** {@code mpirun.mpich} with these arguments; the machine has it, and gcc. */
    static Command run(String... arguments) {
        return new Command("mpirun.mpich", "-genv", "LD_PRELOAD", Preload.LIBRARY.toString()).and(arguments);
    }

    /** Compiled when first asked for. */
    private static final class Preload {
        static final Path LIBRARY = Installation.BUILT.resolve("libmpich-preload.so");

        static {
            try {
                Files.createDirectories(Installation.BUILT);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            Command.Result result = new Command("gcc", "-O2", "-shared", "-fPIC", "-o", LIBRARY.toString(),
                    Installation.GUESTS.resolve("support/mpich_preload.c").toString()).run();
            assertThat(result.status()).as(result.toString()).isZero();
        }
    }

    private Mpich() {}
}
