package flotilla.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

final class ResidentMemoryTest {
    private static final String TWO_RANKS = """
            100000-101000 r-xp 00002000 08:01 77                         /usr/lib/libx.so
            Size:                  4 kB
            Rss:                 400 kB
            Anonymous:             0 kB
            VmFlags: rd ex
            200000-201000 r-xp 00002000 08:01 77                         /usr/lib/libx.so
            Rss:                 300 kB
            Anonymous:             0 kB
            300000-301000 rw-p 00004000 08:01 77                         /usr/lib/libx.so
            Rss:                  20 kB
            Anonymous:            12 kB
            400000-401000 rw-p 00004000 08:01 77                         /usr/lib/libx.so
            Rss:                  20 kB
            Anonymous:            20 kB
            500000-501000 rw-p 00000000 00:00 0                          [heap]
            Rss:                1000 kB
            Anonymous:          1000 kB
            """;

    private static void add(ResidentMemory memory, String smaps) throws IOException {
        memory.add(new BufferedReader(new StringReader(smaps)));
    }

    @Test
    void pageOfAFileCountsOnce() throws IOException {
        var memory = new ResidentMemory();
        add(memory, TWO_RANKS);
        assertThat(memory.total()).isEqualTo(400 + 12 + 8 + 20 + 1000);
    }

    @Test
    void secondProcessAddsOnlyItsOwn() throws IOException {
        var memory = new ResidentMemory();
        add(memory, TWO_RANKS);
        add(memory, TWO_RANKS);
        assertThat(memory.total()).isEqualTo(400 + 8 + 2 * (12 + 20 + 1000));
    }
}
