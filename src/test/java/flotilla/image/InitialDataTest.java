package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InitialDataTest {
    private static final int BYTES = 1 << 20;

    /** Whatever is stored comes out in a slot, addresses moved by where it is, constants as they are. */
    @Property(tries = 100)
    void templatesReproduceWhatWasStored(
            @ForAll @Size(max = 60) Map<@LongRange(max = 0xffff0 / 8) Long, @LongRange(min = 0, max = 1L << 40) Long> words,
            @ForAll @IntRange(max = 7) int misalignment) {
        var data = new InitialData();
        data.back(0x4000, 0x8000, (page, bytes) -> java.util.Arrays.fill(bytes, (byte) 0x5a));
        var expected = new HashMap<Long, Long>();
        words.forEach((index, value) -> {
            long offset = index * 8 + misalignment;
            if (value % 2 == 0) {
                data.address(offset, value);
                assertThat(data.isAddress(offset)).isTrue();
            } else {
                data.address(offset, 1);
                data.constant(offset, value);
                assertThat(data.isAddress(offset)).isFalse();
            }
            assertThat(data.getLong(offset)).isEqualTo(value);
            expected.put(offset, value);
        });
        long slot = Mapping.map(0, BYTES + 4096, Mapping.PROT_READ | Mapping.PROT_WRITE,
                Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_NORESERVE, -1, 0);
        try (var arena = Arena.ofConfined()) {
            data.freeze(arena).apply(SlotBases.alone(slot));
            expected.forEach((offset, value) ->
                    assertThat(Memory.getLong(slot + offset)).isEqualTo(value % 2 == 0 ? value + slot : value));
        } finally {
            Mapping.unmap(slot, BYTES + 4096);
        }
    }

    @Test
    void onlyPagesThatMatterAreKept() {
        var data = new InitialData();
        data.back(0x10000, 0x20000, (page, bytes) -> bytes[0] = 1);
        data.touch(0x10800, 0x12001);
        data.constant(0x30000, 1);
        try (var arena = Arena.ofConfined()) {
            assertThat(data.freeze(arena).size()).isEqualTo(4 * 4096);
        }
        assertThat(data.getLong(0x11000)).isOne();
        assertThat(data.getLong(0x20000)).isZero();
    }
}
