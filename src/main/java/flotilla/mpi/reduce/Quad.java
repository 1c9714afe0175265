package flotilla.mpi.reduce;

import java.math.BigInteger;

/**
 * Arithmetic of IEEE 754 binary128, Fortran's REAL*16: two words, low first. Results are correctly rounded to nearest, ties
 * to even. The type is rare in programs, so exact integers of any length do the work; a sum takes a fraction of a microsecond.
 */
final class Quad {
    private static final int FRACTION_BITS = 112;
    private static final int HIGH_BITS = 48;
    private static final int MAX_EXPONENT = 0x7fff;
    /** Exponent field of a number whose significand, taken as an integer, is to be multiplied with 2^0. */
    private static final int INTEGER_BIAS = 16383 + FRACTION_BITS;
    private static final long SIGN = Long.MIN_VALUE;
    private static final long INFINITY = (long) MAX_EXPONENT << HIGH_BITS;
    private static final long QUIET = 1L << HIGH_BITS - 1;
    /** Bits between two exponents beyond which the smaller number only decides on which side of a tie the sum is. */
    private static final int FAR = 2 * FRACTION_BITS + 16;

    /** {@code to[t..t+1] = a[i..i+1] + b[j..j+1]}; the places may coincide. */
    static void add(long[] a, int i, long[] b, int j, long[] to, int t) {
        add(a[i], a[i + 1], b[j], b[j + 1], to, t);
    }

    static void subtract(long[] a, int i, long[] b, int j, long[] to, int t) {
        add(a[i], a[i + 1], b[j], b[j + 1] ^ SIGN, to, t);
    }

    private static void add(long aLow, long aHigh, long bLow, long bHigh, long[] to, int t) {
        if (isNan(aLow, aHigh) || isNan(bLow, bHigh)) {
            nan(aLow, aHigh, bLow, bHigh, to, t);
            return;
        }
        boolean aInfinite = (aHigh & ~SIGN) == INFINITY;
        boolean bInfinite = (bHigh & ~SIGN) == INFINITY;
        if (aInfinite || bInfinite) {
            boolean opposite = aInfinite && bInfinite && aHigh != bHigh;
            put(to, t, 0, opposite ? SIGN | INFINITY | QUIET : aInfinite ? aHigh : bHigh);
            return;
        }
        int aExponent = exponent(aHigh);
        int bExponent = exponent(bHigh);
        BigInteger aValue = signed(aLow, aHigh);
        BigInteger bValue = signed(bLow, bHigh);
        if (aValue.signum() == 0 && bValue.signum() == 0) {
            put(to, t, 0, aHigh & bHigh & SIGN);
            return;
        }
        int low = Math.min(aExponent, bExponent);
        if (aValue.signum() != 0 && bValue.signum() != 0 && Math.abs(aExponent - bExponent) > FAR) {
            if (aExponent > bExponent) {
                bValue = BigInteger.valueOf(bValue.signum());
                low = aExponent - FAR;
            } else {
                aValue = BigInteger.valueOf(aValue.signum());
                low = bExponent - FAR;
            }
            aExponent = Math.max(aExponent, low);
            bExponent = Math.max(bExponent, low);
        }
        BigInteger sum = aValue.shiftLeft(Math.max(aExponent - low, 0)).add(bValue.shiftLeft(Math.max(bExponent - low, 0)));
        round(sum.signum() < 0, sum.abs(), low, to, t);
    }

    static void multiply(long[] a, int i, long[] b, int j, long[] to, int t) {
        long aLow = a[i];
        long aHigh = a[i + 1];
        long bLow = b[j];
        long bHigh = b[j + 1];
        if (isNan(aLow, aHigh) || isNan(bLow, bHigh)) {
            nan(aLow, aHigh, bLow, bHigh, to, t);
            return;
        }
        long sign = (aHigh ^ bHigh) & SIGN;
        boolean aInfinite = (aHigh & ~SIGN) == INFINITY;
        boolean bInfinite = (bHigh & ~SIGN) == INFINITY;
        if (aInfinite || bInfinite) {
            boolean zero = isZero(aLow, aHigh) || isZero(bLow, bHigh);
            put(to, t, 0, zero ? SIGN | INFINITY | QUIET : sign | INFINITY);
            return;
        }
        BigInteger product = significand(aLow, aHigh).multiply(significand(bLow, bHigh));
        round(sign != 0, product, exponent(aHigh) + exponent(bHigh) - INTEGER_BIAS, to, t);
    }

    static void max(long[] a, int i, long[] b, int j, long[] to, int t) {
        select(a, i, b, j, to, t, compare(a, i, b, j) >= 0);
    }

    static void min(long[] a, int i, long[] b, int j, long[] to, int t) {
        select(a, i, b, j, to, t, compare(a, i, b, j) <= 0);
    }

    private static void select(long[] a, int i, long[] b, int j, long[] to, int t, boolean first) {
        if (isNan(a[i], a[i + 1]) || isNan(b[j], b[j + 1])) {
            nan(a[i], a[i + 1], b[j], b[j + 1], to, t);
        } else if (first) {
            put(to, t, a[i], a[i + 1]);
        } else {
            put(to, t, b[j], b[j + 1]);
        }
    }

    /** Order of two numbers that are no NaN; -0 comes before +0. */
    static int compare(long[] a, int i, long[] b, int j) {
        boolean negative = a[i + 1] < 0;
        if (negative != b[j + 1] < 0) {
            return negative ? -1 : 1;
        }
        int order = Long.compare(a[i + 1] & ~SIGN, b[j + 1] & ~SIGN);
        order = order != 0 ? order : Long.compareUnsigned(a[i], b[j]);
        return negative ? -order : order;
    }

    static boolean isZero(long[] a, int i) {
        return isZero(a[i], a[i + 1]);
    }

    private static boolean isZero(long low, long high) {
        return low == 0 && (high & ~SIGN) == 0;
    }

    private static boolean isNan(long low, long high) {
        long magnitude = high & ~SIGN;
        return magnitude > INFINITY || magnitude == INFINITY && low != 0;
    }

    private static void nan(long aLow, long aHigh, long bLow, long bHigh, long[] to, int t) {
        boolean first = isNan(aLow, aHigh);
        put(to, t, first ? aLow : bLow, (first ? aHigh : bHigh) | QUIET);
    }

    /** Subnormals have the exponent of the smallest normal numbers. */
    private static int exponent(long high) {
        return Math.max((int) (high >>> HIGH_BITS) & MAX_EXPONENT, 1);
    }

    private static BigInteger significand(long low, long high) {
        long upper = high & (1L << HIGH_BITS) - 1;
        if (((int) (high >>> HIGH_BITS) & MAX_EXPONENT) != 0) {
            upper |= 1L << HIGH_BITS;
        }
        return BigInteger.valueOf(upper).shiftLeft(32).or(BigInteger.valueOf(low >>> 32)).shiftLeft(32)
                .or(BigInteger.valueOf(low & 0xffff_ffffL));
    }

    private static BigInteger signed(long low, long high) {
        BigInteger value = significand(low, high);
        return high < 0 ? value.negate() : value;
    }

    /** Rounds {@code value * 2^(exponent - INTEGER_BIAS)}. */
    private static void round(boolean negative, BigInteger value, int exponent, long[] to, int t) {
        long sign = negative ? SIGN : 0;
        if (value.signum() == 0) {
            put(to, t, 0, sign);
            return;
        }
        int shift = Math.max(value.bitLength() - (FRACTION_BITS + 1), 1 - exponent);
        if (shift > 0) {
            boolean half = value.testBit(shift - 1);
            boolean below = half && value.getLowestSetBit() < shift - 1;
            value = value.shiftRight(shift);
            if (half && (below || value.testBit(0))) {
                value = value.add(BigInteger.ONE);
            }
            exponent += shift;
            if (value.bitLength() > FRACTION_BITS + 1) {
                value = value.shiftRight(1);
                exponent++;
            }
        } else if (shift < 0) {
            value = value.shiftLeft(-shift);
            exponent += shift;
        }
        if (exponent >= MAX_EXPONENT) {
            put(to, t, 0, sign | INFINITY);
            return;
        }
        long upper = value.shiftRight(64).longValue();
        long field = upper >>> HIGH_BITS != 0 ? exponent : 0;
        put(to, t, value.longValue(), sign | field << HIGH_BITS | upper & (1L << HIGH_BITS) - 1);
    }

    private static void put(long[] to, int t, long low, long high) {
        to[t] = low;
        to[t + 1] = high;
    }

    private Quad() {}
}
