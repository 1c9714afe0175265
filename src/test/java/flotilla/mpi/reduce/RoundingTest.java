package flotilla.mpi.reduce;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.datatype.BasicType;
import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Sums and products of x87 and binary128 numbers are the representable numbers nearest to the exact result, ties to even. */
class RoundingTest {
    private static final int BIAS = 16383;
    private static final BigDecimal TWO = BigDecimal.TWO;

    /** A format with 15 exponent bits: {@code precision} significand bits, the leading one included. */
    private enum Format {
        X87(64), QUAD(113);

        final int precision;

        Format(int precision) {
            this.precision = precision;
        }

        /** The words of {@code significand * 2^(exponent - BIAS - precision + 1)}, exponent 1 for subnormals. */
        long[] encode(boolean negative, BigInteger significand, int exponent) {
            boolean normal = significand.bitLength() == precision;
            long field = normal ? exponent : 0;
            if (this == X87) {
                return new long[] {significand.longValue(), (negative ? 0x8000 : 0) | field};
            }
            long upper = significand.shiftRight(64).longValue() & (1L << 48) - 1;
            return new long[] {significand.longValue(), (negative ? Long.MIN_VALUE : 0) | field << 48 | upper};
        }

        int exponent(long[] number) {
            return (int) (this == X87 ? number[1] : number[1] >>> 48) & 0x7fff;
        }

        boolean isInfinite(long[] number) {
            return exponent(number) == 0x7fff
                    && (this == X87 ? number[0] == Long.MIN_VALUE : number[0] == 0 && (number[1] & (1L << 48) - 1) == 0);
        }

        BigInteger significand(long[] number) {
            BigInteger low = new BigInteger(Long.toUnsignedString(number[0]));
            if (this == X87) {
                return low;
            }
            long upper = number[1] & (1L << 48) - 1 | (exponent(number) != 0 ? 1L << 48 : 0);
            return BigInteger.valueOf(upper).shiftLeft(64).or(low);
        }

        boolean isNegative(long[] number) {
            return this == X87 ? (number[1] & 0x8000) != 0 : number[1] < 0;
        }

        BigDecimal value(long[] number) {
            BigDecimal value = scaled(significand(number), Math.max(exponent(number), 1) - BIAS - precision + 1);
            return isNegative(number) ? value.negate() : value;
        }

        private static BigDecimal scaled(BigInteger integer, int exponent) {
            return exponent >= 0
                    ? new BigDecimal(integer.shiftLeft(exponent))
                    : new BigDecimal(integer).divide(TWO.pow(-exponent));
        }

        /** The exact result must be nearest to {@code number}: within half a unit of its last place, ties only when that is even. */
        void checkNearest(BigDecimal exact, long[] number) {
            BigDecimal largest = scaled(BigInteger.TWO.pow(precision).subtract(BigInteger.ONE), 0x7ffe - BIAS - precision + 1);
            BigDecimal halfOfLast = scaled(BigInteger.ONE, 0x7ffe - BIAS - precision);
            if (exact.abs().compareTo(largest.add(halfOfLast)) >= 0) {
                assertThat(isInfinite(number)).isTrue();
                assertThat(isNegative(number)).isEqualTo(exact.signum() < 0);
                return;
            }
            assertThat(exponent(number)).isLessThan(0x7fff);
            BigInteger significand = significand(number);
            int exponent = Math.max(exponent(number), 1);
            BigDecimal half = scaled(BigInteger.ONE, exponent - BIAS - precision);
            // Below a power of two numbers lie twice as close.
            boolean power = significand.equals(BigInteger.ONE.shiftLeft(precision - 1)) && exponent > 1;
            BigDecimal distance = exact.abs().subtract(value(number).abs());
            BigDecimal below = power ? half.divide(TWO) : half;
            boolean even = !significand.testBit(0);
            assertThat(distance.compareTo(half)).isLessThanOrEqualTo(even ? 0 : -1);
            assertThat(distance.negate().compareTo(below)).isLessThanOrEqualTo(even ? 0 : -1);
            if (exact.signum() != 0) {
                assertThat(isNegative(number)).isEqualTo(exact.signum() < 0);
            }
            if (this == X87 && exponent(number) != 0) {
                assertThat(significand.bitLength()).as("integer bit").isEqualTo(precision);
            }
        }
    }

    /** Significands near powers of two, with few bits, or any: those with which rounding goes wrong. */
    private static Arbitrary<long[]> numbers(Format format, int aroundExponent, int spread) {
        int precision = format.precision;
        Arbitrary<BigInteger> any = Arbitraries.bigIntegers().between(BigInteger.ZERO, BigInteger.TWO.pow(precision - 1).subtract(BigInteger.ONE));
        Arbitrary<BigInteger> sparse = Arbitraries.integers().between(0, precision - 2).map(BigInteger.ONE::shiftLeft);
        Arbitrary<BigInteger> full = sparse.map(bit -> BigInteger.TWO.pow(precision - 1).subtract(bit));
        Arbitrary<BigInteger> fraction = Arbitraries.oneOf(any, sparse, full, Arbitraries.just(BigInteger.ZERO));
        Arbitrary<Integer> exponent = Arbitraries.integers().between(Math.max(0, aroundExponent - spread), Math.min(0x7ffe, aroundExponent + spread));
        return Combinators.combine(Arbitraries.of(true, false), fraction, exponent).as((negative, f, e) -> e == 0
                ? format.encode(negative, f, 1)
                : format.encode(negative, f.setBit(precision - 1), e));
    }

    private static Arbitrary<long[][]> pairs(Format format) {
        // Close exponents for sums, small ones for subnormal products, all for the rest.
        Arbitrary<long[]> close = numbers(format, BIAS, 140);
        Arbitrary<long[]> tiny = numbers(format, 0, 130);
        Arbitrary<long[]> low = numbers(format, BIAS / 2, 130);
        Arbitrary<long[]> huge = numbers(format, 0x7ffe, 130);
        Arbitrary<long[]> any = numbers(format, BIAS, BIAS);
        return Arbitraries.oneOf(both(close, close), both(tiny, tiny), both(low, low), both(tiny, close), both(huge, huge), both(huge, close),
                both(any, any));
    }

    private static Arbitrary<long[][]> both(Arbitrary<long[]> a, Arbitrary<long[]> b) {
        return Combinators.combine(a, b).as((x, y) -> new long[][] {x, y});
    }

    @Provide
    Arbitrary<long[][]> extended() {
        return pairs(Format.X87);
    }

    @Provide
    Arbitrary<long[][]> quads() {
        return pairs(Format.QUAD);
    }

    /** {@code a op b} by the kernel. */
    private static long[] apply(int operation, Format format, long[] a, long[] b) {
        try (Arena arena = Arena.ofConfined()) {
            long in = arena.allocate(32, 16).address();
            long inout = in + 16;
            for (int i = 0; i < 2; i++) {
                Memory.putLong(in + 8 * i, a[i]);
                Memory.putLong(inout + 8 * i, b[i]);
            }
            Kernels.find(operation, format == Format.X87 ? BasicType.LONG_DOUBLE : BasicType.REAL16).combine(in, inout, 1);
            long second = Memory.getLong(inout + 8);
            // The upper bytes of an x87 number mean nothing.
            return new long[] {Memory.getLong(inout), format == Format.X87 ? second & 0xffff : second};
        }
    }

    private static void checkArithmetic(Format format, long[] a, long[] b) {
        BigDecimal x = format.value(a);
        BigDecimal y = format.value(b);
        format.checkNearest(x.add(y), apply(StandardAbi.SUM, format, a, b));
        format.checkNearest(x.multiply(y), apply(StandardAbi.PROD, format, a, b));
        int order = x.compareTo(y);
        if (order != 0) {
            assertThat(apply(StandardAbi.MAX, format, a, b)).containsExactly(order > 0 ? a : b);
            assertThat(apply(StandardAbi.MIN, format, a, b)).containsExactly(order < 0 ? a : b);
        }
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void x87(@ForAll("extended") long[][] operands) {
        checkArithmetic(Format.X87, operands[0], operands[1]);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void binary128(@ForAll("quads") long[][] operands) {
        checkArithmetic(Format.QUAD, operands[0], operands[1]);
    }

    @Test
    void x87SpecialValues() {
        long[] infinity = {Long.MIN_VALUE, 0x7fff};
        long[] minusInfinity = {Long.MIN_VALUE, 0xffff};
        long[] zero = {0, 0};
        long[] minusZero = {0, 0x8000};
        long[] one = {Long.MIN_VALUE, BIAS};
        long[] nan = {0xc000_0000_0000_0001L, 0x7fff};
        long[] minusOne = {Long.MIN_VALUE, 0x8000 | BIAS};
        long[] unnormal = {1, BIAS};
        assertThat(x87(StandardAbi.SUM, infinity, one)).containsExactly(infinity);
        assertNan(x87(StandardAbi.SUM, infinity, minusInfinity));
        assertNan(x87(StandardAbi.PROD, infinity, zero));
        assertThat(x87(StandardAbi.PROD, minusInfinity, one)).containsExactly(minusInfinity);
        assertThat(x87(StandardAbi.SUM, nan, one)).containsExactly(nan);
        assertNan(x87(StandardAbi.SUM, one, unnormal));
        assertThat(x87(StandardAbi.SUM, zero, minusZero)).containsExactly(zero);
        assertThat(x87(StandardAbi.SUM, minusZero, minusZero)).containsExactly(minusZero);
        assertThat(x87(StandardAbi.PROD, minusZero, one)).containsExactly(minusZero);
        assertThat(x87(StandardAbi.SUM, one, minusOne)).containsExactly(zero);
        for (long[][] operands : new long[][][] {{zero, minusZero}, {minusZero, zero}}) {
            assertThat(x87(StandardAbi.MAX, operands[0], operands[1])).containsExactly(zero);
            assertThat(x87(StandardAbi.MIN, operands[0], operands[1])).containsExactly(minusZero);
        }
        for (long[][] operands : new long[][][] {{one, nan}, {nan, one}}) {
            assertNan(x87(StandardAbi.MAX, operands[0], operands[1]));
            assertNan(x87(StandardAbi.MIN, operands[0], operands[1]));
        }
    }

    private static long[] x87(int operation, long[] a, long[] b) {
        return apply(operation, Format.X87, a, b);
    }

    private static void assertNan(long[] number) {
        assertThat(number[1] & 0x7fff).isEqualTo(0x7fff);
        assertThat(number[0] << 1).isNotZero();
    }
}
