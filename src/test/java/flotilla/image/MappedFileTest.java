package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MappedFileTest {
    @TempDir
    Path folder;

    @Test
    void thousandsOfMappingsAreSpreadOverEqualCopiesUnderAHypervisor() throws IOException {
        var bytes = new byte[3 * (int) Mapping.PAGE_SIZE + 100];
        new Random(7).nextBytes(bytes);
        Path path = folder.resolve("library.so");
        Files.write(path, bytes);
        boolean hypervisor = Files.readString(Path.of("/proc/cpuinfo")).contains(" hypervisor");

        Map<Integer, Integer> uses = new LinkedHashMap<>();
        try (var file = new MappedFile(path)) {
            for (int i = 0; i < 2500; i++) {
                uses.merge(file.descriptor(), 1, Integer::sum);
            }
            assertThat(uses).hasSize(hypervisor ? 3 : 1);
            for (int descriptor : uses.keySet()) {
                long at = Mapping.map(0, bytes.length, Mapping.PROT_READ, Mapping.MAP_PRIVATE, descriptor, 0);
                assertThat(Memory.get(at, bytes.length)).isEqualTo(bytes);
                Mapping.unmap(at, bytes.length);
            }
        }
        if (hypervisor) {
            assertThat(uses.values()).allMatch(count -> count <= 1000);
        }
    }
}
