package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Locales of languages, which a machine may not have: they are made for the test. */
final class LocaleTest {
    private static final List<String> LOCALES = List.of("de_DE", "fr_FR");

    @TempDir
    static Path locales;

    @BeforeAll
    static void makeLocales() {
        Installation.need("localedef", "mpicc.mpich", "mpirun.mpich", "g++");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(Path.of("/usr/share/i18n/locales/de_DE")),
                "package locales is not installed");
        for (String name : LOCALES) {
            // Its status speaks of warnings, too.
            new Command("localedef", "-i", name, "-f", "UTF-8", locales.resolve(name + ".UTF-8").toString()).run();
            assertThat(locales.resolve(name + ".UTF-8").resolve("LC_NUMERIC")).exists();
        }
    }

    private static Command withLocales(Command command) {
        return command.with("LOCPATH", locales.toString()).with("LC_ALL", "de_DE.UTF-8").with("FLOTILLA_STEALING", "forced");
    }

    /** Also: the JVM, which takes over the user's locale, does not hand it to ranks that have not asked for it. */
    @ParameterizedTest
    @ValueSource(strings = {"state/languages.c", "state/languages.cxx"})
    void ranksHaveLocalesOfTheirOwn(String source) throws Exception {
        Path program = Guest.of(Installation.GUESTS.resolve(source)).build(Toolchain.MPICH);
        for (int ranks : new int[] {1, 4}) {
            Path outputs = Files.createDirectory(locales.resolve("output-" + ranks + "-" + source.replace('/', '-')));
            Command.Result reference = withLocales(Mpich.run("-outfile-pattern", outputs.resolve("%r").toString(),
                    "-n", Integer.toString(ranks), program.toString())).run();
            assertThat(reference.status()).as(reference.toString()).isZero();
            var expected = new ArrayList<String>();
            for (int rank = 0; rank < ranks; rank++) {
                // French separators are cut in the middle where C++ has room for one byte, under both.
                new String(Files.readAllBytes(outputs.resolve(Integer.toString(rank))), StandardCharsets.UTF_8).lines().forEach(expected::add);
            }
            Command.Result result = withLocales(Installation.run(ranks, program, List.of())).run();
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(result.sortedLines()).as(result.toString()).isEqualTo(expected.stream().sorted().toList());
        }
        Command.Result many = withLocales(Installation.run(64, program, List.of())).run();
        assertThat(many.status()).as(many.toString()).isZero();
    }

    /** The C library writes what localeconv answers into memory that all threads share. */
    @Test
    void conventionsAreNotMixed() {
        Path program = Guest.of(Installation.GUESTS.resolve("state/conventions.c")).build(Toolchain.MPICH);
        Command.Result result = withLocales(Installation.run(6, program, List.of())).run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    /** Numbers among what nl_langinfo answers come with what was in the C library's memory before. */
    @Test
    void numbersOfLocalesAreNoAddresses() {
        Path program = Guest.of(Installation.GUESTS.resolve("state/languages.cxx")).build(Toolchain.MPICH);
        Command.Result result = withLocales(Installation.run(4, program, List.of())).with("MALLOC_PERTURB_", "127").run();
        assertThat(result.status()).as(result.toString()).isZero();
    }
}
