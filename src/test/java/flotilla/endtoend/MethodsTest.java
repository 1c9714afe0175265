package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flotilla.image.Privatization;
import flotilla.image.Traits;
import flotilla.image.Traits.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the methods of privatization say of themselves, cell by cell, against programs that depend on it. */
final class MethodsTest {
    private static final Path CELLS = Installation.GUESTS.resolve("privatization/cells");
    private static final int RANKS = 4;

    /** What makes a program one for the method, where that is needed, by compiler. */
    private static final Map<String, Map<String, List<String>>> COMPILED = Map.of(
            "tls", Map.of("cc", List.of("-DTAG=_Thread_local"), "c++", List.of("-DTAG=thread_local"), "fort", List.of("-fopenmp")));

    /** Of all tests, so that each program is compiled once. */
    @TempDir
    static Path folder;

    static Stream<Privatization> methods() {
        return Privatization.all().stream();
    }

    private static List<String> flags(Privatization method, String compiler) {
        var flags = new ArrayList<>(COMPILED.getOrDefault(method.name(), Map.of()).getOrDefault(compiler, List.of()));
        if (flags.isEmpty() && method.traits().recompiling().answer() == Answer.YES) {
            flags.add("--privatize=" + method.name());
        }
        return flags;
    }

    private static Path compiled(String compiler, List<String> flags, String source, String... more) {
        Path program = folder.resolve(source.replace('.', '-') + flags.hashCode());
        if (!Files.exists(program)) {
            Command.Result result = new Command(Installation.FLOTILLA.toString(), compiler).and(flags)
                    .and("-o", program.toString(), CELLS.resolve(source).toString()).and(more).in(folder).run();
            assumeTrue(!result.errors().contains("install"), result.toString());
            assertThat(result.status()).as(result.toString()).isZero();
        }
        return program;
    }

    private static Path c(List<String> flags) {
        Path library = folder.resolve("libcell" + flags.hashCode() + ".so");
        if (!Files.exists(library)) {
            Command.Result result = new Command(Installation.FLOTILLA.toString(), "cc").and(flags)
                    .and("-fPIC", "-shared", "-o", library.toString(), CELLS.resolve("library.c").toString()).run();
            assumeTrue(!result.errors().contains("install"), result.toString());
            assertThat(result.status()).as(result.toString()).isZero();
        }
        return compiled("cc", flags, "variables.c", library.toString());
    }

    private static Command.Result run(Privatization method, int ranks, List<String> options, Path program, String... arguments) {
        return new Command(Installation.FLOTILLA.toString(), "run", "-n", Integer.toString(ranks), "--timeout", "60s",
                "--privatize=" + method.name()).and(options).and(program.toString()).and(arguments).run();
    }

    /** What the program says: private or shared. */
    private static String verdict(Privatization method, Path program, String kind) {
        // On one PE: whether several may be used is another cell.
        Command.Result result = run(method, RANKS, List.of("--pes", "1"), program, kind);
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).as(result.toString()).startsWith(kind + ": ");
        return result.output().strip().substring(kind.length() + 2);
    }

    private static void check(Privatization method, String column, Traits.Support cell, String verdict) {
        // "Partly" holds for a program that is compiled for the method.
        assertThat(verdict).as("%s: %s says %s", method.name(), column, cell).isEqualTo(cell.answer() == Answer.NO ? "shared" : "private");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void statics(Privatization method) {
        check(method, "statics", method.traits().statics(), verdict(method, c(flags(method, "cc")), "statics"));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void globalsArePrivateUnlessThereIsNoPrivatization(Privatization method) {
        assertThat(verdict(method, c(flags(method, "cc")), "globals")).isEqualTo(method.name().equals("none") ? "shared" : "private");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void sharedObjects(Privatization method) {
        check(method, "shared objects", method.traits().sharedObjects(), verdict(method, c(flags(method, "cc")), "library"));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void cxx(Privatization method) {
        Installation.need("g++");
        check(method, "C++", method.traits().cxx(), verdict(method, compiled("c++", flags(method, "c++"), "objects.cxx"), "objects"));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void fortran(Privatization method) {
        Installation.need("gfortran");
        Path program = compiled("fort", flags(method, "fort"), "variables.f90");
        check(method, "Fortran", method.traits().fortran(), verdict(method, program, "fortran"));
        check(method, "statics", method.traits().statics(), verdict(method, program, "saved"));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void severalPes(Privatization method) {
        Command.Result result = run(method, RANKS, List.of("--pes", "2"), c(flags(method, "cc")), "globals");
        assertThat(result.status() == 0).as(result.toString()).isEqualTo(method.traits().severalPes().answer() == Answer.YES);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void ranksPerProcess(Privatization method) {
        boolean limited = !method.traits().ranksPerProcess().equals("any number");
        Command.Result result = run(method, 40, List.of("--pes", "1"), c(flags(method, "cc")), "globals");
        assertThat(result.status() == 0).as(result.toString()).isEqualTo(!limited);
        if (limited) {
            assertThat(result.status()).as(result.toString()).isEqualTo(2);
            assertThat(result.errors()).as(result.toString()).contains("--privatize=" + method.name());
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void migration(Privatization method) {
        Command.Result result = run(method, 2, List.of("--nodes", "2", "--pes-per-node", "1"), compiled("cc", flags(method, "cc"), "moves.c"));
        assertThat(result.status()).as(result.toString()).isZero();
        boolean moves = method.traits().migration().answer() == Answer.YES;
        assertThat(result.output()).as(result.toString()).isEqualTo(moves ? "moved\n" : "stayed\n");
        if (!moves) {
            assertThat(result.errors()).as(result.toString()).contains("rank 0 stays: ", "--privatize=pie");
        }
    }

    /** A program that was not compiled for a method that needs it is refused, or its variables are shared. */
    @ParameterizedTest
    @MethodSource("methods")
    void recompiling(Privatization method) {
        Command.Result result = run(method, RANKS, List.of("--pes", "1"), c(List.of()), "globals");
        boolean works = result.status() == 0 && result.output().contains("private");
        boolean needed = method.traits().recompiling().answer() == Answer.YES;
        assertThat(works).as(result.toString()).isEqualTo(!needed && !method.name().equals("none"));
    }

    @Test
    void theTableNamesEveryMethodAndWhatItSays() {
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "methods").run();
        assertThat(result.status()).as(result.toString()).isZero();
        for (Privatization method : Privatization.all()) {
            assertThat(result.output()).contains(method.name(), method.summary());
        }
        assertThat(result.output()).contains("static variables", "Fortran", "several PEs", "ranks per process", "migration", "recompiling");
    }

    @Test
    void explainNamesTheMethodThatIsTakenAndTheVariablesThatWouldBeShared() {
        Path tagged = c(flags(Privatization.named("tls"), "cc"));
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "methods", "--explain", tagged.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        assertThat(result.output()).containsPattern("pie +can run it; chosen by default").containsPattern("private with every method \\(4\\)")
                .contains("in_library").contains("It has no variables that ranks could share by mistake");
        Command.Result plain = new Command(Installation.FLOTILLA.toString(), "methods", "--explain", c(List.of()).toString()).run();
        assertThat(plain.output()).as(plain.toString()).containsPattern("since they are not tagged as thread-local, with tls \\(4\\)")
                .containsPattern("4 bytes +of_file \\(static\\)").containsPattern("4 bytes +global\n");
        Command.Result none = new Command(Installation.FLOTILLA.toString(), "methods", "--explain", "/etc/passwd").run();
        assertThat(none.status()).as(none.toString()).isOne();
        assertThat(none.output()).as(none.toString()).containsPattern("pie +cannot: .*not an ELF file");
    }

    @Test
    void theChoiceIsToldToWhoAsks() {
        Path program = c(List.of());
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "run", "-v", "-n", "2", program.toString(), "globals").run();
        assertThat(result.output()).as(result.toString()).contains("globals: private");
        assertThat(result.errors()).contains("--privatize=pie: ");
        Command.Result doctor = new Command(Installation.FLOTILLA.toString(), "doctor", program.toString()).run();
        assertThat(doctor.output()).as(doctor.toString()).containsPattern("privatization +pie");
    }
}
