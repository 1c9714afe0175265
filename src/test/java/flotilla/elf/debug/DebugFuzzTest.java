package flotilla.elf.debug;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import flotilla.elf.NativeCompiler;
import flotilla.elf.unwind.FrameTable;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.Registers;
import flotilla.elf.unwind.Unwinder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Damaged line tables and call frame information give an ElfException or a wrong answer, never anything else, and soon. */
class DebugFuzzTest {
    private static final String SOURCE = """
            #include <stdlib.h>
            int variable = 3, zero; static int hidden[9] = {1};
            static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
            int big(int n) { int list[n]; for (int i = 0; i < n; i++) list[i] = i * 7 % 5; qsort(list, n, 4, compare); return list[0] + variable + hidden[n]; }
            int main(int c, char **v) { return big(c * 10); }
            """;
    private static Path folder;
    private static final List<byte[]> ORIGINALS = new ArrayList<>();

    @BeforeContainer
    static void compile() throws IOException {
        folder = Files.createTempDirectory("flotilla-fuzz");
        var compiler = new NativeCompiler(folder);
        for (String option : List.of("-gdwarf-5", "-gdwarf-4", "-gz=zlib")) {
            ORIGINALS.add(Files.readAllBytes(compiler.program("program", SOURCE, "-g", option)));
        }
    }

    @AfterContainer
    static void clean() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Property(tries = 600)
    void damagedFiles(@ForAll Random random) throws IOException {
        byte[] bytes = ORIGINALS.get(random.nextInt(ORIGINALS.size())).clone();
        for (int i = random.nextInt(1, 60); i > 0; i--) {
            // Behind the ELF header, whose damage ElfFuzzTest sees to.
            bytes[random.nextInt(64, bytes.length)] = (byte) random.nextInt();
        }
        Path file = folder.resolve("damaged");
        Files.write(file, bytes);
        try {
            LineTables.find(file, List.of(0x1000L, 0x1139L, 0x1180L, 0x1200L));
        } catch (ElfException e) {
            assertThat(e).message().doesNotContain("\n");
        }
        VariableLines.find(file, List.of(0x4010L, 0x4014L, 0x4040L));
        try (ElfFile elf = ElfFile.read(file)) {
            DebugFile.of(elf);
            unwind(FrameTable.of(elf), random);
        } catch (ElfException e) {
            assertThat(e).message().doesNotContain("\n");
        }
    }

    /** A stack of noise, some of which looks like addresses of code. */
    private static void unwind(FrameTable frames, Random random) {
        if (frames == null) {
            return;
        }
        var memory = new PagedMemory((address, to, count) -> {
            if (address < 0x10000 || address > 0x40000) {
                return false;
            }
            var noise = new Random(address ^ 17);
            ByteBuffer words = ByteBuffer.wrap(to).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i + 8 <= count; i += 8) {
                words.putLong(i, switch (noise.nextInt(4)) {
                    case 0 -> 0x1000 + noise.nextInt(0x400);
                    case 1 -> address + noise.nextInt(0x2000);
                    case 2 -> noise.nextLong();
                    default -> noise.nextInt(256);
                });
            }
            return true;
        });
        var code = new Unwinder.Code() {
            @Override
            public Unwinder.Located find(long pc) {
                return new Unwinder.Located(frames, 0);
            }

            @Override
            public boolean isCode(long pc) {
                return pc >= 0x1000 && pc < 0x1400;
            }
        };
        Registers registers = Registers.none();
        for (int i = 0; i < Registers.COUNT; i++) {
            registers = registers.with(i, random.nextBoolean() ? 0x10000 + random.nextInt(0x30000) : random.nextLong());
        }
        for (long pc = 0x1000; pc < 0x1300; pc += 3) {
            assertThat(new Unwinder(code, memory).walk(registers.with(Registers.RIP, pc), 1000).frames()).isNotEmpty();
        }
    }
}
