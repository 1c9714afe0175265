package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Method {@code auto-tls}: programs whose mutable variables the compiler's plugin has made thread-local. */
final class AutoTlsTest {
    private static final String OPTION = "--privatize=auto-tls";
    private static final Path SOURCES = Installation.GUESTS.resolve("privatization/autotls");

    @TempDir
    Path folder;

    @BeforeEach
    void needPlugins() {
        Installation.need("gcc", "g++", "gfortran");
        String headers = new Command("gcc", "-print-file-name=plugin").run().output().strip() + "/include/gcc-plugin.h";
        assumeTrue(Files.exists(Path.of(headers)), "gcc's plugin headers are not installed");
    }

    private static Command.Result run(String method, int ranks, Path program) {
        return Installation.run(ranks, "--privatize=" + method, program.toString()).run();
    }

    private static void good(Command.Result result) {
        assertThat(result.status()).as(result.toString()).isZero();
    }

    private Command compile(String compiler, String name, String source, String... flags) throws IOException {
        Path file = Files.writeString(folder.resolve(name), source);
        return new Command(Installation.BIN + "/" + compiler, "-c", "-o", folder.resolve("object.o").toString(), file.toString()).and(flags);
    }

    @ParameterizedTest
    @ValueSource(strings = {"privatization/figure2.c", "privatization/globals.c", "privatization/globals.cxx",
            "privatization/userlibrary.c", "privatization/threadlocal.c", "privatization/addresses.c", "privatization/addresses.cxx", "state/options.c",
            "fortran/state.f90"})
    void programsRunAsWithPie(String name) {
        Guest guest = Guest.of(Installation.GUESTS.resolve(name));
        Path program = guest.buildPrivatized(OPTION);
        for (int ranks : new int[] {1, 4, 8}) {
            Command.Result result = run("auto-tls", ranks, program);
            good(result);
            if (ranks == 4) {
                assertThat(result.sortedLines()).as(result.toString()).isEqualTo(run("pie", ranks, program).sortedLines()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"privatization/globals.c", "privatization/globals.cxx", "privatization/userlibrary.c", "fortran/state.f90"})
    void withoutThePluginTheyFail(String name) {
        Path program = Guest.of(Installation.GUESTS.resolve(name)).build(Toolchain.FLOTILLA);
        Command.Result result = run("tls", 4, program);
        assertThat(result.status()).as(result.toString()).isNotZero();
    }

    @Test
    void programsThatWereNotCompiledSoAreRefused() {
        Path program = Guest.of(Installation.GUESTS.resolve("privatization/figure2.c")).build(Toolchain.FLOTILLA);
        assertThat(run("tls", 4, program).sortedLines().stream().distinct()).hasSizeLessThan(4);
        Command.Result refused = run("auto-tls", 4, program);
        assertThat(refused.status()).as(refused.toString()).isEqualTo(2);
        assertThat(refused.errors()).contains("was not compiled for --privatize=auto-tls").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-O0", "-O3 -fPIC"})
    void addressesAtAllLevels(String flags) {
        for (String name : List.of("privatization/addresses.c", "privatization/addresses.cxx")) {
            good(run("auto-tls", 4, Guest.of(Installation.GUESTS.resolve(name)).buildPrivatized(OPTION, flags.split(" "))));
        }
    }

    @Test
    void scopesAndExclusions() {
        Path program = folder.resolve("program");
        good(new Command(Installation.BIN + "/mpicc", OPTION, "--privatize-exclude=" + SOURCES.resolve("shared.list"), "-Wall", "-Wextra",
                "-Werror", "-o", program.toString(), SOURCES.resolve("main.c").toString(), SOURCES.resolve("part.c").toString()).run());
        Command.Result result = run("auto-tls", 4, program);
        good(result);
        assertThat(result.sortedLines()).containsExactlyElementsOf(IntStream.range(0, 4)
                .mapToObj(rank -> "rank %d: count %d, steps 10 10, visits 4 4, limit 99, one".formatted(rank, 11 + rank)).toList());
    }

    @Test
    void whatCannotBeRightIsAnErrorThatNamesTheVariable() throws IOException {
        Command.Result result = compile("mpicc", "wrong.c", """
                #include <flotilla_scope.h>
                int mine;
                flotilla_scope(node) int *one = &mine;
                const long number = (long)&mine;
                """, OPTION).run();
        assertThat(result.status()).isNotZero();
        assertThat(result.errors()).containsPattern("wrong.c:3:\\d+: error: .one. is one for all ranks .* address of .mine.")
                .containsPattern("wrong.c:4:\\d+: error: .number. is one for all ranks");
        Command.Result objects = compile("mpicxx", "wrong.cxx", """
                #include <flotilla_scope.h>
                #include <vector>
                flotilla_scope(node) std::vector<int> list = {1, 2};
                flotilla_scope(node) int fine = 3;
                flotilla_scope(pe) int unknown;
                """, OPTION).run();
        assertThat(objects.errors()).containsPattern("wrong.cxx:5:\\d+: error: .unknown.: one variable for each PE is not possible");
        objects = compile("mpicxx", "wrong.cxx", """
                #include <flotilla_scope.h>
                #include <vector>
                flotilla_scope(node) std::vector<int> list = {1, 2};
                flotilla_scope(node) int fine = 3;
                """, OPTION).run();
        assertThat(objects.errors()).containsPattern("wrong.cxx:3:\\d+: error: .list. is one for all ranks").doesNotContain("fine");
    }

    @Test
    void whatStaysSharedIsSaid() throws IOException {
        Command.Result result = compile("mpicc", "shared.c", "int placed __attribute__((section(\"set\"))) = 1;", OPTION).run();
        good(result);
        assertThat(result.errors()).containsPattern("shared.c:1:\\d+: warning: .placed. is shared by all ranks, since it has a section");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-flto", "--coverage", "-mcmodel=medium"})
    void optionsThatCannotWorkAreRefused(String flag) throws IOException {
        Command.Result result = compile("mpicc", "plain.c", "int x;", OPTION, flag).run();
        assertThat(result.status()).isNotZero();
        assertThat(result.errors()).contains("--privatize=auto-tls does not work with " + flag);
    }

    @Test
    void theCompilersRefuseWhatTheyCannotUse() throws IOException {
        Map<List<String>, String> wrong = Map.of(
                List.of("--privatize=magic"), "no method that programs are compiled for",
                List.of("--privatize-exclude=" + SOURCES.resolve("shared.list")), "goes with --privatize=auto-tls only",
                List.of(OPTION, "--privatize-exclude=/nonexistent"), "--privatize-exclude=/nonexistent: cannot be read");
        for (var entry : wrong.entrySet()) {
            Command.Result result = compile("mpicc", "plain.c", "int x;", entry.getKey().toArray(String[]::new)).run();
            assertThat(result.status()).as(result.toString()).isEqualTo(2);
            assertThat(result.errors()).contains(entry.getValue()).hasLineCount(1);
        }
        Path list = Files.writeString(folder.resolve("list"), "one two\n");
        Command.Result result = compile("mpicc", "plain.c", "int x;", OPTION, "--privatize-exclude=" + list).run();
        assertThat(result.errors()).contains("list:1: not NAME or FILE:NAME: one two");
    }

    @Test
    void aLibraryCompiledSoNeedsAProgramCompiledSo() throws IOException {
        Path part = Files.writeString(folder.resolve("part.c"), "int part;");
        Path library = folder.resolve("libpart.so");
        Path program = folder.resolve("program");
        good(new Command(Installation.BIN + "/mpicc", OPTION, "-shared", "-fPIC", "-o", library.toString(), part.toString()).run());
        Path source = Files.writeString(folder.resolve("main.c"), "int main(void) { return 0; }");
        good(new Command(Installation.BIN + "/mpicc", "-Wl,--no-as-needed", "-Wl,-rpath," + folder, "-o", program.toString(), source.toString(),
                library.toString()).run());
        Command.Result result = run("none", 2, program);
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errors()).contains("was not compiled with --privatize=auto-tls, but its library libpart.so was").hasLineCount(1);
        good(run("pie", 2, program));
    }

    /** Debug information names the thread-local variables. */
    @Test
    void debuggersSeeTheVariables() throws IOException {
        Installation.need("gdb");
        Path program = folder.resolve("program");
        Path source = Files.writeString(folder.resolve("main.c"), """
                static int table[3] = {1, 2, 3};
                int *pointer = &table[1];
                int main(void) { return *pointer; }
                """);
        good(new Command(Installation.BIN + "/mpicc", OPTION, "-g", "-o", program.toString(), source.toString()).run());
        Command.Result result = new Command("gdb", "-batch", "-nx", "-ex", "set confirm off", "-ex", "break main", "-ex", "run",
                "-ex", "print table", "-ex", "print *pointer", program.toString()).run();
        assertThat(result.output()).contains("= {1, 2, 3}").contains("= 2");
    }
}
