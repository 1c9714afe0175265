package flotilla.mpi.datatype;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;

/**
 * Compares packing by datatype with loops written by hand, and prints the times of one call and their ratio. Not a
 * test: run it on an idle machine. The goal is a ratio of at most 1.3.
 */
final class PackBenchmark {
    private static final Datatype DOUBLE = PredefinedDatatypes.get(BasicType.DOUBLE);
    private static final int ROUNDS = 15;
    private static final long ROUND_NANOS = 20_000_000;

    /** What a programmer would write: {@code array} to {@code packed}, or back. */
    interface ByHand {
        void move(MemorySegment array, MemorySegment packed, boolean pack);
    }

    private static void compare(String name, Datatype type, long count, ByHand byHand) {
        type.commit();
        try (Arena arena = Arena.ofConfined()) {
            long span = (count - 1) * type.extent() + type.trueUb();
            MemorySegment array = arena.allocate(span, 64).fill((byte) 1);
            MemorySegment packed = arena.allocate(count * type.size(), 64).fill((byte) 1);
            for (boolean pack : new boolean[] {true, false}) {
                Runnable hand = () -> byHand.move(array, packed, pack);
                Runnable engine = pack
                        ? () -> Pack.pack(array.address(), count, type, packed.address())
                        : () -> Pack.unpack(packed.address(), count * type.size(), array.address(), count, type);
                double[] nanos = bestOf(hand, engine);
                System.out.printf(Locale.ROOT, "%-44s %-6s %9d B  by hand %12.1f ns  datatype %12.1f ns  ratio %.2f%n", name,
                        pack ? "pack" : "unpack", count * type.size(), nanos[0], nanos[1], nanos[1] / nanos[0]);
            }
        }
    }

    /** Best time of one call, each; rounds alternate so that both see the same disturbances. */
    private static double[] bestOf(Runnable... variants) {
        double[] best = new double[variants.length];
        Arrays.fill(best, Double.MAX_VALUE);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < variants.length; i++) {
                long start = System.nanoTime();
                long calls = 0;
                long elapsed;
                do {
                    for (int j = 0; j < 16; j++) {
                        variants[i].run();
                    }
                    calls += 16;
                    elapsed = System.nanoTime() - start;
                } while (elapsed < ROUND_NANOS);
                best[i] = Math.min(best[i], (double) elapsed / calls);
            }
        }
        return best;
    }

    private static void vector(int count) {
        compare("vector: " + count + " blocks of 1 double, stride 8", DerivedDatatypes.vector(count, 1, 8, DOUBLE), 1,
                (array, packed, pack) -> {
                    if (pack) {
                        for (int i = 0; i < count; i++) {
                            packed.setAtIndex(JAVA_DOUBLE, i, array.getAtIndex(JAVA_DOUBLE, 8L * i));
                        }
                    } else {
                        for (int i = 0; i < count; i++) {
                            array.setAtIndex(JAVA_DOUBLE, 8L * i, packed.getAtIndex(JAVA_DOUBLE, i));
                        }
                    }
                });
    }

    private static void floats(int count) {
        compare("vector: " + count + " blocks of 1 float, stride 2",
                DerivedDatatypes.vector(count, 1, 2, PredefinedDatatypes.get(BasicType.FLOAT)), 1, (array, packed, pack) -> {
                    if (pack) {
                        for (int i = 0; i < count; i++) {
                            packed.setAtIndex(JAVA_FLOAT, i, array.getAtIndex(JAVA_FLOAT, 2L * i));
                        }
                    } else {
                        for (int i = 0; i < count; i++) {
                            array.setAtIndex(JAVA_FLOAT, 2L * i, packed.getAtIndex(JAVA_FLOAT, i));
                        }
                    }
                });
    }

    /** A box of {@code x} by {@code y} by {@code z} doubles inside a cube with a ghost layer around {@code n} per side. */
    private static void box(String name, int n, int x, int y, int z) {
        int side = n + 2;
        Datatype type = ArrayDatatypes.subarray(new long[] {side, side, side}, new long[] {x, y, z}, new long[] {1, 1, 1},
                ArrayDatatypes.ORDER_C, DOUBLE);
        compare(name + " of " + n + "^3 doubles", type, 1, (array, packed, pack) -> {
            long at = 0;
            for (int i = 1; i <= x; i++) {
                for (int j = 1; j <= y; j++) {
                    long row = ((long) i * side + j) * side + 1;
                    if (pack) {
                        for (int k = 0; k < z; k++) {
                            packed.setAtIndex(JAVA_DOUBLE, at + k, array.getAtIndex(JAVA_DOUBLE, row + k));
                        }
                    } else {
                        for (int k = 0; k < z; k++) {
                            array.setAtIndex(JAVA_DOUBLE, row + k, packed.getAtIndex(JAVA_DOUBLE, at + k));
                        }
                    }
                    at += z;
                }
            }
        });
    }

    private static void faces(int n) {
        box("face x = const (rows)", n, 1, n, n);
        box("face y = const (rows)", n, n, 1, n);
        box("face z = const (points)", n, n, n, 1);
        box("two layers z = const", n, n, n, 2);
        box("three layers z = const", n, n, n, 3);
        box("inner box", n, n, n, n);
    }

    /** Particles: an int and three doubles in 32 bytes. */
    private static void particles(int count) {
        Datatype type = DerivedDatatypes.struct(new long[] {1, 3}, new long[] {0, 8},
                new Datatype[] {PredefinedDatatypes.get(BasicType.INT), DOUBLE});
        var unaligned = JAVA_DOUBLE.withByteAlignment(1);
        var unalignedInt = JAVA_INT.withByteAlignment(1);
        compare("struct: " + count + " of {int, double[3]}", type, count, (array, packed, pack) -> {
            for (int i = 0; i < count; i++) {
                long item = 32L * i;
                long at = 28L * i;
                if (pack) {
                    packed.set(unalignedInt, at, array.get(unalignedInt, item));
                    for (int k = 0; k < 24; k += 8) {
                        packed.set(unaligned, at + 4 + k, array.get(unaligned, item + 8 + k));
                    }
                } else {
                    array.set(unalignedInt, item, packed.get(unalignedInt, at));
                    for (int k = 0; k < 24; k += 8) {
                        array.set(unaligned, item + 8 + k, packed.get(unaligned, at + 4 + k));
                    }
                }
            }
        });
    }

    private static void scattered(int count) {
        long[] places = new long[count];
        for (int i = 0; i < count; i++) {
            places[i] = 3L * i + i % 2;
        }
        compare("indexed_block: " + count + " single doubles", DerivedDatatypes.indexedBlock(1, places, DOUBLE), 1,
                (array, packed, pack) -> {
                    if (pack) {
                        for (int i = 0; i < count; i++) {
                            packed.setAtIndex(JAVA_DOUBLE, i, array.getAtIndex(JAVA_DOUBLE, places[i]));
                        }
                    } else {
                        for (int i = 0; i < count; i++) {
                            array.setAtIndex(JAVA_DOUBLE, places[i], packed.getAtIndex(JAVA_DOUBLE, i));
                        }
                    }
                });
    }

    public static void main(String[] arguments) {
        vector(8);
        vector(1000);
        vector(1_000_000);
        floats(1000);
        faces(8);
        faces(64);
        faces(192);
        particles(1000);
        scattered(1000);
    }

    private PackBenchmark() {}
}
