package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Addresses that can never be mapped are noticed before anything is copied. (What is copied: see PackTest.) */
class CopiesTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(4096, 16);
    private final long here = memory.address();
    private final RunTable table = new RunTable(new long[] {-8, 40, 2000}, new long[] {0, 8, 16, 24});

    private void requireWild(long address, ThrowingCallable copy) {
        memory.fill((byte) 0x5a);
        var failure = catchThrowableOfType(IndexOutOfBoundsException.class, copy);
        assertThat(failure).isNotNull();
        assertThat(GuestMemory.wildAddress(failure)).isEqualTo(address);
        assertThat(memory.toArray(JAVA_BYTE)).containsOnly(0x5a);
    }

    @Test
    void blocks() {
        requireWild(0, () -> Copies.blocks(here, 0, 8, 0, 0, 16, 1, 4, 8));
        requireWild(-16, () -> Copies.blocks(here, 0, 8, -16, 0, 16, 1, 4, 8));
        requireWild(Memory.END, () -> Copies.blocks(Memory.END, 0, 8, here, 0, 16, 1, 4, 8));
        requireWild(Memory.END + 7, () -> Copies.blocks(here, 0, 8, Memory.END - 16, 0, 16, 1, 2, 8));
        requireWild(Memory.LOWEST - 16, () -> Copies.blocks(here, 0, 8, Memory.LOWEST, 0, -16, 1, 2, 8));
        requireWild(Memory.END + 7, () -> Copies.blocks(Memory.END - 16, 16, 8, here, 0, 16, 2, 1, 8));
    }

    @Test
    void stepsThatLeadAroundTheWorld() {
        requireWild(here + Memory.END + 7, () -> Copies.blocks(here, 0, 8, here, 0, 1L << 62, 1, 4, 8));
        requireWild(here - Memory.END, () -> Copies.blocks(here, 0, 8, here, 0, -(1L << 62), 1, 5, 8));
        requireWild(here + Memory.END + 7, () -> Copies.blocks(here, 0, 8, here, 0, 16, 1, Long.MAX_VALUE, 8));
    }

    @Test
    void runs() {
        requireWild(Memory.LOWEST - 8, () -> table.copy(here, false, Memory.LOWEST, true, 0, 3));
        requireWild(Memory.END + 7, () -> table.copy(here, false, Memory.END - 2000, true, 0, 3));
        requireWild(Memory.END + 3, () -> table.copy(Memory.END - 20, false, here + 8, true, 0, 3));
        requireWild(Memory.LOWEST - 8, () -> table.copyItems(here, 24, false, Memory.LOWEST, 4096, true, 2));
        requireWild(Memory.END + 7, () -> table.copyItems(here, 24, false, Memory.END - 4096 - 2000, 4096, true, 2));
    }
}
