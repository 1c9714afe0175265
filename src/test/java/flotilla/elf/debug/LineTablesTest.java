package flotilla.elf.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import flotilla.elf.FunctionNames;
import flotilla.elf.NativeCompiler;
import flotilla.elf.Symbol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineTablesTest {
    private static final String SOURCE = """
            int first(int a)
            {
                return a + 1;
            }

            #include "included.h"

            int main(void)
            {
                return first(2) + second(3);
            }
            """;
    private static final String INCLUDED = """
            /* A file of its own. */
            int second(int b)
            {
                return b * 2;
            }
            """;

    @TempDir
    Path folder;

    private Path compile(String... options) throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("inc")).resolve("included.h"), INCLUDED);
        var all = new java.util.ArrayList<>(List.of("-O0", "-Iinc"));
        all.addAll(List.of(options));
        // Enough of it that compression is worth the while.
        String more = IntStream.range(0, 300).mapToObj(i -> "int f" + i + "(int a)\n{\n    return a * " + i + ";\n}\n").collect(Collectors.joining());
        return new NativeCompiler(folder).program("program", SOURCE + more, all.toArray(String[]::new));
    }

    private static long address(Path program, String function) {
        try (ElfFile file = ElfFile.read(program)) {
            FunctionNames names = FunctionNames.of(file);
            Symbol symbol = null;
            for (long at = file.lowest(); at < file.highest() && symbol == null; at++) {
                Symbol found = names.find(at);
                symbol = found != null && found.name().equals(function) ? found : null;
            }
            assertThat(symbol).isNotNull();
            return symbol.value();
        }
    }

    private static void check(Path program, Path lines) {
        long first = address(program, "first");
        long second = address(program, "second");
        Map<Long, SourceLine> found = LineTables.find(lines, List.of(first, second, first + 5, 1L));
        assertThat(found.get(first).toString()).endsWith("program.c:2");
        assertThat(found.get(second).toString()).endsWith("inc/included.h:3");
        assertThat(found.get(first + 5)).isNotNull();
        assertThat(found.get(1L)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-gdwarf-2", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5", "-gdwarf64", "-gz=zlib"})
    void linesAreFound(String option) throws IOException {
        Path program = compile("-g", option);
        check(program, program);
    }

    @Test
    void fileWithoutLinesHasNone() throws IOException {
        assertThat(LineTables.find(compile(), List.of(0x1000L))).isEmpty();
    }

    @Test
    void debugInformationIsFoundByItsLink() throws Exception {
        Path program = compile("-g");
        assumeTrue(new ProcessBuilder("objcopy", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0);
        for (List<String> command : List.of(List.of("objcopy", "--only-keep-debug", "program", "program.debug"),
                List.of("cp", "program", "stripped"), List.of("strip", "stripped"),
                List.of("objcopy", "--add-gnu-debuglink=program.debug", "stripped"))) {
            assertThat(new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start().waitFor()).isZero();
        }
        try (ElfFile stripped = ElfFile.read(folder.resolve("stripped"))) {
            Path debug = DebugFile.of(stripped);
            assertThat(debug).hasFileName("program.debug");
            check(program, debug);
            assertThat(FunctionNames.of(stripped, debug).at(address(program, "second"))).isEqualTo("second+0x0");
            Files.write(folder.resolve("program.debug"), new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
            assertThat(DebugFile.of(stripped)).as("of another build").hasFileName("stripped");
        }
    }

    @Test
    void unknownCompressionIsNamed() throws IOException {
        Path program = compile("-g", "-gz=zlib");
        byte[] bytes = Files.readAllBytes(program);
        // ch_type 1 with the reserved word, then any size and an alignment of 1: the headers of compressed sections.
        var words = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + 24 <= bytes.length; at++) {
            if (words.getLong(at) == 1 && words.getLong(at + 16) == 1 && words.getLong(at + 8) > 0 && words.getLong(at + 8) < 1 << 20) {
                words.putInt(at, 2);
            }
        }
        Files.write(program, bytes);
        assertThatThrownBy(() -> LineTables.find(program, List.of(0x1139L))).isInstanceOf(ElfException.class).hasMessageContaining("zstd");
    }

    @Test
    void namesAreReadable() {
        assertThat(ReadableNames.of("__heat_MOD_step", true)).isEqualTo("heat::step");
        assertThat(ReadableNames.of("solve_", true)).isEqualTo("solve");
        assertThat(ReadableNames.of("solve_", false)).isEqualTo("solve_");
        assertThat(ReadableNames.of("MAIN__", true)).isEqualTo("main program");
        assertThat(ReadableNames.of("inner.3", true)).isEqualTo("inner");
        assertThat(ReadableNames.of("memcpy@@GLIBC_2.14", false)).isEqualTo("memcpy");
        String name = ReadableNames.of("_ZN7physics4Mesh5checkEi", false);
        assertThat(name).isIn("physics::Mesh::check(int)", "_ZN7physics4Mesh5checkEi"); // the latter without libstdc++
    }
}
