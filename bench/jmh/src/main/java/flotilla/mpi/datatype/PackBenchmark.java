package flotilla.mpi.datatype;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packing by datatype, and the loop that a programmer would write instead. The goal is at most 1.3 times its time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class PackBenchmark {
    private static final Datatype DOUBLE = PredefinedDatatypes.get(BasicType.DOUBLE);
    private static final ValueLayout.OfDouble ANY_DOUBLE = JAVA_DOUBLE.withByteAlignment(1);
    private static final ValueLayout.OfInt ANY_INT = JAVA_INT.withByteAlignment(1);

    /** What a programmer would write: {@code array} to {@code packed}. */
    private interface ByHand {
        void pack(MemorySegment array, MemorySegment packed);
    }

    private record Shape(Datatype type, long count, ByHand byHand) {
        static Shape of(String name) {
            return switch (name) {
                case "vector of 1000 doubles with stride 8" -> vector(1000);
                case "vector of 1000000 doubles with stride 8" -> vector(1_000_000);
                case "vector of 1000 floats with stride 2" -> floats(1000);
                case "face x of 64^3" -> box(64, 1, 64, 64);
                case "face y of 64^3" -> box(64, 64, 1, 64);
                case "face z of 64^3" -> box(64, 64, 64, 1);
                case "two layers z of 64^3" -> box(64, 64, 64, 2);
                case "face x of 192^3" -> box(192, 1, 192, 192);
                case "face y of 192^3" -> box(192, 192, 1, 192);
                case "face z of 192^3" -> box(192, 192, 192, 1);
                case "inside of 64^3" -> box(64, 64, 64, 64);
                case "1000 of {int double[3]}" -> particles(1000);
                case "1000 scattered doubles" -> scattered(1000);
                default -> throw new IllegalArgumentException(name);
            };
        }

        private static Shape vector(int count) {
            return new Shape(DerivedDatatypes.vector(count, 1, 8, DOUBLE), 1, (array, packed) -> {
                for (int i = 0; i < count; i++) {
                    packed.setAtIndex(JAVA_DOUBLE, i, array.getAtIndex(JAVA_DOUBLE, 8L * i));
                }
            });
        }

        private static Shape floats(int count) {
            return new Shape(DerivedDatatypes.vector(count, 1, 2, PredefinedDatatypes.get(BasicType.FLOAT)), 1, (array, packed) -> {
                for (int i = 0; i < count; i++) {
                    packed.setAtIndex(JAVA_FLOAT, i, array.getAtIndex(JAVA_FLOAT, 2L * i));
                }
            });
        }

        /** A box of {@code x} by {@code y} by {@code z} doubles inside a cube of {@code n} per side with a ghost layer around it. */
        private static Shape box(int n, int x, int y, int z) {
            int side = n + 2;
            Datatype type = ArrayDatatypes.subarray(new long[] {side, side, side}, new long[] {x, y, z}, new long[] {1, 1, 1},
                    ArrayDatatypes.ORDER_C, DOUBLE);
            return new Shape(type, 1, (array, packed) -> {
                long at = 0;
                for (int i = 1; i <= x; i++) {
                    for (int j = 1; j <= y; j++) {
                        long row = ((long) i * side + j) * side + 1;
                        for (int k = 0; k < z; k++) {
                            packed.setAtIndex(JAVA_DOUBLE, at + k, array.getAtIndex(JAVA_DOUBLE, row + k));
                        }
                        at += z;
                    }
                }
            });
        }

        /** An int and three doubles in 32 bytes. */
        private static Shape particles(int count) {
            Datatype type = DerivedDatatypes.struct(new long[] {1, 3}, new long[] {0, 8},
                    new Datatype[] {PredefinedDatatypes.get(BasicType.INT), DOUBLE});
            return new Shape(type, count, (array, packed) -> {
                for (int i = 0; i < count; i++) {
                    long item = 32L * i;
                    long at = 28L * i;
                    packed.set(ANY_INT, at, array.get(ANY_INT, item));
                    for (int k = 0; k < 24; k += 8) {
                        packed.set(ANY_DOUBLE, at + 4 + k, array.get(ANY_DOUBLE, item + 8 + k));
                    }
                }
            });
        }

        private static Shape scattered(int count) {
            long[] places = new long[count];
            for (int i = 0; i < count; i++) {
                places[i] = 3L * i + i % 2;
            }
            return new Shape(DerivedDatatypes.indexedBlock(1, places, DOUBLE), 1, (array, packed) -> {
                for (int i = 0; i < count; i++) {
                    packed.setAtIndex(JAVA_DOUBLE, i, array.getAtIndex(JAVA_DOUBLE, places[i]));
                }
            });
        }
    }

    @Param({"vector of 1000 doubles with stride 8", "vector of 1000000 doubles with stride 8", "vector of 1000 floats with stride 2", "face x of 64^3",
        "face y of 64^3", "face z of 64^3", "two layers z of 64^3", "face x of 192^3", "face y of 192^3", "face z of 192^3", "inside of 64^3",
        "1000 of {int double[3]}", "1000 scattered doubles"})
    public String shape;

    private Datatype type;
    private long count;
    private ByHand byHand;
    private MemorySegment array;
    private MemorySegment packed;

    @Setup
    public void allocate() {
        Shape chosen = Shape.of(shape);
        type = chosen.type;
        type.commit();
        count = chosen.count;
        byHand = chosen.byHand;
        array = Arena.global().allocate((count - 1) * type.extent() + type.trueUb(), 64).fill((byte) 1);
        packed = Arena.global().allocate(count * type.size(), 64).fill((byte) 1);
    }

    @Benchmark
    public void pack() {
        Pack.pack(array.address(), count, type, packed.address());
    }

    @Benchmark
    public void unpack() {
        Pack.unpack(packed.address(), count * type.size(), array.address(), count, type);
    }

    @Benchmark
    public void packByHand() {
        byHand.pack(array, packed);
    }
}
