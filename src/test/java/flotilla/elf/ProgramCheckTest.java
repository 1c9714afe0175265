package flotilla.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCheckTest {
    private static final String MAIN = "int main(void) { return 0; }";

    @TempDir
    Path folder;

    private NativeCompiler compiler;

    @BeforeEach
    void setUp() {
        compiler = new NativeCompiler(folder);
    }

    private static void assertRefused(Path path, String... parts) {
        assertThatThrownBy(() -> ProgramCheck.read(path)).isInstanceOf(ElfException.class)
                .message().startsWith(path + ": ").contains(parts).doesNotContain("\n");
    }

    @Test
    void acceptsPrograms() {
        try (ElfFile file = ProgramCheck.read(compiler.program("program", MAIN))) {
            assertThat(file.interpreter()).contains("ld-linux");
        }
    }

    @Test
    void refusesStaticPrograms() {
        assertRefused(compiler.compile("static", MAIN, "-static"), "is statically linked", "without -static");
        assertRefused(compiler.compile("static-pie", MAIN, "-static-pie", "-fPIE"), "is statically linked");
    }

    @Test
    void refusesProgramsThatAreNotPositionIndependent() {
        assertRefused(compiler.compile("fixed", MAIN, "-no-pie"), "is not position independent", "recompile with -fPIE -pie");
    }

    @Test
    void refusesProgramsThatMayNotBeExecuted() {
        Path program = compiler.compile("program", MAIN, "-fPIE", "-pie");
        assertThat(program.toFile().setExecutable(false, false)).isTrue();
        assertRefused(program, "may not be executed", "chmod +x");
    }

    @Test
    void refusesOtherFiles() throws Exception {
        assertRefused(compiler.library("lib.so", "int x;"), "is a shared library, not a program");
        assertRefused(compiler.compile("object.o", MAIN, "-c"), "is an object file", "link it");
        assertRefused(Files.writeString(folder.resolve("script"), "#!/bin/sh\n"), "is a script");
        assertRefused(Files.writeString(folder.resolve("text"), "hello, world\n"), "is not an ELF file");
        assertRefused(Files.createFile(folder.resolve("empty")), "is empty");
        assertRefused(folder.resolve("absent"), "no such file");
        assertRefused(folder, "is a directory");
        assertRefused(Path.of("/dev/null"), "is not a regular file");
    }

    @Test
    void refusesUnreadableFiles() throws Exception {
        Path file = Files.writeString(folder.resolve("secret"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeTrue(!Files.isReadable(file), "skipped: this user may read everything");
        assertRefused(file, "permission denied", "chmod +r");
    }

    @Test
    void refusesOtherMachines() throws Exception {
        byte[] program = Files.readAllBytes(compiler.program("program", MAIN));
        byte[] arm = program.clone();
        arm[18] = (byte) 183;
        assertRefused(Files.write(folder.resolve("arm"), arm), "another machine (AArch64), not x86-64");
        byte[] narrow = program.clone();
        narrow[4] = 1;
        assertRefused(Files.write(folder.resolve("narrow"), narrow), "is a 32-bit program", "-m64");
        byte[] big = program.clone();
        big[5] = 2;
        assertRefused(Files.write(folder.resolve("big"), big), "big-endian");
    }

    @Test
    void refusesTruncatedFiles() throws Exception {
        byte[] program = Files.readAllBytes(compiler.program("program", MAIN));
        for (int length : new int[] {5, 17, 40, 63, 64, 100, 1000, 0x2000}) {
            assertRefused(Files.write(folder.resolve("cut" + length), Arrays.copyOf(program, length)), "damaged or truncated");
        }
    }
}
