package flotilla.mpi.datatype;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.util.HexFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class External32Test {
    private static Datatype type(BasicType type) {
        return PredefinedDatatypes.get(type);
    }

    /** Packs native bytes, compares, and unpacks again. */
    private static void requireEncoded(Datatype type, String nativeHex, String externalHex) {
        byte[] memory = HexFormat.of().parseHex(nativeHex.replace(" ", ""));
        byte[] external = HexFormat.of().parseHex(externalHex.replace(" ", ""));
        try (Arena arena = Arena.ofConfined()) {
            long from = arena.allocate(memory.length, 16).address();
            long to = arena.allocate(external.length + 8, 16).address();
            Memory.put(memory, 0, from, memory.length);
            assertThat(External32.size(1, type)).isEqualTo(external.length);
            assertThat(External32.pack(from, 1, type, to)).isEqualTo(external.length);
            assertThat(HexFormat.of().formatHex(Memory.get(to, external.length))).isEqualTo(HexFormat.of().formatHex(external));
            Memory.fill(from, memory.length, (byte) 0);
            assertThat(External32.unpack(to, external.length, from, 1, type)).isEqualTo(external.length);
            assertThat(HexFormat.of().formatHex(Memory.get(from, memory.length))).isEqualTo(HexFormat.of().formatHex(memory));
        }
    }

    @Test
    void basicTypesAreBigEndianInTheSizesOfTheTable() {
        requireEncoded(type(BasicType.INT), "01020304", "04030201");
        requireEncoded(type(BasicType.SHORT), "feff", "fffe");
        requireEncoded(type(BasicType.LONG), "feffffff ffffffff", "fffffffe");
        requireEncoded(type(BasicType.UNSIGNED_LONG), "feffffff 00000000", "fffffffe");
        requireEncoded(type(BasicType.LONG_LONG), "0100000000000080", "8000000000000001");
        requireEncoded(type(BasicType.AINT), "0807060504030201", "0102030405060708");
        requireEncoded(type(BasicType.WCHAR), "ac200000", "20ac");
        requireEncoded(type(BasicType.C_BOOL), "01", "00000001");
        requireEncoded(type(BasicType.LOGICAL), "01000000", "00000001");
        requireEncoded(type(BasicType.CHAR), "41", "41");
        requireEncoded(type(BasicType.FLOAT), "0000803f", "3f800000");
        requireEncoded(type(BasicType.DOUBLE), "000000000000f03f", "3ff0000000000000");
        requireEncoded(type(BasicType.C_DOUBLE_COMPLEX), "000000000000f03f 00000000000000c0", "3ff0000000000000 c000000000000000");
        requireEncoded(type(BasicType.REAL16), "000102030405060708090a0b0c0dff3f", "3fff0d0c0b0a09080706050403020100");
        requireEncoded(type(BasicType.INTEGER16), "000102030405060708090a0b0c0d0e0f", "0f0e0d0c0b0a09080706050403020100");
    }

    @Test
    void paddingDoesNotTravel() {
        requireEncoded(type(BasicType.DOUBLE_INT), "000000000000f03f 02000000 00000000", "3ff0000000000000 00000002");
        requireEncoded(type(BasicType.SHORT_INT), "0100 0000 02000000", "0001 00000002");
        Datatype struct = DerivedDatatypes.struct(new long[] {1, 2}, new long[] {0, 4}, new Datatype[] {type(BasicType.CHAR), type(BasicType.INT)});
        requireEncoded(struct, "41000000 01000000 02000000", "41 00000001 00000002");
    }

    @Test
    void extendedPrecisionBecomesQuadruple() {
        // 1, -2, 1 + 2^-63, the least denormal, infinity.
        requireEncoded(type(BasicType.LONG_DOUBLE), "0000000000000080 ff3f 000000000000", "3fff0000000000000000000000000000");
        requireEncoded(type(BasicType.LONG_DOUBLE), "0000000000000080 00c0 000000000000", "c0000000000000000000000000000000");
        requireEncoded(type(BasicType.LONG_DOUBLE), "0100000000000080 ff3f 000000000000", "3fff0000000000000002000000000000");
        requireEncoded(type(BasicType.LONG_DOUBLE), "0100000000000000 0000 000000000000", "00000000000000000002000000000000");
        requireEncoded(type(BasicType.LONG_DOUBLE), "0000000000000080 ff7f 000000000000", "7fff0000000000000000000000000000");
        requireEncoded(type(BasicType.LONG_DOUBLE), "0000000000000080 fe7f 000000000000", "7ffe0000000000000000000000000000");
    }

    @Test
    void quadrupleIsRoundedToNearestEven() {
        // 1 + 2^-64 is a tie: down to even. 1 + 2^-63 + 2^-64: up to even. 2 - 2^-112: carries into the exponent.
        assertThat(Binary128.significand(0x3fff_0000_0000_0000L, 0x0001_0000_0000_0000L)).isEqualTo(0x8000_0000_0000_0000L);
        assertThat(Binary128.significand(0x3fff_0000_0000_0000L, 0x0003_0000_0000_0000L)).isEqualTo(0x8000_0000_0000_0002L);
        assertThat(Binary128.significand(0x3fff_ffff_ffff_ffffL, -1L)).isEqualTo(0x8000_0000_0000_0000L);
        assertThat(Binary128.signExponent(0x3fff_ffff_ffff_ffffL, -1L)).isEqualTo(0x4000);
        // The greatest number overflows, the greatest denormal becomes normal.
        assertThat(Binary128.signExponent(0x7ffe_ffff_ffff_ffffL, -1L)).isEqualTo(0x7fff);
        assertThat(Binary128.significand(0x7ffe_ffff_ffff_ffffL, -1L)).isEqualTo(0x8000_0000_0000_0000L);
        assertThat(Binary128.signExponent(0x0000_ffff_ffff_ffffL, -1L)).isEqualTo(1);
        assertThat(Binary128.significand(0x0000_ffff_ffff_ffffL, -1L)).isEqualTo(0x8000_0000_0000_0000L);
        // A NaN stays one though its payload is cut off.
        assertThat(Binary128.significand(0x7fff_0000_0000_0000L, 1L)).isEqualTo(0xc000_0000_0000_0000L);
    }

    @Property(tries = 2000)
    void everyExtendedNumberSurvives(@ForAll @IntRange(min = 0, max = 0xffff) int signExponent, @ForAll long bits) {
        boolean denormal = (signExponent & 0x7fff) == 0;
        long significand = denormal ? bits & Long.MAX_VALUE : bits | Long.MIN_VALUE;
        Assume.that((signExponent & 0x7fff) != 0x7fff);
        long high = Binary128.high(signExponent, significand);
        long low = Binary128.low(signExponent, significand);
        assertThat(Binary128.signExponent(high, low)).isEqualTo(signExponent);
        assertThat(Binary128.significand(high, low)).isEqualTo(significand);
    }

    @Test
    void valuesThatDoNotFitAreRefused() {
        try (Arena arena = Arena.ofConfined()) {
            long from = arena.allocate(16, 8).address();
            Memory.putLong(from, 1L << 31);
            var refused = catchThrowableOfType(DatatypeException.class,
                    () -> External32.pack(from, 1, type(BasicType.LONG), from + 8));
            assertThat(refused.reason()).isEqualTo(DatatypeException.Reason.CONVERSION);
            assertThat(External32.pack(from, 1, type(BasicType.UNSIGNED_LONG), from + 8)).isEqualTo(4);
            Memory.putInt(from, 0x1f600);
            assertThat(catchThrowableOfType(DatatypeException.class,
                    () -> External32.pack(from, 1, type(BasicType.WCHAR), from + 8))).isNotNull();
        }
    }

    @Provide
    Arbitrary<Sample> samples() {
        return Sample.any();
    }

    @Property(tries = 500)
    void unpackingBringsEveryElementBack(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 0, max = 3) int count) {
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(count);
            Assume.that(!Typemap.overlaps(bytes));
            Buffer from = new Buffer(arena, bytes).filled(0);
            var entries = sample.map().repeated(count);
            int value = 0;
            long external = 0;
            for (var entry : entries) {
                // Small integers, ones, and numbers with few bits fit everywhere.
                Memory.putByte(from.address + entry.offset(), (byte) (entry.type() == BasicType.C_BOOL ? 1 : value++ % 100));
                if (entry.type() == BasicType.LONG_DOUBLE) {
                    Memory.putLong(from.address + entry.offset(), Long.MIN_VALUE + value);
                    Memory.putShort(from.address + entry.offset() + 8, (short) 0x3fff);
                }
                external += entry.type().externalSize();
            }
            assertThat(External32.size(count, sample.type())).isEqualTo(external);
            Buffer stream = Buffer.ofBytes(arena, external);
            assertThat(External32.pack(from.address, count, sample.type(), stream.address)).isEqualTo(external);
            Buffer back = new Buffer(arena, bytes).filled(0);
            assertThat(External32.unpack(stream.address, external, back.address, count, sample.type())).isEqualTo(external);
            assertThat(back.content()).isEqualTo(from.content());
        }
    }
}
