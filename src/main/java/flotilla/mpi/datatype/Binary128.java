package flotilla.mpi.datatype;

/**
 * Converts x87 double extended to IEEE 754 binary128 and back with integer arithmetic. Both have 15 exponent bits with the
 * same bias; x87 keeps 1 + 63 significand bits with an explicit leading one, binary128 keeps 112 without it.
 */
final class Binary128 {
    private static final int FRACTION_BITS = 63;
    /** Bits of the binary128 fraction in its upper word. */
    private static final int HIGH_BITS = 48;
    /** Bits of the binary128 fraction that x87 has no room for. */
    private static final int DROPPED = 112 - FRACTION_BITS;
    private static final int MAX_EXPONENT = 0x7fff;
    private static final long INTEGER_BIT = 1L << 63;
    private static final long QUIET_BIT = 1L << 47;

    /** Upper word of the binary128 value of an x87 number; {@code signExponent} are its bits 64 to 79. */
    static long high(int signExponent, long significand) {
        long sign = (long) (signExponent & 0x8000) << 48;
        int exponent = signExponent & MAX_EXPONENT;
        boolean leading = significand < 0;
        if (exponent != 0 && !leading) {
            // Pseudo-infinities, pseudo-NaNs and unnormals: invalid operands to every processor since the 80387.
            return sign | (long) MAX_EXPONENT << HIGH_BITS | QUIET_BIT;
        }
        if (exponent == 0 && leading) {
            exponent = 1;
        }
        long fraction = significand & ~INTEGER_BIT;
        return sign | (long) exponent << HIGH_BITS | fraction >>> FRACTION_BITS - HIGH_BITS;
    }

    /** Lower word of the binary128 value of an x87 number. */
    static long low(int signExponent, long significand) {
        if ((signExponent & MAX_EXPONENT) != 0 && significand >= 0) {
            return 0;
        }
        return significand << DROPPED;
    }

    /** Bits 64 to 79 of the x87 number nearest to a binary128 value, ties to even. */
    static int signExponent(long high, long low) {
        int sign = (int) (high >>> 48) & 0x8000;
        int exponent = (int) (high >>> HIGH_BITS) & MAX_EXPONENT;
        if (exponent == MAX_EXPONENT) {
            return sign | exponent;
        }
        long fraction = truncated(high, low);
        boolean carry = roundsUp(fraction, low) && fraction == ~INTEGER_BIT;
        return sign | exponent + (carry ? 1 : 0);
    }

    /** Bits 0 to 63 of the x87 number nearest to a binary128 value, ties to even. */
    static long significand(long high, long low) {
        int exponent = (int) (high >>> HIGH_BITS) & MAX_EXPONENT;
        long fraction = truncated(high, low);
        if (exponent == MAX_EXPONENT) {
            boolean nan = (high & (1L << HIGH_BITS) - 1 | low) != 0;
            return INTEGER_BIT | (nan ? fraction | 1L << 62 : 0);
        }
        long leading = exponent == 0 ? 0 : INTEGER_BIT;
        if (!roundsUp(fraction, low)) {
            return leading | fraction;
        }
        if (fraction == ~INTEGER_BIT) {
            // The fraction overflows into the next power of two, which may be infinity.
            return INTEGER_BIT;
        }
        return leading | fraction + 1;
    }

    private static long truncated(long high, long low) {
        return (high & (1L << HIGH_BITS) - 1) << FRACTION_BITS - HIGH_BITS | low >>> DROPPED;
    }

    private static boolean roundsUp(long fraction, long low) {
        long dropped = low & (1L << DROPPED) - 1;
        long half = 1L << DROPPED - 1;
        return dropped > half || dropped == half && (fraction & 1) != 0;
    }

    private Binary128() {}
}
