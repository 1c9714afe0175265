package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessMapsTest {
    @Test
    void mappingsOfThisProcess() {
        List<ProcessMaps.Entry> entries = ProcessMaps.read();
        for (int i = 1; i < entries.size(); i++) {
            assertThat(Long.compareUnsigned(entries.get(i).start(), entries.get(i - 1).end())).as(entries.get(i).toString()).isNotNegative();
        }
        assertThat(entries).allMatch(entry -> entry.permissions().matches("[r-][w-][x-][ps]"));
        assertThat(entries).anyMatch(entry -> entry.file().isEmpty() && entry.isWritable() && entry.offset() == 0);
        assertThat(entries).anyMatch(entry -> entry.file().endsWith("/libc.so.6") && entry.isExecutable() && entry.offset() > 0);
        assertThat(entries).anyMatch(entry -> entry.file().equals("[stack]"));
    }

    @Test
    void newMappingIsThere() {
        long address = Mapping.map(0, 3 * Mapping.PAGE_SIZE, Mapping.PROT_READ, Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
        try {
            assertThat(ProcessMaps.read()).anyMatch(entry -> entry.contains(address) && entry.contains(address + 3 * Mapping.PAGE_SIZE - 1)
                    && entry.isReadable());
        } finally {
            Mapping.unmap(address, 3 * Mapping.PAGE_SIZE);
        }
    }
}
