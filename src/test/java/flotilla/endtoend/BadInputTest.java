package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Input that can't be used is answered by one line that says what, where and what to do, and exit status 2. */
final class BadInputTest {
    @TempDir
    private static Path folder;
    private static Path good;

    @BeforeAll
    static void compileSomethingGood() throws IOException {
        Installation.need("gcc");
        good = folder.resolve("good");
        Command.Result result = new Command(Toolchain.FLOTILLA.compilerFor("hello.c"), "-o", good.toString(),
                Installation.EXAMPLES.resolve("hello.c").toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    private static void refused(Command command, String... mentioned) {
        Command.Result result = command.run();
        assertThat(result.status()).as(result.toString()).isEqualTo(2);
        assertThat(result.errorLines()).as(result.toString()).hasSize(1);
        assertThat(result.errors()).as(result.toString()).startsWith("flotilla: ").contains(mentioned);
        assertThat(result.output()).as(result.toString()).isEmpty();
    }

    private static Command flotillaRun(Object... words) {
        return new Command(Installation.FLOTILLA.toString(), "run").and(List.of(words).stream().map(Object::toString).toList());
    }

    private static Path compile(String name, String... flags) {
        Path source = folder.resolve(name + ".c");
        Path program = folder.resolve(name);
        try {
            Files.writeString(source, "int main(void) { return 0; }\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Command.Result result = new Command("gcc", "-o", program.toString()).and(flags).and(source.toString()).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return program;
    }

    @Test
    void fileThatIsNotElf() throws IOException {
        Path text = Files.writeString(folder.resolve("letter"), "Dear rank, this is a letter and not a program.\n".repeat(10));
        refused(flotillaRun("-n", 2, text), text.toString(), "ELF");
        Path script = Files.writeString(folder.resolve("script.sh"), "#!/bin/sh\necho hello\n");
        refused(flotillaRun("-n", 2, script), script.toString(), "script");
    }

    @Test
    void emptyFile() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        refused(flotillaRun("-n", 2, empty), empty.toString());
    }

    @Test
    void otherArchitecture() throws IOException {
        byte[] bytes = Files.readAllBytes(good);
        bytes[0x12] = (byte) 183;  // e_machine: EM_AARCH64
        Path other = Files.write(folder.resolve("aarch64"), bytes);
        refused(flotillaRun("-n", 2, other), other.toString(), "x86-64");
    }

    @Test
    void staticallyLinked() {
        Path program = compile("static", "-static");
        refused(flotillaRun("-n", 2, program), program.toString(), "static");
    }

    @Test
    void staticallyLinkedAndPositionIndependent() {
        Path program = compile("static-pie", "-static-pie");
        refused(flotillaRun("-n", 2, program), program.toString(), "static");
    }

    @Test
    void notPositionIndependent() {
        Path program = compile("no-pie", "-no-pie");
        refused(flotillaRun("-n", 2, program), program.toString(), "-pie");
    }

    @Test
    void libraryInsteadOfProgram() {
        Path library = folder.resolve("libsomething.so");
        Path source = folder.resolve("something.c");
        assertThat(new Command("sh", "-c", "echo 'int something;' > " + source + "; gcc -shared -fPIC -o " + library + " " + source)
                .run().status()).isZero();
        refused(flotillaRun("-n", 2, library), library.toString());
    }

    @Test
    void missingLibrary() {
        Path source = folder.resolve("needs.c");
        Path program = folder.resolve("needs");
        Path library = folder.resolve("libgone.so");
        String script = "cd " + folder + " && echo 'int gone(void) { return 0; }' > gone.c && gcc -shared -fPIC -Wl,-soname,libgone.so -o "
                + library + " gone.c && echo 'int gone(void); int main(void) { return gone(); }' > " + source + " && gcc -o " + program
                + " " + source + " -L. -lgone -Wl,-rpath,/nowhere/at/all && rm " + library;
        Command.Result result = new Command("sh", "-c", script).run();
        assertThat(result.status()).as(result.toString()).isZero();
        refused(flotillaRun("-n", 2, program), "libgone.so", "/nowhere/at/all");
    }

    @ParameterizedTest
    @CsvSource({"20", "63", "64", "100", "1000", "4000"})
    void truncatedFile(int length) throws IOException {
        byte[] bytes = Files.readAllBytes(good);
        Path truncated = Files.write(folder.resolve("truncated-" + length), Arrays.copyOf(bytes, length));
        refused(flotillaRun("-n", 2, truncated), truncated.toString());
    }

    @Test
    void sectionOutsideTheFile() throws IOException {
        byte[] bytes = Files.readAllBytes(good);
        for (int i = 0; i < 8; i++) {
            bytes[0x20 + i] = 0x7f;  // e_phoff
        }
        Path broken = Files.write(folder.resolve("broken"), bytes);
        refused(flotillaRun("-n", 2, broken), broken.toString());
    }

    @ParameterizedTest
    @CsvSource({"0", "-3", "many", "1e3", "99999999999", "''", "2.5"})
    void nonsenseRankCount(String count) {
        refused(flotillaRun("-n", count, good), "-n");
    }

    @Test
    void moreRanksThanTheAddressSpaceHolds() {
        refused(flotillaRun("-n", 100_000_000, good), "ranks");
    }

    @Test
    void moreMappingsThanTheKernelAllows() {
        long limit = Long.parseLong(new Command("cat", "/proc/sys/vm/max_map_count").run().output().strip());
        assumeTrue(limit < 1_000_000, "vm.max_map_count is " + limit);
        // Each rank takes several mappings.
        refused(flotillaRun("-n", limit / 3, good), "max_map_count", "sysctl");
    }

    @Test
    void noProgram() {
        refused(flotillaRun("-n", 4), "program");
    }

    @Test
    void programThatIsNotThere() {
        refused(flotillaRun("-n", 4, folder.resolve("nowhere")), "not found", folder.resolve("nowhere").toString());
        refused(flotillaRun("-n", 4, "no-such-program-anywhere"), "not found", "no-such-program-anywhere");
    }

    @Test
    void folderInsteadOfProgram() {
        refused(flotillaRun("-n", 4, folder), "folder");
    }

    @Test
    void unknownOption() {
        refused(flotillaRun("--frobnicate", good), "--frobnicate");
        refused(new Command(Installation.BIN.resolve("mpiexec").toString(), "-frobnicate", good.toString()), "-frobnicate");
        refused(new Command(Installation.FLOTILLA.toString(), "frobnicate"), "frobnicate");
    }

    @Test
    void moreRanksThanAddresses() {
        refused(flotillaRun("-n", 2_000_000_000, good), "2000000000", "addresses", "ask for at most");
    }

    @Test
    void unknownPrivatization() {
        refused(flotillaRun("-n", 2, "--privatize=magic", good), "magic", "none", "pie");
    }

    @ParameterizedTest
    @CsvSource({"--stack-size, 8Q", "--stack-size, 0", "--heap-size, lots", "--timeout, soon", "--timeout, 0s", "--pes, 0", "--pes, x",
        "--wdir, /nowhere/at/all", "--env, =x"})
    void badOptionValue(String option, String value) {
        refused(flotillaRun(option, value, good), option, value);
    }

    @Test
    void secondProgramOfAJob() {
        refused(flotillaRun("-n", 2, good, ":", "-n", 0, good), "-n 0");
        refused(flotillaRun("-n", 2, good, ":"), "program");
        refused(flotillaRun("-n", 2, good, ":", "-n", 1, folder.resolve("nowhere")), "nowhere");
    }

    @Test
    void doctorOfNoProgram() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "text");
        refused(new Command(Installation.FLOTILLA.toString(), "doctor", text.toString()), "ELF");
    }
}
