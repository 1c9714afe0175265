package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Method {@code swap}: globals reached through the Global Offset Table are private; its limits are enforced and told. */
final class SwapTest {
    private static final int RANKS = 4;

    @TempDir
    private Path folder;

    private static Path build(String name) {
        Installation.need(Toolchain.FLOTILLA.toolsFor(name).toArray(String[]::new));
        return Guest.of(Installation.GUESTS.resolve(name)).build(Toolchain.FLOTILLA, "--privatize=swap");
    }

    /** Without --pes, as a person would. */
    private static Command swap(Object... words) {
        var command = new Command(Installation.FLOTILLA.toString(), "run", "-n", "" + RANKS, "--timeout", "60s", "--privatize=swap");
        for (Object word : words) {
            command.and(word.toString());
        }
        return command;
    }

    private static Command.Result good(Object... words) {
        Command.Result result = swap(words).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    private static void refused(Command command, String... mentioned) {
        Command.Result result = command.run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString().contains(mentioned);
    }

    private Path compile(String name, String source, String... options) throws IOException {
        Path input = Files.writeString(folder.resolve(name + ".c"), source);
        Path output = folder.resolve(name);
        Command.Result result = new Command(Installation.FLOTILLA.toString(), "cc", "-O1", "-w", input.toString(), "-o", output.toString())
                .and(options).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return output;
    }

    /** Nobody is warned, and the lines are those of private images. */
    @ParameterizedTest
    @ValueSource(strings = {"privatization/figure2.c", "privatization/swap/globals.c", "privatization/swap/objects.cxx",
        "privatization/swap/common.f90"})
    void globalsArePrivate(String name) {
        Path program = build(name);
        Command.Result swapped = good(program);
        Command.Result own = Installation.run(RANKS, "--privatize=pie", program.toString()).run();
        assertThat(swapped.sortedLines()).as(swapped.toString()).isEqualTo(own.sortedLines()).hasSizeGreaterThanOrEqualTo(RANKS);
        assertThat(swapped.errors()).as(swapped.toString()).isEmpty();
        assertThat(own.status()).as(own.toString()).isZero();
    }

    @Test
    void staticsAreSharedAndNamed() {
        Command.Result result = good(build("privatization/swap/statics.c"));
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("static 4, global 1", "static 4, global 1",
                "static 4, global 1", "static 4, global 1", "static of a function 105");
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString()
                .contains("2 static variables are shared", "of_file (statics.c)", "of_function (statics.c)").doesNotContain("global (", "global:");
    }

    @Test
    void strippedProgramsRunButStaticsCannotBeNamed() throws IOException {
        Path program = compile("stripped", """
                #include <mpi.h>
                #include <stdio.h>
                int zero; int *pointer = &zero;
                int main(int argc, char **argv)
                {
                    MPI_Init(&argc, &argv);
                    MPI_Comm_rank(MPI_COMM_WORLD, &zero);
                    MPI_Barrier(MPI_COMM_WORLD);
                    printf("%d %d\\n", zero, *pointer);
                    MPI_Finalize();
                }
                """, "--privatize=swap", "-s");
        Command.Result result = good(program);
        assertThat(result.sortedLines()).as(result.toString()).containsExactly("0 0", "1 1", "2 2", "3 3");
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString().contains("is stripped", "static variables");
    }

    @Test
    void codeThatIsNotCompiledForItIsFound() throws IOException {
        Path part = folder.resolve("part.o");
        Files.writeString(folder.resolve("part.c"), "extern int one, many[1000]; void part(void) { one++; many[0]++; }");
        assertThat(new Command(Installation.FLOTILLA.toString(), "cc", "-c", folder.resolve("part.c").toString(), "-o", part.toString())
                .run().status()).isZero();
        Path program = compile("mixed", """
                #include <mpi.h>
                int one, many[1000], fine;
                void part(void);
                int main(int argc, char **argv)
                {
                    MPI_Init(&argc, &argv);
                    one++, many[0]++, fine++;
                    part();
                    MPI_Finalize();
                }
                """, "--privatize=swap", part.toString());
        Command.Result result = good(program);
        assertThat(result.errorLines()).as(result.toString()).singleElement().asString()
                .contains("mixed: 2 global variables", "one", "many", "compile all files with --privatize=swap").doesNotContain("fine");
    }

    @Test
    void librariesThatAreNotCompiledForItAreNamed() {
        Path program = build("privatization/userlibrary.c");
        Command.Result result = swap(program).run();
        assertThat(result.errors()).as(result.toString()).contains("libouter.so is not compiled for --privatize=swap",
                "libinner.so is not compiled for --privatize=swap");
    }

    @Test
    void programsThatAreNotCompiledForItAreRefused() throws IOException {
        Path program = compile("plain", "#include <mpi.h>\nint main(void) { MPI_Init(0, 0); MPI_Finalize(); }");
        refused(swap(program), "not compiled for --privatize=swap", "flotilla cc --privatize=swap", "--privatize=pie");
    }

    @Test
    void onePeAndNoMore() {
        Path program = build("privatization/figure2.c");
        refused(swap("--pes", "2", program), "--pes 2", "Global Offset Table", "--privatize=pie");
        Command.Result one = good("-v", "--pes", "1", program);
        assertThat(one.sortedLines()).as(one.toString()).containsExactly("rank: 0", "rank: 1", "rank: 2", "rank: 3");
        assertThat(one.errors()).as(one.toString()).contains("one PE", "--privatize=swap");
    }

    @Test
    void threadsAreRefused() {
        Command.Result result = swap(build("threads/pthreads.c")).run();
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        assertThat(result.errors()).as(result.toString()).contains("makes a thread", "--privatize=swap", "--privatize=pie");
    }

    /** Longer than ranks that keep a PE to themselves are left alone otherwise. */
    @Test
    void ranksAreRunOneAtATime() {
        Command.Result result = good(build("privatization/swap/computing.c"), "2");
        assertThat(result.sortedLines()).as(result.toString()).isEqualTo(List.of("rank 0: 0", "rank 1: 0", "rank 2: 0", "rank 3: 0"));
    }

    @Test
    void compilerKnowsTheMethods() {
        Command.Result shown = new Command(Installation.FLOTILLA.toString(), "cc", "--privatize=swap", "-show", "a.c", "-fPIE").run();
        assertThat(shown.output()).as(shown.toString()).contains("a.c -fPIE -fPIC", "-Wl,--no-relax").doesNotContain("--privatize");
        refused(new Command(Installation.FLOTILLA.toString(), "cc", "--privatize=magic", "a.c"), "magic", "swap");
    }
}
