package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappingTest {
    private static final int ANONYMOUS = Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS;

    @TempDir
    Path folder;

    @Test
    void mapsAnonymousMemory() {
        long at = Mapping.map(0, 8192, Mapping.PROT_READ | Mapping.PROT_WRITE, ANONYMOUS, -1, 0);
        Memory.putLong(at + 4096, 42);
        assertThat(Memory.getLong(at + 4096)).isEqualTo(42);
        Mapping.protect(at, 4096, Mapping.PROT_READ);
        Mapping.advise(at + 4096, 4096, Mapping.MADV_DONTNEED);
        assertThat(Memory.getLong(at + 4096)).isZero();
        Mapping.unmap(at, 8192);
    }

    @Test
    void mapsFilesPrivately() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "0123456789");
        int fd = Mapping.open(file);
        long at = Mapping.map(0, 4096, Mapping.PROT_READ | Mapping.PROT_WRITE, Mapping.MAP_PRIVATE, fd, 0);
        Mapping.close(fd);
        Memory.putByte(at, (byte) 'x');
        assertThat(Memory.getString(at)).isEqualTo("x123456789");
        assertThat(file).hasContent("0123456789");
        Mapping.unmap(at, 4096);
    }

    @Test
    void neverReplacesWithNoReplace() {
        long at = Mapping.map(0, 4096, Mapping.PROT_READ, ANONYMOUS, -1, 0);
        assertThatThrownBy(() -> Mapping.map(at, 4096, Mapping.PROT_READ, ANONYMOUS | Mapping.MAP_FIXED_NOREPLACE, -1, 0))
                .isInstanceOfSatisfying(SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(17));
        Mapping.unmap(at, 4096);
    }

    @Test
    void failuresSayWhat() {
        assertThatThrownBy(() -> Mapping.open(folder.resolve("absent"))).isInstanceOf(SystemCallException.class)
                .hasMessageContaining("open of").hasMessageContaining("No such file").hasMessageContaining("errno 2");
        assertThatThrownBy(() -> Mapping.unmap(1, 4096)).isInstanceOf(SystemCallException.class)
                .hasMessageContaining("munmap of 4096 bytes at 0x1 failed");
    }
}
