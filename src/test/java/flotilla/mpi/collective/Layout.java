package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.DerivedDatatypes;
import flotilla.mpi.datatype.PredefinedDatatypes;
import java.util.Random;

/** A datatype of one int, with gaps or without; its items lie {@code extent} bytes apart, the int {@code offset} bytes from an item's address. */
record Layout(Datatype type, int extent, int offset) {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);
    static final Layout PLAIN = new Layout(INT, 4, 0);

    static Layout random(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> gap();
            case 1 -> before();
            default -> PLAIN;
        };
    }

    private static Layout gap() {
        Datatype type = DerivedDatatypes.resized(INT, 0, 12);
        type.commit();
        return new Layout(type, 12, 0);
    }

    /** The data stand before the item's address. */
    private static Layout before() {
        Datatype type = DerivedDatatypes.resized(DerivedDatatypes.hindexedBlock(1, new long[] {-8}, INT), -8, 16);
        type.commit();
        return new Layout(type, 16, -8);
    }

    /** Address of a buffer for {@code items} items, filled with a pattern. */
    long allocate(Guest guest, int items) {
        long address = guest.allocate((long) extent * (items + 1)) - offset;
        for (int i = 0; i < items; i++) {
            put(address, i, 0xdeadbeef);
        }
        return address;
    }

    void put(long address, int item, int value) {
        Memory.putInt(address + (long) item * extent + offset, value);
    }

    int get(long address, int item) {
        return Memory.getInt(address + (long) item * extent + offset);
    }
}
