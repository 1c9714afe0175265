package flotilla.mpi.reduce;

/**
 * Arithmetic of the x87 double extended format: C's {@code long double} on x86-64. A number takes two words: its 64-bit
 * significand with an explicit integer bit, then sign and 15-bit exponent (bias 16383) in the lower 16 bits. Results are
 * correctly rounded to nearest, ties to even, with subnormals, infinities and NaN (IEEE 754-2008 sections 4.3.1 and 6).
 * Encodings that the processor does not take for numbers (exponent set, integer bit clear) count as NaN.
 */
final class X87 {
    private static final int MAX_EXPONENT = 0x7fff;
    private static final int BIAS = 16383;
    private static final int SIGN = 0x8000;
    private static final long INTEGER_BIT = Long.MIN_VALUE;
    private static final long DEFAULT_NAN = 0xc000_0000_0000_0000L;

    /** {@code to[t..t+1] = a[i..i+1] + b[j..j+1]}; the places may coincide. */
    static void add(long[] a, int i, long[] b, int j, long[] to, int t) {
        add(a[i], (int) a[i + 1], b[j], (int) b[j + 1], to, t);
    }

    static void subtract(long[] a, int i, long[] b, int j, long[] to, int t) {
        add(a[i], (int) a[i + 1], b[j], (int) b[j + 1] ^ SIGN, to, t);
    }

    private static void add(long m, int se, long otherM, int otherSe, long[] to, int t) {
        if (isNan(m, se) || isNan(otherM, otherSe)) {
            nan(m, se, otherM, otherSe, to, t);
            return;
        }
        int exponent = se & MAX_EXPONENT;
        int otherExponent = otherSe & MAX_EXPONENT;
        if (exponent == MAX_EXPONENT || otherExponent == MAX_EXPONENT) {
            if (exponent == otherExponent && ((se ^ otherSe) & SIGN) != 0) {
                put(to, t, DEFAULT_NAN, SIGN | MAX_EXPONENT);
            } else {
                put(to, t, INTEGER_BIT, (exponent == MAX_EXPONENT ? se : otherSe) & SIGN | MAX_EXPONENT);
            }
            return;
        }
        // Subnormals have the exponent of the smallest normal numbers.
        exponent = Math.max(exponent, 1);
        otherExponent = Math.max(otherExponent, 1);
        if (exponent < otherExponent || exponent == otherExponent && Long.compareUnsigned(m, otherM) < 0) {
            int swap = exponent;
            exponent = otherExponent;
            otherExponent = swap;
            swap = se;
            se = otherSe;
            otherSe = swap;
            long swapM = m;
            m = otherM;
            otherM = swapM;
        }
        int sign = se & SIGN;
        // The smaller operand as 128 bits, high:low, in units of the larger one's; what falls out below sticks to the last.
        int shift = exponent - otherExponent;
        long high;
        long low;
        if (shift == 0) {
            high = otherM;
            low = 0;
        } else if (shift < 64) {
            high = otherM >>> shift;
            low = otherM << 64 - shift;
        } else if (shift == 64) {
            high = 0;
            low = otherM;
        } else if (shift < 128) {
            high = 0;
            low = otherM >>> shift - 64 | sticky(otherM << 128 - shift);
        } else {
            high = 0;
            low = sticky(otherM);
        }
        if (((se ^ otherSe) & SIGN) == 0) {
            high += m;
            if (Long.compareUnsigned(high, m) < 0) {
                low = low >>> 1 | low & 1 | high << 63;
                high = high >>> 1 | INTEGER_BIT;
                exponent++;
            }
        } else {
            high = m - high - (low != 0 ? 1 : 0);
            low = -low;
            if (high == 0 && low == 0) {
                put(to, t, 0, m == 0 && otherM == 0 ? sign & otherSe : 0);
                return;
            }
            int zeros = high != 0 ? Long.numberOfLeadingZeros(high) : 64 + Long.numberOfLeadingZeros(low);
            int left = Math.min(zeros, exponent - 1);
            exponent -= left;
            if (left >= 64) {
                high = low << left - 64;
                low = 0;
            } else if (left > 0) {
                high = high << left | low >>> 64 - left;
                low <<= left;
            }
        }
        round(sign, exponent, high, low, to, t);
    }

    /** {@code to[t..t+1] = a[i..i+1] * b[j..j+1]}; the places may coincide. */
    static void multiply(long[] a, int i, long[] b, int j, long[] to, int t) {
        long m = a[i];
        int se = (int) a[i + 1];
        long otherM = b[j];
        int otherSe = (int) b[j + 1];
        if (isNan(m, se) || isNan(otherM, otherSe)) {
            nan(m, se, otherM, otherSe, to, t);
            return;
        }
        int sign = (se ^ otherSe) & SIGN;
        int exponent = se & MAX_EXPONENT;
        int otherExponent = otherSe & MAX_EXPONENT;
        if (exponent == MAX_EXPONENT || otherExponent == MAX_EXPONENT) {
            if (m == 0 || otherM == 0) {
                put(to, t, DEFAULT_NAN, SIGN | MAX_EXPONENT);
            } else {
                put(to, t, INTEGER_BIT, sign | MAX_EXPONENT);
            }
            return;
        }
        if (m == 0 || otherM == 0) {
            put(to, t, 0, sign);
            return;
        }
        int zeros = Long.numberOfLeadingZeros(m);
        int otherZeros = Long.numberOfLeadingZeros(otherM);
        m <<= zeros;
        otherM <<= otherZeros;
        int result = Math.max(exponent, 1) - zeros + Math.max(otherExponent, 1) - otherZeros - BIAS + 1;
        long high = Math.unsignedMultiplyHigh(m, otherM);
        long low = m * otherM;
        if (high >= 0) {
            high = high << 1 | low >>> 63;
            low <<= 1;
            result--;
        }
        if (result < 1) {
            int shift = 1 - result;
            result = 1;
            if (shift < 64) {
                low = low >>> shift | high << 64 - shift | sticky(low << 64 - shift);
                high >>>= shift;
            } else if (shift < 128) {
                low = (shift == 64 ? high : high >>> shift - 64) | sticky(low | (shift == 64 ? 0 : high << 128 - shift));
                high = 0;
            } else {
                low = 1;
                high = 0;
            }
        }
        round(sign, result, high, low, to, t);
    }

    /** The greater of both goes to {@code to[t..t+1]}; a NaN when there is one. */
    static void max(long[] a, int i, long[] b, int j, long[] to, int t) {
        select(a, i, b, j, to, t, compare(a, i, b, j) >= 0);
    }

    static void min(long[] a, int i, long[] b, int j, long[] to, int t) {
        select(a, i, b, j, to, t, compare(a, i, b, j) <= 0);
    }

    private static void select(long[] a, int i, long[] b, int j, long[] to, int t, boolean first) {
        if (isNan(a, i) || isNan(b, j)) {
            nan(a[i], (int) a[i + 1], b[j], (int) b[j + 1], to, t);
        } else if (first) {
            put(to, t, a[i], (int) a[i + 1]);
        } else {
            put(to, t, b[j], (int) b[j + 1]);
        }
    }

    /** Order of two numbers that are no NaN, with -0 before +0 so that MAX and MIN do not depend on the order of operands. */
    static int compare(long[] a, int i, long[] b, int j) {
        int sign = (int) a[i + 1] & SIGN;
        if (sign != ((int) b[j + 1] & SIGN)) {
            return sign != 0 ? -1 : 1;
        }
        int order = Integer.compare((int) a[i + 1] & MAX_EXPONENT, (int) b[j + 1] & MAX_EXPONENT);
        order = order != 0 ? order : Long.compareUnsigned(a[i], b[j]);
        return sign != 0 ? -order : order;
    }

    static boolean isNan(long[] a, int i) {
        return isNan(a[i], (int) a[i + 1]);
    }

    static boolean isZero(long[] a, int i) {
        return a[i] == 0 && (a[i + 1] & MAX_EXPONENT) == 0;
    }

    private static boolean isNan(long significand, int signExponent) {
        int exponent = signExponent & MAX_EXPONENT;
        return exponent != 0 && (significand >= 0 || exponent == MAX_EXPONENT && significand << 1 != 0);
    }

    /** The first NaN among the operands, made quiet. */
    private static void nan(long m, int se, long otherM, int otherSe, long[] to, int t) {
        boolean first = isNan(m, se);
        put(to, t, (first ? m : otherM) | DEFAULT_NAN, (first ? se : otherSe) & SIGN | MAX_EXPONENT);
    }

    private static long sticky(long lost) {
        return lost != 0 ? 1 : 0;
    }

    /** Rounds high:low, whose binary point is that of a significand in {@code high}; normal, or subnormal with exponent 1. */
    private static void round(int sign, int exponent, long high, long low, long[] to, int t) {
        if (low < 0 && (low << 1 != 0 || (high & 1) != 0)) {
            high++;
            if (high == 0) {
                high = INTEGER_BIT;
                exponent++;
            }
        }
        if (exponent >= MAX_EXPONENT) {
            put(to, t, INTEGER_BIT, sign | MAX_EXPONENT);
        } else {
            put(to, t, high, sign | (high < 0 ? exponent : 0));
        }
    }

    private static void put(long[] to, int t, long significand, int signExponent) {
        to[t] = significand;
        to[t + 1] = signExponent & 0xffff;
    }

    private X87() {}
}
