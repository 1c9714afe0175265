package flotilla.elf.unwind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import flotilla.elf.ElfFile;
import flotilla.elf.Symbol;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Call frame information of a library that every machine has. */
final class FrameTableTest {
    private static final Path LIBC = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
    private static final long STACK = 0x7000_0000_0000L;

    @Test
    void callersOfEveryFunctionsFirstInstructionAreFound() throws Exception {
        assumeTrue(Files.isReadable(LIBC));
        var memory = new PagedMemory((address, to, bytes) -> {
            java.nio.ByteBuffer.wrap(to).order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong((int) (STACK - address), 0x4711);
            return address == STACK;
        });
        int functions = 0;
        try (ElfFile libc = ElfFile.read(LIBC)) {
            FrameTable table = FrameTable.of(libc);
            for (Symbol symbol : libc.symbols().all()) {
                if (!symbol.isFunction() || !symbol.isDefined() || symbol.size() == 0) {
                    continue;
                }
                FrameRules rules = table.at(symbol.value());
                if (rules == null || rules.isOutermost() || rules.isSignalFrame()) {
                    continue;
                }
                functions++;
                Registers start = Registers.none().with(Registers.RSP, STACK).with(Registers.RIP, symbol.value());
                Registers caller = rules.caller(start, memory);
                assertThat(caller.sp()).as(symbol.name()).isEqualTo(STACK + 8);
                assertThat(caller.pc()).as(symbol.name()).isEqualTo(0x4711);
                for (long at = symbol.value(); at < symbol.value() + symbol.size(); at += 7) {
                    table.at(at); // every row can be read
                }
            }
        }
        assertThat(functions).isGreaterThan(1500);
    }
}
