package flotilla.mpi.reduce;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void x87SumsAreNearest(@ForAll("extended") long[][] operands) {
        var result = new long[2];
        X87.add(operands[0], 0, operands[1], 0, result, 0);
        Format.X87.checkNearest(Format.X87.value(operands[0]).add(Format.X87.value(operands[1])), result);
        X87.subtract(operands[0], 0, operands[1], 0, result, 0);
        Format.X87.checkNearest(Format.X87.value(operands[0]).subtract(Format.X87.value(operands[1])), result);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void x87ProductsAreNearest(@ForAll("extended") long[][] operands) {
        var result = new long[2];
        X87.multiply(operands[0], 0, operands[1], 0, result, 0);
        Format.X87.checkNearest(Format.X87.value(operands[0]).multiply(Format.X87.value(operands[1])), result);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void quadSumsAreNearest(@ForAll("quads") long[][] operands) {
        var result = new long[2];
        Quad.add(operands[0], 0, operands[1], 0, result, 0);
        Format.QUAD.checkNearest(Format.QUAD.value(operands[0]).add(Format.QUAD.value(operands[1])), result);
        Quad.subtract(operands[0], 0, operands[1], 0, result, 0);
        Format.QUAD.checkNearest(Format.QUAD.value(operands[0]).subtract(Format.QUAD.value(operands[1])), result);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void quadProductsAreNearest(@ForAll("quads") long[][] operands) {
        var result = new long[2];
        Quad.multiply(operands[0], 0, operands[1], 0, result, 0);
        Format.QUAD.checkNearest(Format.QUAD.value(operands[0]).multiply(Format.QUAD.value(operands[1])), result);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void comparisonsAgreeWithValues(@ForAll("extended") long[][] operands, @ForAll("quads") long[][] wide) {
        int order = Format.X87.value(operands[0]).compareTo(Format.X87.value(operands[1]));
        if (order != 0) {
            assertThat(Integer.signum(X87.compare(operands[0], 0, operands[1], 0))).isEqualTo(order);
        }
        order = Format.QUAD.value(wide[0]).compareTo(Format.QUAD.value(wide[1]));
        if (order != 0) {
            assertThat(Integer.signum(Quad.compare(wide[0], 0, wide[1], 0))).isEqualTo(order);
        }
    }

    @Test
    void x87SpecialValues() {
        long[] infinity = {Long.MIN_VALUE, 0x7fff};
        long[] minusInfinity = {Long.MIN_VALUE, 0xffff};
        long[] zero = {0, 0};
        long[] minusZero = {0, 0x8000};
        long[] one = {Long.MIN_VALUE, BIAS};
        long[] nan = {0xc000_0000_0000_0001L, 0x7fff};
        long[] unnormal = {1, BIAS};
        var result = new long[2];
        X87.add(infinity, 0, one, 0, result, 0);
        assertThat(result).containsExactly(infinity);
        X87.add(infinity, 0, minusInfinity, 0, result, 0);
        assertThat(X87.isNan(result, 0)).isTrue();
        X87.multiply(infinity, 0, zero, 0, result, 0);
        assertThat(X87.isNan(result, 0)).isTrue();
        X87.multiply(minusInfinity, 0, one, 0, result, 0);
        assertThat(result).containsExactly(minusInfinity);
        X87.add(nan, 0, one, 0, result, 0);
        assertThat(result).containsExactly(nan);
        X87.add(one, 0, unnormal, 0, result, 0);
        assertThat(X87.isNan(result, 0)).isTrue();
        X87.add(zero, 0, minusZero, 0, result, 0);
        assertThat(result).containsExactly(zero);
        X87.add(minusZero, 0, minusZero, 0, result, 0);
        assertThat(result).containsExactly(minusZero);
        X87.multiply(minusZero, 0, one, 0, result, 0);
        assertThat(result).containsExactly(minusZero);
        X87.subtract(one, 0, one, 0, result, 0);
        assertThat(result).containsExactly(zero);
        X87.max(zero, 0, minusZero, 0, result, 0);
        assertThat(result).containsExactly(zero);
        X87.min(zero, 0, minusZero, 0, result, 0);
        assertThat(result).containsExactly(minusZero);
        X87.max(one, 0, nan, 0, result, 0);
        assertThat(X87.isNan(result, 0)).isTrue();
    }
}
