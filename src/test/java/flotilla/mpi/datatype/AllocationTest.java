package flotilla.mpi.datatype;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moving data of committed datatypes leaves nothing for the garbage collector. */
class AllocationTest {
    private static final Datatype DOUBLE = PredefinedDatatypes.get(BasicType.DOUBLE);

    @Test
    void movingAllocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Datatype> types = List.of(
                DerivedDatatypes.vector(50, 1, 3, DOUBLE),
                DerivedDatatypes.indexed(new long[] {1, 2, 3, 1}, new long[] {0, 3, 9, 20}, DOUBLE),
                DerivedDatatypes.struct(new long[] {1, 1}, new long[] {0, 8},
                        new Datatype[] {PredefinedDatatypes.get(BasicType.INT), DerivedDatatypes.vector(3, 5, 7, DOUBLE)}),
                ArrayDatatypes.subarray(new long[] {9, 9, 9}, new long[] {3, 4, 2}, new long[] {1, 1, 1},
                        ArrayDatatypes.ORDER_C, DOUBLE));
        types.forEach(Datatype::commit);
        try (Arena arena = Arena.ofConfined()) {
            long a = arena.allocate(1 << 16, 64).address();
            long b = arena.allocate(1 << 16, 64).address();
            // The first downcalls make their method handles.
            for (int i = 0; i < 2000; i++) {
                move(types, a, b);
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                move(types, a, b);
            }
            // Reading the counter may itself allocate a little; 200 rounds that did would show.
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
        }
    }

    private static void move(List<Datatype> types, long a, long b) {
        for (int i = 0; i < types.size(); i++) {
            Datatype type = types.get(i);
            Datatype other = types.get((i + 1) % types.size());
            Pack.pack(a, 3, type, b);
            Pack.unpack(b, 3 * type.size() - 5, a, 3, type);
            Pack.packRange(a, 3, type, 11, 100, b);
            Pack.unpackRange(b, 11, 100, a, 3, type);
            Pack.copy(a, 3, type, b, 3, type, Long.MAX_VALUE);
            Pack.copy(a, 3, type, b, 3, other, Long.MAX_VALUE);
            Pack.copy(a, 3, type, b, 30, DOUBLE, Long.MAX_VALUE);
        }
    }
}
