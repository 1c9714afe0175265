package flotilla.image;

import flotilla.memory.Memory;

/** Takes words of a slot: those of a template for all ranks, or those of one rank's memory. Offsets are slot-relative. */
interface WordStore {
    /** Stores the slot-relative address {@code value}. */
    void address(long offset, long value);

    /** Stores a value that is the same in every slot. */
    void constant(long offset, long value);

    /** The memory of a rank. */
    static WordStore of(SlotBases bases) {
        return new WordStore() {
            @Override
            public void address(long offset, long value) {
                Memory.putLong(bases.absolute(offset), bases.absolute(value));
            }

            @Override
            public void constant(long offset, long value) {
                Memory.putLong(bases.absolute(offset), value);
            }
        };
    }
}
