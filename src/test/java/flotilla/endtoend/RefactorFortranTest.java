package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code flotilla refactor} on Fortran: what it makes of a program runs with shared images ({@code none}) as the program does with
 * private ones ({@code pie}), has no variable left that ranks would share, and is an ordinary program of another MPI.
 */
final class RefactorFortranTest {
    private static final int RANKS = 6;
    private static final Path PROGRAMS = Installation.GUESTS.resolve("privatization");
    private static final Path READER = Installation.HOME.resolve("libexec/fortran-reader");
    private static final String ORDER = "compile in this order: ";

    @TempDir
    private Path folder;

    @BeforeAll
    static void reader() {
        Installation.need("gfortran", "g++");
        assumeTrue(Files.exists(Path.of("/usr/lib/llvm-19/lib/libFortranSemantics.a")) && Files.exists(Path.of("/usr/lib/llvm-19/include/llvm/ADT")),
                "libflang-19-dev and llvm-19-dev are not installed");
        // It is built on first use, which takes minutes on a busy machine.
        Command.Result result = new Command(READER.toString()).within(Duration.ofMinutes(15)).run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    private Path made() {
        return folder.resolve("made");
    }

    private Command.Result refactor(Object... words) {
        return new Command(Installation.FLOTILLA.toString(), "refactor", "-o", made().toString())
                .and(Arrays.stream(words).map(Object::toString).toList()).in(folder).run();
    }

    private static List<Path> order(Command.Result refactored) {
        return refactored.output().lines().filter(line -> line.startsWith(ORDER)).flatMap(line -> Arrays.stream(line.substring(ORDER.length()).split(" ")))
                .map(Path::of).toList();
    }

    private Path compile(String compiler, String name, List<Path> sources, String... flags) throws IOException {
        Path modules = Files.createDirectory(folder.resolve("modules-" + name));
        Path program = folder.resolve(name);
        Command.Result result = new Command(compiler, "-O1", "-J", modules.toString(), "-o", program.toString()).and(flags)
                .and(sources.stream().map(Path::toString).toList()).within(Duration.ofMinutes(5)).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return program;
    }

    private static Command.Result good(Command command) {
        Command.Result result = command.run();
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    private void sameBeforeAndAfter(List<Path> before, List<Path> after) throws IOException {
        String compiler = Toolchain.FLOTILLA.compilerFor("x.f90");
        List<String> expected = good(Installation.run(RANKS, "--privatize=pie", compile(compiler, "before", before, "-w").toString())).sortedLines();
        Path program = compile(compiler, "after", after, "-w");
        Command.Result shared = good(Installation.run(RANKS, "--privatize=none", program.toString()));
        assertThat(shared.sortedLines()).as(shared.toString()).isEqualTo(expected);
        Command.Result checked = good(Installation.run(RANKS, "--privatize=none", "--check-globals", program.toString()));
        assertThat(checked.sortedLines()).as(checked.toString()).isEqualTo(expected);
        assertThat(checked.errorLines()).as(checked.toString()).anySatisfy(line -> assertThat(line).contains("--check-globals: no variable differs"));
        if (Installation.has("mpifort.mpich") && Installation.has("mpirun.mpich")) {
            Command.Result result = good(Mpich.run("-n", Integer.toString(RANKS), compile("mpifort.mpich", "ordinary", after, "-w").toString()));
            assertThat(result.sortedLines()).as(result.toString()).isEqualTo(expected);
        }
    }

    /** Modules that use each other, COMMON blocks in several units and an included file, both forms, and what procedures save. */
    @Test
    void severalSources() throws IOException {
        Path sources = PROGRAMS.resolve("fortran");
        // In any order.
        Command.Result result = refactor(sources.resolve("main.f90"), sources.resolve("old.f"), sources.resolve("mesh.f90"), sources.resolve("kinds.f90"));
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).startsWith("36 variables moved; ");
        for (String name : List.of("accumulate", "combine", "sum_integers", "sum_reals", "plus")) {
            assertThat(result.errors()).as(result.toString()).contains(": note: " + name + " keeps its parameters, as ");
        }
        assertThat(result.errors()).as(result.toString()).doesNotContain("left alone");
        sameBeforeAndAfter(List.of(sources.resolve("kinds.f90"), sources.resolve("mesh.f90"), sources.resolve("old.f"), sources.resolve("main.f90")),
                order(result));
        assertThat(made().resolve("mesh.f90")).content()
                .contains("integer(4) :: marks(6)  ! one for each cell", "pure real(dp) function width(g, i)", "type(mesh_globals), intent(in) :: g",
                        "call inner(i)", "real(dp), intent(in) :: values(g%steps)", "! For MPI_Op_create, which hands nothing on.")
                .doesNotContain("data matrix", "save :: big");
        assertThat(made().resolve("old.f")).content().contains("C     Fixed form, COMMON in several units").doesNotContain("data viscosity");
        assertThat(made().resolve("kinds.f90")).hasSameTextualContentAs(sources.resolve("kinds.f90"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fortran/fixed.f", "fortran/state.f90", "fortran/interface.f90", "privatization/differing.f90", "privatization/swap/common.f90",
        "privatization/cells/variables.f90"})
    void programs(String name) throws IOException {
        refactoredIsTheSame(Installation.GUESTS.resolve(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello.f90", "heat2d.f90"})
    void examples(String name) throws IOException {
        refactoredIsTheSame(Installation.EXAMPLES.resolve(name));
    }

    private void refactoredIsTheSame(Path source) throws IOException {
        Command.Result result = refactor(source);
        assertThat(result.status()).as(result.toString()).isZero();
        sameBeforeAndAfter(List.of(source), order(result));
    }

    @Test
    void whatCannotMoveIsNamedAndStays() throws IOException {
        Path source = PROGRAMS.resolve("fortran-left/main.f90");
        Command.Result result = refactor(source);
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        for (String name : List.of("things.watched", "things.index", "things.listed", "things.first", "things.overlaid", "things.any", "things.hook",
                "things.aimed", "things.arrow", "things.shared_with_c", "things.bound", "things.offset", "things.kind_of", "things.distant",
                "inside.secret", "inside.seen", "deep", "inside.a of COMMON /shape/", "left.total of COMMON /counter/")) {
            assertThat(result.errorLines()).as(result.toString()).anySatisfy(line ->
                    assertThat(line).matches("flotilla: .*main\\.f90:\\d+: \\Q" + name + "\\E is left alone: .+"));
        }
        // The line that is named is one that has to do with it.
        String said = result.errorLines().stream().filter(line -> line.contains("things.watched is left")).findFirst().orElseThrow();
        int line = Integer.parseInt(said.replaceFirst(".*main\\.f90:(\\d+):.*", "$1"));
        assertThat(Files.readAllLines(source).get(line - 1)).contains("volatile :: watched");
        assertThat(result.output()).as(result.toString()).startsWith("3 variables moved; ");
        String expected = good(new Command(compile("gfortran", "before", List.of(source), "-w").toString())).output();
        assertThat(good(new Command(compile("gfortran", "after", order(result), "-w").toString())).output()).isEqualTo(expected).isNotEmpty();
    }

    private void refused(Command.Result result, String... mentioned) {
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString().startsWith("flotilla: ").contains(mentioned);
        assertThat(made()).doesNotExist();
    }

    private Path source(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    @Test
    void badInput() throws IOException {
        refused(refactor(folder.resolve("nowhere.f90")), "nowhere.f90", "not found");
        refused(refactor(source("bad.f90", "program p", "  integer :: n", "  n = 'text'", "end program")), "bad.f90:3", "error");
        refused(refactor(source("alone.f90", "module m", "  integer :: n", "end module")), "main program");
        refused(refactor(source("unfinished.f90", "program p", "  if (.true.) then", "end program")), "unfinished.f90");
        refused(refactor(source("using.f90", "program p", "  use nowhere", "end program")), "using.f90:2", "nowhere");
        refused(refactor(source("both.f90", "program p", "end program"), source("both.c", "int x;")), "one language");
        refused(refactor(Installation.EXAMPLES.resolve("heat2d.f90"), "--groups", source("groups", "a: b")), "--groups", "Fortran");
        refused(refactor(Installation.EXAMPLES.resolve("heat2d.f90"), "--", "-funknown"), "-funknown");
        Path copy = Files.copy(Installation.EXAMPLES.resolve("heat2d.f90"), folder.resolve("copy.f90"));
        refused(new Command(Installation.FLOTILLA.toString(), "refactor", copy.toString(), "-o", folder.toString()).run(), "-o", "sources");
        assertThat(copy).hasSameTextualContentAs(Installation.EXAMPLES.resolve("heat2d.f90"));
    }

    /** What the preprocessor leaves out is copied, and what is meant is what the options say. */
    @Test
    void preprocessed() throws IOException {
        Path source = source("cut.F90", "module m", "  integer :: n = 1", "#ifdef MORE", "  integer :: more = 2", "#else", "  integer :: other = 3", "#endif",
                "end module", "program p", "  use m", "#ifdef MORE", "  more = more + n; n = 5", "  print *, n, more", "#else", "  print *, other", "#endif",
                "end program");
        Command.Result result = refactor(source, "--", "-DMORE");
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).startsWith("2 variables moved");
        Path program = compile("gfortran", "cut", order(result), "-DMORE");
        assertThat(good(new Command(program.toString())).output().strip()).matches("5\\s+3");
        var lines = new ArrayList<>(Files.readAllLines(made().resolve("cut_modules.F90")));
        assertThat(lines).contains("#ifdef MORE", "  integer :: other = 3", "#endif");
    }
}
