package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.NativeCompiler;
import flotilla.memory.SlotRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged program is refused with one line, or becomes a rank; the loader itself survives either way. */
class LoaderFuzzTest {
    private static final int TRIES = 300;
    private static final long[] WILD = {0, 1, 7, -1, Long.MAX_VALUE, Long.MIN_VALUE, 0xffff_ffffL, 0x8000_0000L, 1L << 40,
        1L << 46, 4095, 4096, 0xfff_ffff_fff8L};

    @TempDir
    Path folder;

    @Test
    void damagedProgramsAreRefusedOrLoaded() throws IOException {
        NativeCompiler.require();
        var guest = new TestGuest(folder);
        byte[] original = Files.readAllBytes(guest.compiler().program("program", """
                #include <stdio.h>
                #include <stdlib.h>
                __thread int local = 3; int *pointer = &(int) {4}; extern char **environ;
                int main(int argc, char **argv) { printf("%p %d", stdout, local); return environ != 0 && malloc(argc) != 0; }
                """, "-rdynamic"));
        long seed = System.nanoTime();
        var random = new Random(seed);
        SlotRange slots = SlotRange.of(SlotRange.choose(1, 1L << 32).base(), 1L << 32, 1);
        int loaded = 0;
        for (int i = 0; i < TRIES; i++) {
            Path file = Files.write(folder.resolve("damaged"), damage(original.clone(), random));
            file.toFile().setExecutable(true);
            try (PreparedProgram program = guest.prepare(file, Map.of())) {
                program.instantiate(slots.base(0), new RankStart(0, 1, 0, List.of("x"), List.of(), false, 1, 2));
                program.symbolize(slots.base(0), slots.base(0) + (1L << 26));
                loaded++;
            } catch (LoadException e) {
                assertThat(e).as("seed %d, try %d", seed, i).message().doesNotContain("\n").isNotBlank();
            } finally {
                slots.release(0);
            }
        }
        assertThat(loaded).as("seed %d", seed).isBetween(1, TRIES - 1);
    }

    private static byte[] damage(byte[] bytes, Random random) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int dynamic = 0;
        for (int i = 0; i < words.getShort(56); i++) {
            dynamic = words.getInt(64 + i * 56) == 2 ? (int) words.getLong(64 + i * 56 + 8) : dynamic;
        }
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = switch (random.nextInt(5)) {
                case 0 -> random.nextInt(0x340);
                case 1, 2 -> dynamic + random.nextInt(0x1f0);
                default -> random.nextInt(0x300, 0x1000);
            };
            if (random.nextBoolean()) {
                bytes[at] = (byte) random.nextInt();
            } else {
                long value = random.nextBoolean() ? WILD[random.nextInt(WILD.length)] : words.getLong(at & -8) + random.nextInt(-64, 64);
                words.putLong(at & -8, value);
            }
        }
        return bytes;
    }
}
