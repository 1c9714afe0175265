package flotilla.elf.debug;

import flotilla.elf.Cursor;

/**
 * How far a unit of a debugging section reaches: its initial length (DWARF 5, section 7.4).
 *
 * @param offsetSize bytes of an offset within it: 4, or 8 in the 64-bit format
 * @param end where the next unit begins
 */
record UnitExtent(int offsetSize, int end) {
    private static final long IS_64_BIT = 0xffff_ffffL;

    /**
     * Reads the length at the cursor, which is then behind it.
     *
     * @param what for messages: "a unit"
     */
    static UnitExtent read(Cursor cursor, String what) {
        long length = cursor.u32();
        int offsetSize = length == IS_64_BIT ? 8 : 4;
        if (offsetSize == 8) {
            length = cursor.u64();
        }
        int start = cursor.position();
        if (length < 0 || length > cursor.limit() - start) {
            throw cursor.damaged(what + " of " + Long.toUnsignedString(length) + " bytes");
        }
        return new UnitExtent(offsetSize, start + (int) length);
    }
}
