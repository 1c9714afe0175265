package flotilla.mpi.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.DerivedDatatypes;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.datatype.Representation;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.lang.foreign.Arena;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel against one operation after the other in the plainest arithmetic there is. */
class KernelsTest {
    private static final int[] OPERATIONS = {StandardAbi.SUM, StandardAbi.PROD, StandardAbi.MAX, StandardAbi.MIN, StandardAbi.BAND,
        StandardAbi.BOR, StandardAbi.BXOR, StandardAbi.LAND, StandardAbi.LOR, StandardAbi.LXOR};

    static Stream<Arguments> integers() {
        List<Arguments> cases = new ArrayList<>();
        for (int operation : OPERATIONS) {
            for (BasicType type : BasicType.values()) {
                if (Kernels.find(operation, type) != null && isInteger(type)) {
                    cases.add(Arguments.of(Kernels.name(operation), operation, type));
                }
            }
        }
        return cases.stream();
    }

    private static boolean isInteger(BasicType type) {
        return switch (type.representation()) {
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, INT128, LOGICAL8, LOGICAL16, LOGICAL32, LOGICAL64, LOGICAL128,
                    OPAQUE8 -> true;
            default -> false;
        };
    }

    private static boolean isUnsigned(BasicType type) {
        return switch (type.representation()) {
            case UINT8, UINT16, UINT32, UINT64, OPAQUE8 -> true;
            default -> false;
        };
    }

    private static BigInteger read(long address, BasicType type) {
        int bytes = type.size();
        var bigEndian = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            bigEndian[i] = Memory.getByte(address + bytes - 1 - i);
        }
        return isUnsigned(type) ? new BigInteger(1, bigEndian) : new BigInteger(bigEndian);
    }

    private static BigInteger wrap(BigInteger value, BasicType type) {
        int bits = 8 * type.size();
        BigInteger low = value.mod(BigInteger.TWO.pow(bits));
        return !isUnsigned(type) && low.testBit(bits - 1) ? low.subtract(BigInteger.TWO.pow(bits)) : low;
    }

    private static BigInteger expected(int operation, BigInteger a, BigInteger b) {
        boolean x = a.signum() != 0;
        boolean y = b.signum() != 0;
        return switch (operation) {
            case StandardAbi.SUM -> a.add(b);
            case StandardAbi.PROD -> a.multiply(b);
            case StandardAbi.MAX -> a.max(b);
            case StandardAbi.MIN -> a.min(b);
            case StandardAbi.BAND -> a.and(b);
            case StandardAbi.BOR -> a.or(b);
            case StandardAbi.BXOR -> a.xor(b);
            case StandardAbi.LAND -> BigInteger.valueOf(x && y ? 1 : 0);
            case StandardAbi.LOR -> BigInteger.valueOf(x || y ? 1 : 0);
            case StandardAbi.LXOR -> BigInteger.valueOf(x != y ? 1 : 0);
            default -> throw new IllegalArgumentException();
        };
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("integers")
    void integerKernelsWrapLikeExactArithmetic(String name, int operation, BasicType type) {
        int count = 3000; // more than a piece of the wide types
        Random random = new Random(operation * 31L + type.ordinal());
        try (Arena arena = Arena.ofConfined()) {
            long in = fill(arena, random, count * type.extent());
            long inout = fill(arena, random, count * type.extent());
            List<BigInteger> wanted = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long at = (long) i * type.extent();
                wanted.add(wrap(expected(operation, read(in + at, type), read(inout + at, type)), type));
            }
            Kernels.find(operation, type).combine(in, inout, count);
            for (int i = 0; i < count; i++) {
                assertThat(read(inout + (long) i * type.extent(), type)).isEqualTo(wanted.get(i));
            }
        }
    }

    /** Random bytes with runs of zeros, ones and extremes. */
    private static long fill(Arena arena, Random random, int bytes) {
        long address = arena.allocate(bytes, 16).address();
        for (int i = 0; i < bytes; i += 16) {
            int kind = random.nextInt(4);
            for (int j = i; j < Math.min(i + 16, bytes); j++) {
                Memory.putByte(address + j, (byte) (kind == 0 ? 0 : kind == 1 ? 0xff : random.nextInt(256)));
            }
        }
        return address;
    }

    @Test
    void realKernels() {
        try (Arena arena = Arena.ofConfined()) {
            Random random = new Random(7);
            int count = 5000;
            for (int operation : new int[] {StandardAbi.SUM, StandardAbi.PROD, StandardAbi.MAX, StandardAbi.MIN}) {
                long in = arena.allocate(8L * count, 16).address();
                long inout = arena.allocate(8L * count, 16).address();
                var wanted = new double[count];
                for (int i = 0; i < count; i++) {
                    double a = random.nextGaussian();
                    double b = random.nextGaussian();
                    Memory.putDouble(in + 8L * i, a);
                    Memory.putDouble(inout + 8L * i, b);
                    wanted[i] = real(operation, a, b);
                }
                Kernels.find(operation, BasicType.DOUBLE).combine(in, inout, count);
                for (int i = 0; i < count; i++) {
                    assertThat(Memory.getDouble(inout + 8L * i)).isEqualTo(wanted[i]);
                }
                for (int i = 0; i < count; i++) {
                    float a = (float) random.nextGaussian();
                    float b = (float) random.nextGaussian();
                    Memory.putFloat(in + 4L * i, a);
                    Memory.putFloat(inout + 4L * i, b);
                    wanted[i] = (float) real(operation, a, b);
                }
                Kernels.find(operation, BasicType.REAL).combine(in, inout, count);
                for (int i = 0; i < count; i++) {
                    assertThat(Memory.getFloat(inout + 4L * i)).isEqualTo((float) wanted[i]);
                }
                for (int i = 0; i < count; i++) {
                    short a = Float.floatToFloat16((float) random.nextGaussian());
                    short b = Float.floatToFloat16((float) random.nextGaussian());
                    Memory.putShort(in + 2L * i, a);
                    Memory.putShort(inout + 2L * i, b);
                    wanted[i] = Float.floatToFloat16((float) real(operation, Float.float16ToFloat(a), Float.float16ToFloat(b)));
                }
                Kernels.find(operation, BasicType.REAL2).combine(in, inout, count);
                for (int i = 0; i < count; i++) {
                    assertThat(Memory.getShort(inout + 2L * i)).isEqualTo((short) wanted[i]);
                }
            }
        }
    }

    private static double real(int operation, double a, double b) {
        return switch (operation) {
            case StandardAbi.SUM -> a + b;
            case StandardAbi.PROD -> a * b;
            case StandardAbi.MAX -> Math.max(a, b);
            default -> Math.min(a, b);
        };
    }

    /** NaN and the sign of zero, at places that vector registers take and in the rest behind. */
    @Test
    void extremesOfSpecialNumbers() {
        double[] values = {0.0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MIN_VALUE};
        int count = values.length * values.length;
        try (Arena arena = Arena.ofConfined()) {
            long in = arena.allocate(8L * count, 16).address();
            long inout = arena.allocate(8L * count, 16).address();
            for (int operation : new int[] {StandardAbi.MAX, StandardAbi.MIN}) {
                for (int length : new int[] {count, 1, 3}) {
                    for (int i = 0; i < count; i++) {
                        Memory.putDouble(in + 8L * i, values[i / values.length]);
                        Memory.putDouble(inout + 8L * i, values[i % values.length]);
                    }
                    for (int i = 0; i + length <= count; i += length) {
                        Kernels.find(operation, BasicType.DOUBLE).combine(in + 8L * i, inout + 8L * i, length);
                    }
                    for (int i = 0; i < count / length * length; i++) {
                        assertThat(Memory.getDouble(inout + 8L * i))
                                .isEqualTo((Double) real(operation, values[i / values.length], values[i % values.length]));
                    }
                    for (int i = 0; i < count; i++) {
                        Memory.putFloat(in + 4L * i, (float) values[i / values.length]);
                        Memory.putFloat(inout + 4L * i, (float) values[i % values.length]);
                    }
                    for (int i = 0; i + length <= count; i += length) {
                        Kernels.find(operation, BasicType.FLOAT).combine(in + 4L * i, inout + 4L * i, length);
                    }
                    for (int i = 0; i < count / length * length; i++) {
                        assertThat(Memory.getFloat(inout + 4L * i))
                                .isEqualTo((Float) (float) real(operation, (float) values[i / values.length], (float) values[i % values.length]));
                    }
                }
            }
        }
    }

    @Test
    void everyKernelIsThere() {
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(64, 16).address();
            for (int operation = StandardAbi.SUM; operation <= StandardAbi.NO_OP; operation++) {
                for (BasicType type : BasicType.values()) {
                    Kernel kernel = Kernels.find(operation, type);
                    if (kernel != null) {
                        kernel.combine(memory, memory + 32, 1);
                    }
                }
            }
        }
    }

    /** Programs may pack their vectors. */
    @Test
    void anyAlignment() {
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(2000, 16).address();
            for (BasicType type : BasicType.values()) {
                for (int operation : new int[] {StandardAbi.SUM, StandardAbi.MAX, StandardAbi.LAND, StandardAbi.MINLOC}) {
                    Kernel kernel = Kernels.find(operation, type);
                    if (kernel != null) {
                        kernel.combine(memory + 1, memory + 1003, 900 / type.extent());
                    }
                }
            }
        }
    }

    @Test
    void complexProductsAndSums() {
        try (Arena arena = Arena.ofConfined()) {
            long in = arena.allocate(64, 16).address();
            long inout = arena.allocate(64, 16).address();
            double[] a = {3, 4, -1, 0.5};
            double[] b = {1, -2, 2, 8};
            for (int i = 0; i < 4; i++) {
                Memory.putDouble(in + 8 * i, a[i]);
                Memory.putDouble(inout + 8 * i, b[i]);
            }
            Kernels.find(StandardAbi.PROD, BasicType.DOUBLE_COMPLEX).combine(in, inout, 2);
            assertThat(doubles(inout, 4)).containsExactly(11, -2, -6, -7);
            Kernels.find(StandardAbi.SUM, BasicType.C_DOUBLE_COMPLEX).combine(in, inout, 2);
            assertThat(doubles(inout, 4)).containsExactly(14, 2, -7, -6.5);
            // The same numbers as long double: (3+4i)(1-2i) = 11-2i.
            putExtended(in, 3);
            putExtended(in + 16, 4);
            putExtended(inout, 1);
            putExtended(inout + 16, -2);
            Kernels.find(StandardAbi.PROD, BasicType.C_LONG_DOUBLE_COMPLEX).combine(in, inout, 1);
            assertThat(getExtended(inout)).isEqualTo(11);
            assertThat(getExtended(inout + 16)).isEqualTo(-2);
        }
    }

    private static double[] doubles(long address, int count) {
        var values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Memory.getDouble(address + 8L * i);
        }
        return values;
    }

    static void putExtended(long address, int value) {
        long magnitude = Math.abs((long) value);
        int zeros = Long.numberOfLeadingZeros(magnitude);
        Memory.putLong(address, magnitude == 0 ? 0 : magnitude << zeros);
        Memory.putLong(address + 8, value == 0 ? 0 : (value < 0 ? 0x8000 : 0) | 16383 + 63 - zeros);
    }

    static int getExtended(long address) {
        int exponent = (int) Memory.getLong(address + 8) & 0x7fff;
        long significand = Memory.getLong(address);
        int value = significand == 0 ? 0 : (int) (significand >>> 16383 + 63 - exponent);
        return (Memory.getLong(address + 8) & 0x8000) != 0 ? -value : value;
    }

    @Test
    void extremesKeepTheirSmallestIndex() {
        try (Arena arena = Arena.ofConfined()) {
            long in = arena.allocate(64, 16).address();
            long inout = arena.allocate(64, 16).address();
            for (BasicType type : BasicType.values()) {
                if (!type.isPair()) {
                    assertThat(Kernels.find(StandardAbi.MAXLOC, type)).isNull();
                    continue;
                }
                int[][] cases = {{5, 1, 4, 0}, {4, 0, 5, 1}, {5, 3, 5, 2}, {5, 2, 5, 3}, {-5, 7, -6, 1}};
                for (int[] c : cases) {
                    for (boolean max : new boolean[] {true, false}) {
                        put(in, type, c[0], c[1]);
                        put(inout, type, c[2], c[3]);
                        boolean first = c[0] == c[2] ? c[1] < c[3] : max == c[0] > c[2];
                        Kernels.find(max ? StandardAbi.MAXLOC : StandardAbi.MINLOC, type).combine(in, inout, 1);
                        assertThat(get(inout, type.first().representation())).as(type.toString()).isEqualTo(first ? c[0] : c[2]);
                        assertThat(get(inout + type.secondOffset(), type.second().representation())).isEqualTo(first ? c[1] : c[3]);
                    }
                }
            }
        }
    }

    private static void put(long address, BasicType pair, int value, int index) {
        put(address, pair.first().representation(), value);
        put(address + pair.secondOffset(), pair.second().representation(), index);
    }

    private static void put(long address, Representation representation, int value) {
        switch (representation) {
            case INT16 -> Memory.putShort(address, (short) value);
            case INT32 -> Memory.putInt(address, value);
            case INT64 -> Memory.putLong(address, value);
            case FLOAT32 -> Memory.putFloat(address, value);
            case FLOAT64 -> Memory.putDouble(address, value);
            case FLOAT80 -> putExtended(address, value);
            default -> throw new IllegalArgumentException(representation.toString());
        }
    }

    private static int get(long address, Representation representation) {
        return switch (representation) {
            case INT16 -> Memory.getShort(address);
            case INT32 -> Memory.getInt(address);
            case INT64 -> (int) Memory.getLong(address);
            case FLOAT32 -> (int) Memory.getFloat(address);
            case FLOAT64 -> (int) Memory.getDouble(address);
            case FLOAT80 -> getExtended(address);
            default -> throw new IllegalArgumentException(representation.toString());
        };
    }

    @Test
    void logicalOperationsOnReals() {
        try (Arena arena = Arena.ofConfined()) {
            long in = arena.allocate(16, 16).address();
            long inout = arena.allocate(16, 16).address();
            Memory.putDouble(in, -0.0);
            Memory.putDouble(inout, 2.5);
            Kernels.find(StandardAbi.LOR, BasicType.DOUBLE).combine(in, inout, 1);
            assertThat(Memory.getDouble(inout)).isEqualTo(1.0);
            Kernels.find(StandardAbi.LAND, BasicType.DOUBLE).combine(in, inout, 1);
            assertThat(Memory.getDouble(inout)).isEqualTo(0.0);
        }
    }

    @Test
    void combinationsOfTheStandardsTableExistAndOthersAreRefused() {
        for (BasicType type : BasicType.values()) {
            boolean integer = isInteger(type) && type.representation() != Representation.OPAQUE8;
            assertThat(Kernels.find(StandardAbi.REPLACE, type)).isNotNull();
            assertThat(Kernels.find(StandardAbi.NO_OP, type)).isNotNull();
            switch (type.group()) {
                case C_INTEGER, FORTRAN_INTEGER, MULTI_LANGUAGE -> {
                    for (int operation : OPERATIONS) {
                        assertThat(Kernels.find(operation, type)).isNotNull();
                    }
                    assertThat(integer).isTrue();
                }
                case FLOATING -> {
                    assertThat(Kernels.find(StandardAbi.MAX, type)).isNotNull();
                    assertThat(Kernels.find(StandardAbi.BAND, type)).isNull();
                }
                case COMPLEX -> {
                    assertThat(Kernels.find(StandardAbi.SUM, type)).isNotNull();
                    assertThat(Kernels.find(StandardAbi.PROD, type)).isNotNull();
                    assertThat(Kernels.find(StandardAbi.MAX, type)).isNull();
                }
                case LOGICAL -> {
                    assertThat(Kernels.find(StandardAbi.LXOR, type)).isNotNull();
                    assertThat(Kernels.find(StandardAbi.SUM, type)).isNull();
                }
                case BYTE -> {
                    assertThat(Kernels.find(StandardAbi.BXOR, type)).isNotNull();
                    assertThat(Kernels.find(StandardAbi.SUM, type)).isNull();
                }
                case PAIR -> assertThat(Kernels.find(StandardAbi.SUM, type)).isNull();
                default -> assertThat(Kernels.find(StandardAbi.MINLOC, type)).isNull();
            }
        }
        assertThatThrownBy(() -> Kernels.forReduction(StandardAbi.BAND, PredefinedDatatypes.get(BasicType.DOUBLE)))
                .isInstanceOfSatisfying(MpiException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.OP))
                .hasMessageContaining("MPI_BAND").hasMessageContaining("MPI_DOUBLE");
        assertThatThrownBy(() -> Kernels.forReduction(StandardAbi.SUM, DerivedDatatypes.contiguous(2, PredefinedDatatypes.get(BasicType.INT))))
                .isInstanceOf(MpiException.class).hasMessageContaining("derived");
        assertThatThrownBy(() -> Kernels.forReduction(StandardAbi.REPLACE, PredefinedDatatypes.get(BasicType.INT)))
                .isInstanceOf(MpiException.class);
    }
}
