package flotilla.mpi.datatype;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** Memory that reaches over all bytes of some items, and a margin that must not be touched. */
final class Buffer {
    private static final int MARGIN = 64;

    private final MemorySegment memory;
    /** Address of displacement 0. */
    final long address;

    Buffer(Arena arena, long[] bytes) {
        long least = Arrays.stream(bytes).min().orElse(0);
        long greatest = Arrays.stream(bytes).max().orElse(0);
        memory = arena.allocate(greatest - least + 1 + 2 * MARGIN, 16);
        address = memory.address() + MARGIN - least;
    }

    static Buffer ofBytes(Arena arena, long size) {
        return new Buffer(arena, new long[] {0, Math.max(size - 1, 0)});
    }

    Buffer random(long seed) {
        var content = new byte[(int) memory.byteSize()];
        new Random(seed).nextBytes(content);
        Memory.put(content, 0, memory.address(), content.length);
        return this;
    }

    Buffer filled(int value) {
        memory.fill((byte) value);
        return this;
    }

    /** Everything, margins too. */
    byte[] content() {
        return Memory.get(memory.address(), (int) memory.byteSize());
    }

    byte[] bytes(long size) {
        return Memory.get(address, (int) size);
    }

    /** The bytes at {@code displacements}. */
    byte[] bytes(long[] displacements) {
        var values = new byte[displacements.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Memory.getByte(address + displacements[i]);
        }
        return values;
    }

    void put(long[] displacements, byte[] values, int count) {
        for (int i = 0; i < count; i++) {
            Memory.putByte(address + displacements[i], values[i]);
        }
    }
}
