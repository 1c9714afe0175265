package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LibraryCacheTest {
    private static final String STRINGS = "libx.so\0/one/libx.so\0/two/libx.so\0liby.so\0/one/liby.so\0";

    /** A table of three entries: a variant for newer processors, a 32-bit one, and the one to be found. */
    private static byte[] table(boolean behindOldFormat) {
        int strings = 48 + 4 * 24;
        ByteBuffer table = ByteBuffer.allocate(strings + STRINGS.length()).order(ByteOrder.LITTLE_ENDIAN);
        table.put("glibc-ld.so.cache1.1".getBytes(StandardCharsets.US_ASCII)).putInt(4).putInt(STRINGS.length());
        table.position(48);
        entry(table, 0x0303, strings, strings + 8, 1L << 62);
        entry(table, 0x0003, strings, strings + 8, 0);
        entry(table, 0x0303, strings, strings + 21, 0);
        entry(table, 0x0303, strings + 34, strings + 42, 0);
        table.put(STRINGS.getBytes(StandardCharsets.US_ASCII));
        if (!behindOldFormat) {
            return table.array();
        }
        ByteBuffer both = ByteBuffer.allocate(32 + table.capacity()).order(ByteOrder.LITTLE_ENDIAN);
        both.put("ld.so-1.7.0\0".getBytes(StandardCharsets.US_ASCII)).putInt(1).position(32);
        return both.put(table.array()).array();
    }

    private static void entry(ByteBuffer table, int flags, int name, int path, long hwcap) {
        table.putInt(flags).putInt(name).putInt(path).putInt(0).putLong(hwcap);
    }

    @Test
    void findsThePlainLibraryOfThisMachine() {
        for (boolean old : new boolean[] {false, true}) {
            LibraryCache cache = LibraryCache.parse(table(old));
            assertThat(cache.path("libx.so")).isEqualTo("/two/libx.so");
            assertThat(cache.path("liby.so")).isEqualTo("/one/liby.so");
            assertThat(cache.path("libz.so")).isNull();
        }
    }

    @Property(tries = 500)
    void survivesDamage(@ForAll Random random) {
        byte[] bytes = table(random.nextBoolean());
        for (int i = random.nextInt(1, 8); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        assertThatCode(() -> LibraryCache.parse(cut)).doesNotThrowAnyException();
    }

    @Test
    void readsTheSystemsCache() {
        Path file = Path.of("/etc/ld.so.cache");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.exists(file), "skipped: this system has no ld.so.cache");
        LibraryCache cache = LibraryCache.read(file);
        assertThat(cache.size()).isPositive();
        assertThat(Path.of(cache.path("libc.so.6"))).exists();
    }
}
