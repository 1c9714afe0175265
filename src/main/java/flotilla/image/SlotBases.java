package flotilla.image;

/**
 * Where a rank's memory lies. Offsets below {@link #SHARED} are relative to the rank's own slot, offsets from there on to the
 * slot of what its ranks share (method {@code none}). Addition keeps an offset on its side, so that whoever computes with
 * offsets needs not know of the second slot.
 *
 * @param own    address of the rank's slot
 * @param shared address of the shared slot less {@link #SHARED}
 */
record SlotBases(long own, long shared) {
    /** First offset of the shared slot; more than any slot has. */
    static final long SHARED = 1L << 48;

    /** A rank whose images are all its own. */
    static SlotBases alone(long own) {
        return new SlotBases(own, own - SHARED);
    }

    static SlotBases of(long own, long sharedSlot) {
        return new SlotBases(own, sharedSlot - SHARED);
    }

    static boolean isShared(long offset) {
        return offset >= SHARED;
    }

    long absolute(long offset) {
        return (isShared(offset) ? shared : own) + offset;
    }

    /** The offset of an address: in the rank's slot where it lies there, else relative to the shared slot. */
    long offset(long address, long slotSize) {
        return Long.compareUnsigned(address - own, slotSize) < 0 ? address - own : address - shared;
    }
}
