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
                flotilla_scope(core) int unknown;
                """, OPTION).run();
        assertThat(objects.errors()).containsPattern("wrong.cxx:5:\\d+: error: .unknown.: the scope is .rank., .pe. or .node., not .core.");
        objects = compile("mpicxx", "wrong.cxx", """
                #include <flotilla_scope.h>
                #include <vector>
                flotilla_scope(node) std::vector<int> list = {1, 2};
                flotilla_scope(node) int fine = 3;
                """, OPTION).run();
        assertThat(objects.errors()).containsPattern("wrong.cxx:3:\\d+: error: .list. is one for all ranks").doesNotContain("fine");
    }

    /** Ranks are taken from one PE by the other, and each finds the variable of the PE that it is on. */
    @ParameterizedTest
    @ValueSource(strings = {"mpicc -O0", "mpicc -O3", "mpicxx -O2 -x c++"})
    void variablesOfPes(String compiler) {
        String[] words = compiler.split(" ");
        Path program = folder.resolve("program");
        good(new Command(Installation.BIN + "/" + words[0], OPTION, "-g", "-Wall", "-Wextra", "-Werror", "-o", program.toString())
                .and(List.of(words).subList(1, words.length)).and(SOURCES.resolve("pe.c").toString(), SOURCES.resolve("pepart.c").toString()).run());
        Command.Result result = Installation.run(16, "--privatize=auto-tls", program.toString()).run();
        good(result);
        assertThat(result.output()).isEqualTo("all of 4800 visits on 2 PEs, moved\n");
        // With images of its own a rank has all its variables for itself.
        assertThat(run("pie", 4, program).output()).isEqualTo("all of 1200 visits on 4 PEs, stayed\n");
    }

    @Test
    void variablesOfPesInTemplatesAndInlineFunctions() throws IOException {
        Files.writeString(folder.resolve("both.h"), """
                #include <flotilla_scope.h>
                template <typename T> struct holder { flotilla_scope(pe) static T kept; };
                template <typename T> flotilla_scope(pe) T holder<T>::kept = 7;
                flotilla_scope(pe) inline int everywhere = 3;
                inline int &local() { flotilla_scope(pe) static int inside = 9; return inside; }
                int *other();
                """);
        Path second = Files.writeString(folder.resolve("second.cxx"), """
                #include "both.h"
                int *other() { everywhere++; local()++; return &holder<int>::kept; }
                """);
        Path program = folder.resolve("program");
        good(compile("mpicxx", "first.cxx", """
                #include "both.h"
                #include <cstdio>
                #include <mpi.h>
                int main(int argc, char **argv) {
                    MPI_Init(&argc, &argv);
                    holder<int>::kept++, everywhere++, local()++;
                    bool same = other() == &holder<int>::kept;
                    MPI_Barrier(MPI_COMM_WORLD);
                    std::printf("%d %d %d %d\\n", holder<int>::kept, everywhere, local(), same);
                    MPI_Finalize();
                }
                """, OPTION, "-std=c++17").run());
        good(new Command(Installation.BIN + "/mpicxx", OPTION, "-std=c++17", "-o", program.toString(), folder.resolve("first.cxx").toString(),
                second.toString()).run());
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-n", "4", "--pes", "1", "--privatize=auto-tls",
                program.toString()).run();
        good(result);
        assertThat(result.output()).isEqualTo("11 11 17 1\n".repeat(4));
    }

    @Test
    void whatCannotBeOfPesIsAnError() throws IOException {
        Command.Result result = compile("mpicxx", "wrong.cxx", """
                #include <flotilla_scope.h>
                struct object { int n; object(int first); ~object(); };
                flotilla_scope(pe) int good = 1;
                int *address = &good;
                flotilla_scope(pe) object constructed(2);
                int local() { flotilla_scope(pe) static object inside(3); return inside.n; }
                flotilla_scope(pe) extern int endless[];
                int use(int i) { return endless[i]; }
                int mine;
                flotilla_scope(pe) int *to_mine = &mine;
                """, OPTION).run();
        assertThat(result.status()).isNotZero();
        assertThat(result.errors()).containsPattern("wrong.cxx:4:\\d+: error: .address. is initialized with the address of .good., of which each PE")
                .containsPattern("wrong.cxx:5:\\d+: error: .constructed. is ")
                .containsPattern("wrong.cxx:6:\\d+: error: .inside. has a constructor")
                .containsPattern("wrong.cxx:7:\\d+: error: .endless. has no size here")
                .containsPattern("wrong.cxx:10:\\d+: error: .to_mine. is ");
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
