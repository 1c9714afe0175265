package flotilla.image;

/**
 * Where a rank's memory lies. Offsets below {@link #SHARED} are relative to the rank's own slot, offsets from there on to the
 * slot of what its ranks share (method {@code none}), and those from {@link #ELSEWHERE} on mean images that the system's
 * dynamic linker has loaded for the rank (methods {@code fs} and {@code pip}). Addition keeps an offset on its side, so that
 * whoever computes with offsets needs not know of that.
 *
 * @param own       address of the rank's slot
 * @param shared    address of the shared slot less {@link #SHARED}
 * @param elsewhere the rank's images outside of slots, or null
 */
record SlotBases(long own, long shared, LoadedElsewhere elsewhere) {
    /** First offset of the shared slot; more than any slot has. */
    static final long SHARED = 1L << 48;
    /** First offset of images that lie elsewhere; more than the shared slot has. */
    static final long ELSEWHERE = 1L << 56;
    /** Offsets that one such image has for itself: more than can be mapped of a file. */
    private static final int ROOM_SHIFT = 40;

    /** A rank whose images are all its own. */
    static SlotBases alone(long own) {
        return new SlotBases(own, own - SHARED, null);
    }

    static SlotBases of(long own, long sharedSlot) {
        return new SlotBases(own, sharedSlot - SHARED, null);
    }

    static SlotBases of(long own, LoadedElsewhere elsewhere) {
        return new SlotBases(own, own - SHARED, elsewhere);
    }

    static boolean isShared(long offset) {
        return offset >= SHARED && offset < ELSEWHERE;
    }

    static boolean isOwn(long offset) {
        return offset < SHARED;
    }

    static boolean isElsewhere(long offset) {
        return offset >= ELSEWHERE;
    }

    /** The bias of image {@code number} of those that lie elsewhere: amid its room, since addresses may lead before an image. */
    static long elsewhereBias(int number) {
        return ELSEWHERE + ((long) number << ROOM_SHIFT) + (1L << ROOM_SHIFT - 1);
    }

    static int elsewhereNumber(long offset) {
        return (int) (offset - ELSEWHERE >>> ROOM_SHIFT);
    }

    long absolute(long offset) {
        if (isOwn(offset)) {
            return own + offset;
        }
        if (isShared(offset)) {
            return shared + offset;
        }
        if (elsewhere == null) {
            throw leadsOutside(offset);
        }
        return elsewhere.absolute(offset);
    }

    static LoadException leadsOutside(long offset) {
        return new LoadException("a relocation of the program leads far outside of it, to 0x" + Long.toHexString(offset)
                + ": the file is damaged; build it again");
    }

    /**
     * The offset of an address: in the rank's slot where it lies there, else in an image that lies elsewhere, or -1 if it does
     * not, or relative to the shared slot.
     */
    long offset(long address, long slotSize) {
        if (Long.compareUnsigned(address - own, slotSize) < 0) {
            return address - own;
        }
        return elsewhere == null ? address - shared : elsewhere.offset(address);
    }
}
