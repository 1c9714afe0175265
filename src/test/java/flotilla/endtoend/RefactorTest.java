package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code flotilla refactor}: what it makes of a program runs with shared images ({@code none}) as the program does with private
 * ones ({@code pie}), and as an ordinary program of another MPI.
 */
final class RefactorTest {
    private static final int RANKS = 12;
    private static final Path PROGRAMS = Installation.GUESTS.resolve("privatization");
    private static final Path INCLUDE = PROGRAMS.resolve("include");

    @TempDir
    private Path folder;

    @BeforeEach
    void clang() {
        Installation.need("clang", "gcc");
    }

    private Path made() {
        return folder.resolve("made");
    }

    private Command.Result refactor(Object... words) {
        return new Command(Installation.FLOTILLA.toString(), "refactor", "-o", made().toString())
                .and(Arrays.stream(words).map(Object::toString).toList()).in(folder).run();
    }

    private Command.Result everythingMoves(Object... words) {
        Command.Result result = refactor(words);
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    private static Path compile(String compiler, Path program, List<Path> sources, String... flags) {
        Command.Result result = new Command(compiler, "-O1", "-Wall", "-Wno-attributes", "-Werror=implicit", "-Werror=incompatible-pointer-types",
                "-I" + INCLUDE, "-o", program.toString()).and(flags).and(sources.stream().map(Path::toString).toList()).and("-lm").run();
        assertThat(result.status()).as(result.toString()).isZero();
        return program;
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".c")).sorted().toList();
        }
    }

    private List<String> linesOf(String method, List<Path> sources, String... arguments) {
        Path program = compile(Toolchain.FLOTILLA.compilerFor("x.c"), folder.resolve("program-" + method), sources);
        Command.Result result = Installation.run(RANKS, "--privatize=" + method, program.toString()).and(arguments).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return result.sortedLines();
    }

    private void sameBeforeAndAfter(List<Path> before, String... arguments) throws IOException {
        List<String> expected = linesOf("pie", before, arguments);
        assertThat(linesOf("none", sources(made()), arguments)).isEqualTo(expected).isNotEmpty();
        if (Installation.has("mpicc.mpich") && Installation.has("mpirun.mpich")) {
            Path ordinary = compile("mpicc.mpich", folder.resolve("ordinary"), sources(made()));
            Command.Result result = Mpich.run("-n", Integer.toString(RANKS), ordinary.toString()).and(arguments).run();
            assertThat(result.status()).as(result.toString()).isZero();
            assertThat(result.sortedLines()).as(result.toString()).isEqualTo(expected);
        }
    }

    @Test
    void figure2() throws IOException {
        Path source = PROGRAMS.resolve("figure2.c");
        assertThat(linesOf("none", List.of(source))).doesNotHaveToString(linesOf("pie", List.of(source)).toString());
        everythingMoves(source);
        sameBeforeAndAfter(List.of(source));
        assertThat(made().resolve("globals.h")).content().contains("struct figure2_globals {\n    int rank_global;\n};");
        assertThat(made().resolve("figure2.c")).content().startsWith("/*\n * The program of Figure 2")
                .contains("printf(\"rank: %d\\n\", g->rank_global);");
    }

    /** A copy of a program in which some of its text is another. */
    private Path changed(Path source, String... replacements) throws IOException {
        String text = Files.readString(source);
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(text).contains(replacements[i]);
            text = text.replace(replacements[i], replacements[i + 1]);
        }
        Path copy = folder.resolve("programs").resolve(source.getFileName());
        Files.createDirectories(copy.getParent());
        return Files.writeString(copy, text);
    }

    /** With constructors, destructors and functions for atexit, and a header that lies elsewhere. */
    @Test
    void globals() throws IOException {
        Path header = Installation.GUESTS.resolve("support/check.h");
        // The environment is shared with none.
        Path source = changed(PROGRAMS.resolve("globals.c"), "CHECK((getenv(name) != NULL) == (other == check_rank));", ";",
                "CHECK(strcmp(getenv(\"FLOTILLA_TEST\"), value) == 0);", ";");
        Files.createDirectories(folder.resolve("support"));
        Path copy = Files.copy(header, folder.resolve("support/check.h"));
        everythingMoves(source, copy);
        sameBeforeAndAfter(List.of(source));
    }

    /** The variables of getopt are shared with none, so the program gets no options. */
    @Test
    void jacobi() throws IOException {
        Path source = changed(Installation.EXAMPLES.resolve("jacobi3d.c"), "{192, 192, 192}", "{20, 21, 22}", "iterations = 100", "iterations = 30",
                "quiet = 0", "quiet = 1");
        Path groups = Files.writeString(folder.resolve("groups"), "# of the solver\nmesh: cells blocks, first\nfields: now next wave\nmesh: count\n");
        everythingMoves("--groups", groups, "--name", "solver", source);
        assertThat(made().resolve("globals.h")).content().contains("struct solver_mesh mesh;", "struct solver_fields fields;");
        assertThat(made().resolve("jacobi3d.c")).content().contains("sizeof *g->fields.now", "g->mesh.count[0] + 2", "MPI_Barrier(g->grid)");
        sameBeforeAndAfter(List.of(source));
        Command.Result unknown = refactor("--groups", Files.writeString(groups, "mesh: cells nothing\n"), source);
        assertThat(unknown.status()).as(unknown.toString()).isEqualTo(2);
        assertThat(unknown.errorLines()).as(unknown.toString()).singleElement().asString().contains("nothing", "groups");
    }

    @ParameterizedTest
    @CsvSource({"masterworker.c, 60", "halo.c, 3 5"})
    void examples(String name, String arguments) throws IOException {
        everythingMoves(Installation.EXAMPLES.resolve(name));
        Path program = compile(Toolchain.FLOTILLA.compilerFor(name), folder.resolve("program"), sources(made()));
        Command.Result result = Installation.run(RANKS, "--privatize=none", program.toString()).and(arguments.split(" ")).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).contains(": correct").doesNotContain("WRONG");
    }

    /** Two sources and a header with everything that C knows. */
    @Test
    void severalSources() throws IOException {
        List<Path> sources = sources(PROGRAMS.resolve("refactored"));
        Command.Result result = refactor(sources.toArray());
        // A volatile variable stays, and everything else moves.
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        assertThat(result.errorLines().stream().filter(line -> !line.contains(": note: "))).as(result.toString())
                .singleElement().asString().contains("main.c:", "caught is left alone: it is volatile");
        assertThat(result.errors()).contains("by_distance keeps its parameters, as its address is taken");
        sameBeforeAndAfter(sources);
        assertThat(new Command("diff", made().resolve("grid.h").toString(), PROGRAMS.resolve("refactored/grid.h").toString()).run().output())
                .doesNotContain("typedef double real", "A header of the program");
    }

    @Test
    void whatCannotMoveIsNamedAndStays() throws IOException {
        Path source = PROGRAMS.resolve("left/main.c");
        Command.Result result = refactor(source, "--", "-I" + INCLUDE);
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        List<String> lines = Files.readAllLines(source);
        for (String name : List.of("from_header", "flag", "pointed", "points", "sectioned", "thread_count", "thread_inner", "started_by_pointer", "pasted", "summed",
                "made", "by_macro", "short_lived", "declared", "flexible", "labels.targets", "here.name")) {
            assertThat(result.errorLines()).as(result.toString()).anySatisfy(line ->
                    assertThat(line).matches("flotilla: .*main\\.c:\\d+: " + name + " is left alone: .+"));
        }
        for (String name : List.of("old", "call_it", "print_pasted")) {
            assertThat(result.errors()).as(result.toString()).contains(": note: " + name + " keeps its parameters, as ");
        }
        // The line that is named is one that has to do with it.
        String flag = result.errorLines().stream().filter(line -> line.contains(" flag is left")).findFirst().orElseThrow();
        int line = Integer.parseInt(flag.replaceFirst(".*main\\.c:(\\d+):.*", "$1"));
        assertThat(lines.get(line - 1)).isEqualTo("volatile int flag;");
        assertThat(made().resolve("main.c")).content().contains("volatile int flag;").doesNotContain("static int old_counter");
        Path before = compile(Toolchain.FLOTILLA.compilerFor("x.c"), folder.resolve("before"), List.of(source), "-w", "-pthread");
        Path after = compile(Toolchain.FLOTILLA.compilerFor("x.c"), folder.resolve("after"), sources(made()), "-w", "-pthread");
        String expected = new Command(before.toString()).run().output();
        assertThat(new Command(after.toString()).run().output()).isEqualTo(expected).isNotEmpty();
    }

    private void refused(Command.Result result, String... mentioned) {
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString().startsWith("flotilla: ").contains(mentioned);
        assertThat(made()).doesNotExist();
    }

    @Test
    void badInput() throws IOException {
        Path source = PROGRAMS.resolve("figure2.c");
        refused(refactor(), "no source");
        refused(refactor(source, Installation.EXAMPLES.resolve("heat2d.f90")), "heat2d.f90", "Fortran", "one language");
        refused(refactor(Installation.EXAMPLES.resolve("hello.cxx")), "hello.cxx", "C++");
        refused(refactor(folder.resolve("nowhere.c")), "nowhere.c", "not found");
        refused(refactor(folder), "folder");
        refused(refactor(Files.writeString(folder.resolve("bad.c"), "int main(void) { return x; }\n")), "bad.c:1", "undeclared");
        refused(refactor(Files.writeString(folder.resolve("no_main.c"), "int x;\n")), "main");
        refused(refactor(PROGRAMS.resolve("left/main.c")), "elsewhere.h", "-I");
        refused(refactor(source, "--name", "2nd"), "--name", "2nd");
        refused(refactor(source, "--groups", folder.resolve("nothing")), "--groups");
        Path copy = Files.copy(source, folder.resolve("copy.c"));
        Command.Result over = new Command(Installation.FLOTILLA.toString(), "refactor", copy.toString(), "-o", folder.toString()).run();
        refused(over, "-o", "sources");
        assertThat(copy).hasSameTextualContentAs(source);
    }

    @Test
    void missingClangIsNamed() throws IOException {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : List.of("readlink", "sh")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool));
        }
        var words = new ArrayList<>(List.of("refactor", "-o", made().toString(), PROGRAMS.resolve("figure2.c").toString()));
        Command.Result result = new Command(Installation.FLOTILLA.toString()).and(words).with("PATH", tools.toString())
                .with("JAVA_HOME", System.getProperty("java.home")).run();
        refused(result, "clang", "apt install clang");
    }
}
