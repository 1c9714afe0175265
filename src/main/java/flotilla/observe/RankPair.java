package flotilla.observe;

import flotilla.image.RankImages;
import flotilla.image.SlotRegion;
import flotilla.memory.Memory;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A variable in the copies of two ranks. Addresses of variables, functions and constants count as equal when they are the same
 * but for the slot; addresses of what a rank has on its heap, its stack or in thread-local variables never do: if ranks shared
 * the variable, they would share what it points to.
 */
record RankPair(RankImages first, RankImages other, long firstAddress, long otherAddress, long bytes) {
    private static final int WORD = Long.BYTES;
    private static final int LONGEST_TEXT = 40;
    /** Numbers that are more likely meant as binary64, and binary32, than as integers. */
    private static final double LARGEST = 1e30;
    private static final double SMALLEST = 1e-30;
    private static final long LARGEST_LONG = 1L << 52;
    private static final int LARGEST_INT = 1 << 26;

    /** Where, in bytes from its start, the variable differs, or -1 when it does not. */
    long difference() {
        long at = 0;
        while (at < bytes) {
            long mismatch = Memory.segment(firstAddress + at, bytes - at).mismatch(Memory.segment(otherAddress + at, bytes - at));
            if (mismatch < 0) {
                return -1;
            }
            at += mismatch;
            // Images are aligned alike in all slots, so this is an aligned word in both.
            long word = (firstAddress + at & -WORD) - firstAddress;
            if (word < 0 || word + WORD > bytes || !isSameOfImages(word)) {
                return at;
            }
            at = word + WORD;
        }
        return -1;
    }

    private boolean isSameOfImages(long word) {
        long one = Memory.getLong(firstAddress + word);
        long two = Memory.getLong(otherAddress + word);
        return one - first.slotBase() == two - other.slotBase() && isIn(first, one) && first.region(one) == SlotRegion.IMAGES;
    }

    private static boolean isIn(RankImages rank, long address) {
        return Long.compareUnsigned(address - rank.slotBase(), rank.slotSize()) < 0;
    }

    /** What one of the ranks has, around a byte that differs. */
    String value(boolean ofFirst, long at) {
        RankImages rank = ofFirst ? first : other;
        long address = ofFirst ? firstAddress : otherAddress;
        long word = (address + at & -WORD) - address;
        boolean isWord = word >= 0 && word + WORD <= bytes;
        String place = bytes <= WORD ? "" : " at byte " + (isWord ? word : at);
        if (isWord && isIn(rank, Memory.getLong(address + word))) {
            return "the address of " + what(rank, Memory.getLong(address + word)) + place;
        }
        if (bytes == Byte.BYTES || bytes == Short.BYTES || bytes == Integer.BYTES || bytes == WORD) {
            return number(address, (int) bytes);
        }
        String text = text(address);
        if (text != null && at <= text.length()) {
            return "\"" + text + (text.length() == LONGEST_TEXT ? "...\"" : "\"");
        }
        // Arrays mostly are of words or of ints.
        long half = (address + at & -Integer.BYTES) - address;
        if (isWord && isDouble(Memory.getLong(address + word))) {
            return number(address + word, WORD) + place;
        }
        return half >= 0 && half + Integer.BYTES <= bytes ? number(address + half, Integer.BYTES) + " at byte " + half
                : HexFormat.of().toHexDigits(Memory.getByte(address + at)) + " at byte " + at;
    }

    private static String what(RankImages rank, long address) {
        return switch (rank.region(address)) {
            case HEAP -> "something on its heap";
            case STACK -> "something on its stack";
            case THREAD_LOCAL -> "a thread-local variable";
            case IMAGES -> "a variable or function";
            default -> "some memory of its own";
        };
    }

    private static boolean isDouble(long bits) {
        double value = Math.abs(Double.longBitsToDouble(bits));
        return Math.abs(bits) > LARGEST_LONG && value < LARGEST && value > SMALLEST;
    }

    private static String number(long address, int size) {
        long bits = switch (size) {
            case Byte.BYTES -> Memory.getByte(address);
            case Short.BYTES -> Memory.getShort(address);
            case Integer.BYTES -> Memory.getInt(address);
            default -> Memory.getLong(address);
        };
        String hexadecimal = "0x" + Long.toHexString(size == WORD ? bits : bits & (1L << 8 * size) - 1);
        if (size == WORD && isDouble(bits)) {
            return Double.longBitsToDouble(bits) + " (" + hexadecimal + ")";
        }
        float single = Math.abs(Float.intBitsToFloat((int) bits));
        if (size == Integer.BYTES && Math.abs(bits) > LARGEST_INT && single < LARGEST && single > SMALLEST) {
            return Float.intBitsToFloat((int) bits) + " (" + hexadecimal + ")";
        }
        return String.format(Locale.ROOT, "%d (%s)", bits, hexadecimal);
    }

    /** The beginning of the variable as a string, or null where it does not look like one. */
    private String text(long address) {
        var text = new StringBuilder();
        for (long i = 0; i < bytes && i < LONGEST_TEXT; i++) {
            byte character = Memory.getByte(address + i);
            if (character == 0) {
                return i == 0 ? null : text.toString();
            }
            if (character < ' ' || character > '~') {
                return null;
            }
            text.append((char) character);
        }
        return text.toString();
    }
}
