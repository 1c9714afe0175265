package flotilla.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Damaged files give an ElfException with one line, never another exception, and never take long. */
class ElfFuzzTest {
    private static final List<Path> ORIGINALS = List.of(Path.of("/bin/true"), Path.of("/bin/ls"), Path.of("/usr/bin/gcc"),
            Path.of("/lib/x86_64-linux-gnu/libgcc_s.so.1"), Path.of("/lib/x86_64-linux-gnu/libm.so.6"));
    private static final long[] WILD = {0, 1, 7, -1, 0x7fff_ffff_ffff_ffffL, 0x8000_0000_0000_0000L, 0xffff_ffffL,
        0x8000_0000L, 0x7fff_ffffL, 1L << 40, 1L << 46, 4095, 4096, 0xfff_ffff_fff8L};

    @Property(tries = 150)
    void truncation(@ForAll Random random, @ForAll @IntRange(max = 4) int original) throws IOException {
        byte[] bytes = read(original);
        check(Arrays.copyOf(bytes, random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 0x1000 : bytes.length))));
    }

    @Property(tries = 300)
    void flippedBytes(@ForAll Random random, @ForAll @IntRange(max = 4) int original) throws IOException {
        byte[] bytes = read(original);
        for (int i = random.nextInt(1, 30); i > 0; i--) {
            bytes[position(random, bytes)] = (byte) random.nextInt();
        }
        check(bytes);
    }

    @Property(tries = 500)
    void wildOffsets(@ForAll Random random, @ForAll @IntRange(max = 4) int original) throws IOException {
        byte[] bytes = read(original);
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = Math.min(position(random, bytes) & -8, bytes.length - 8);
            long value = WILD[random.nextInt(WILD.length)];
            words.putLong(at, random.nextBoolean() ? value : words.getLong(at) + random.nextInt(-64, 64));
        }
        check(bytes);
    }

    private static byte[] read(int original) throws IOException {
        Path path = ORIGINALS.get(original);
        Assume.that(Files.isReadable(path));
        return Files.readAllBytes(path);
    }

    /** Mostly in the headers, the dynamic section and the tables at the start of the file. */
    private static int position(Random random, byte[] bytes) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(0x40);
            case 1 -> random.nextInt(Math.min(bytes.length, 0x400));
            case 2 -> dynamicSection(bytes) + random.nextInt(0x200);
            default -> random.nextInt(Math.min(bytes.length, 0x8000));
        };
    }

    private static int dynamicSection(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 13; i++) {
            int at = 64 + i * Elf.PHDR_SIZE;
            if (words.getInt(at) == Elf.PT_DYNAMIC) {
                return (int) Math.min(words.getLong(at + 8) & 0x7fff_ffff, bytes.length - 0x200);
            }
        }
        return 0;
    }

    private static void check(byte[] bytes) throws IOException {
        Path file = Files.createTempFile("flotilla-fuzz", ".elf");
        try {
            Files.write(file, bytes);
            try (ElfFile elf = ElfFile.read(file)) {
                use(elf);
            } catch (ElfException e) {
                assertThat(e).hasMessageStartingWith(file + ": ").message().doesNotContain("\n").contains("; ");
            }
        } finally {
            Files.delete(file);
        }
    }

    /** What the loader does with a file that was read. */
    private static void use(ElfFile elf) {
        for (String name : List.of("malloc", "main", "_Unwind_Find_FDE", "sin", "no such name")) {
            elf.lookup(new SymbolName(name), "GLIBC_2.2.5");
            elf.lookupNewest(new SymbolName(name));
        }
        for (RelocationTable table : List.of(elf.relocations(), elf.pltRelocations())) {
            for (int i = 0; i < table.count(); i++) {
                Symbol symbol = elf.symbols().get(table.symbol(i));
                elf.versions().wanted(symbol.index());
                elf.loadAt(table.offset(i), 8);
            }
        }
        elf.symbols().all();
        elf.programHeaderAddress();
        FunctionNames.of(elf).at(elf.entry());
    }
}
