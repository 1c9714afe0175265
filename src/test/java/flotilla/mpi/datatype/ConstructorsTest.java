package flotilla.mpi.datatype;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import flotilla.mpi.datatype.DatatypeException.Reason;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Single constructor calls: the standard's own examples, extreme arguments, wrong ones, and what they compile to. */
class ConstructorsTest {
    private static final Datatype CHAR = PredefinedDatatypes.get(BasicType.CHAR);
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);
    private static final Datatype DOUBLE = PredefinedDatatypes.get(BasicType.DOUBLE);
    private static final Datatype LB = PredefinedDatatypes.get(PredefinedDatatypes.LB);
    private static final Datatype UB = PredefinedDatatypes.get(PredefinedDatatypes.UB);

    static void requireRefused(String argument, ThrowingCallable call) {
        requireRefused(Reason.ARG, argument, -2, call);
    }

    private static void requireRefused(Reason reason, String argument, int index, ThrowingCallable call) {
        var refused = catchThrowableOfType(DatatypeException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.argument()).isEqualTo(argument);
        if (index != -2) {
            assertThat(refused.index()).isEqualTo(index);
        }
        assertThat(refused).hasMessageStartingWith(argument);
    }

    private static Datatype struct(long[] lengths, long[] displacements, Datatype... types) {
        return DerivedDatatypes.struct(lengths, displacements, types);
    }

    private static void requireBounds(Datatype type, long size, long lb, long extent, long trueLb, long trueExtent) {
        assertThat(new long[] {type.size(), type.lb(), type.extent(), type.trueLb(), type.trueExtent()})
                .containsExactly(size, lb, extent, trueLb, trueExtent);
    }

    @Test
    void aStructureIsPaddedToItsAlignment() {
        requireBounds(struct(new long[] {1, 1}, new long[] {0, 8}, DOUBLE, CHAR), 9, 0, 16, 0, 9);
        requireBounds(struct(new long[] {1, 1}, new long[] {1, 5}, DOUBLE, CHAR), 9, 1, 8, 1, 8);
        // A member without elements does not align.
        requireBounds(struct(new long[] {1, 0}, new long[] {0, 4}, INT, DOUBLE), 4, 0, 4, 0, 4);
        // Other constructors do not pad.
        requireBounds(DerivedDatatypes.hvector(2, 1, 12, DOUBLE), 16, 0, 20, 0, 20);
    }

    @Test
    void markersOverrideBounds() {
        requireBounds(struct(new long[] {1, 1, 1}, new long[] {-3, 0, 6}, LB, INT, UB), 4, -3, 9, 0, 4);
        requireBounds(struct(new long[] {1, 1}, new long[] {0, -4}, INT, UB), 4, 0, -4, 0, 4);
        requireBounds(struct(new long[] {1, 1}, new long[] {0, 8}, INT, LB), 4, 8, -4, 0, 4);
        requireBounds(struct(new long[] {1}, new long[] {8}, UB), 0, 0, 8, 0, 0);
    }

    @Test
    void markersSurviveNesting() {
        // MPI-3.1 section 4.1.7: type1 = {(lb, -3), (int, 0), (ub, 6)}, two of them.
        Datatype one = DerivedDatatypes.resized(INT, -3, 9);
        Datatype two = DerivedDatatypes.contiguous(2, one);
        requireBounds(two, 8, -3, 18, 0, 13);
        // The outer bounds come from the marked member alone.
        requireBounds(struct(new long[] {1, 1}, new long[] {100, 0}, DOUBLE, one), 12, -3, 9, 0, 108);
        requireBounds(DerivedDatatypes.resized(two, 0, 1), 8, 0, 1, 0, 13);
    }

    @Test
    void nothingHasNoBounds() {
        requireBounds(DerivedDatatypes.contiguous(0, DOUBLE), 0, 0, 0, 0, 0);
        requireBounds(DerivedDatatypes.vector(3, 0, 5, DOUBLE), 0, 0, 0, 0, 0);
        requireBounds(DerivedDatatypes.indexed(new long[] {0, 0}, new long[] {7, 9}, DOUBLE), 0, 0, 0, 0, 0);
        requireBounds(struct(new long[0], new long[0]), 0, 0, 0, 0, 0);
        assertThat(DerivedDatatypes.contiguous(0, DOUBLE).elementType()).isNull();
    }

    @Test
    void countsBeyondIntAreKept() {
        long count = 5_000_000_000L;
        Datatype type = DerivedDatatypes.vector(count, 1, 2, DOUBLE);
        requireBounds(type, 8 * count, 0, 16 * count - 8, 0, 16 * count - 8);
        assertThat(type.contents().counts()).containsExactly(count, 1, 2);
        assertThat(type.contents().integers()).isEmpty();
        assertThat(type.elements(8 * count - 8)).isEqualTo(count - 1);
        assertThat(Pack.packSize(2, type)).isEqualTo(16 * count);
        requireRefused("datatype", () -> DerivedDatatypes.contiguous(Long.MAX_VALUE / 4, DOUBLE));
        requireRefused("datatype", () -> DerivedDatatypes.vector(3, 1, Long.MAX_VALUE / 8, DOUBLE));
        requireRefused("datatype", () -> Pack.packSize(Long.MAX_VALUE / 2, type));
    }

    @Test
    void argumentsAreChecked() {
        requireRefused(Reason.COUNT, "count", -1, () -> DerivedDatatypes.contiguous(-1, INT));
        requireRefused(Reason.COUNT, "count", -1, () -> DerivedDatatypes.vector(-1, 1, 1, INT));
        requireRefused(Reason.COUNT, "blocklength", -1, () -> DerivedDatatypes.hvector(1, -1, 1, INT));
        requireRefused(Reason.TYPE, "oldtype", -1, () -> DerivedDatatypes.contiguous(1, null));
        requireRefused(Reason.TYPE, "array_of_types", 1, () -> struct(new long[] {1, 1}, new long[2], INT, null));
        requireRefused(Reason.COUNT, "array_of_blocklengths", 1,
                () -> DerivedDatatypes.indexed(new long[] {1, -2}, new long[2], INT));
        requireRefused(Reason.ARG, "array_of_subsizes", 0, () -> ArrayDatatypes.subarray(
                new long[] {4}, new long[] {5}, new long[] {0}, ArrayDatatypes.ORDER_C, INT));
        requireRefused(Reason.ARG, "array_of_starts", 0, () -> ArrayDatatypes.subarray(
                new long[] {4}, new long[] {2}, new long[] {3}, ArrayDatatypes.ORDER_C, INT));
        requireRefused(Reason.ARG, "order", -1, () -> ArrayDatatypes.subarray(
                new long[] {4}, new long[] {2}, new long[] {0}, 0, INT));
        requireRefused(Reason.ARG, "ndims", -1, () -> ArrayDatatypes.subarray(
                new long[0], new long[0], new long[0], ArrayDatatypes.ORDER_C, INT));
    }

    @Test
    void argumentsAreCopied() {
        long[] lengths = {1, 2};
        long[] displacements = {0, 16};
        Datatype type = DerivedDatatypes.hindexed(lengths, displacements, INT);
        Arrays.fill(lengths, 9);
        Arrays.fill(displacements, 9);
        assertThat(type.contents().integers()).containsExactly(2, 1, 2);
        assertThat(type.contents().addresses()).containsExactly(0, 16);
        assertThat(((Indexed) type.root()).runOffset(1)).isEqualTo(16);
    }

    @Test
    void layoutsCompileToTheSimplestNode() {
        assertThat(DerivedDatatypes.vector(10, 3, 3, DOUBLE).isContiguous()).isTrue();
        assertThat(DerivedDatatypes.hindexed(new long[] {1, 2, 1}, new long[] {0, 4, 12}, INT).isContiguous()).isTrue();
        assertThat(struct(new long[] {1, 1}, new long[] {0, 4}, INT, INT).isContiguous()).isTrue();
        assertThat(struct(new long[] {1, 1}, new long[] {4, 0}, INT, INT).isContiguous()).isFalse();
        assertThat(PredefinedDatatypes.get(BasicType.DOUBLE_INT).isContiguous()).isFalse();
        assertThat(PredefinedDatatypes.get(BasicType.DOUBLE_INT).isContiguous(1)).isTrue();
        Datatype face = ArrayDatatypes.subarray(new long[] {8, 8, 8}, new long[] {8, 8, 1}, new long[] {0, 0, 3},
                ArrayDatatypes.ORDER_C, DOUBLE);
        assertThat(face.root()).isInstanceOf(Loop.class);
        assertThat(((Loop) face.root()).count).isEqualTo(64);
        Datatype regular = DerivedDatatypes.indexedBlock(2, new long[] {0, 5, 10, 15}, DOUBLE);
        assertThat(((Loop) regular.root()).body).isInstanceOf(Block.class);
        Datatype irregular = DerivedDatatypes.indexedBlock(2, new long[] {0, 5, 10, 16}, DOUBLE);
        assertThat(irregular.root()).isInstanceOf(Indexed.class);
    }

    @Test
    void absoluteAddressesServeAsDisplacements() {
        try (Arena arena = Arena.ofConfined()) {
            var first = arena.allocate(8, 8);
            var second = arena.allocate(8, 8);
            var to = arena.allocate(16, 8);
            first.set(JAVA_LONG, 0, 1);
            second.set(JAVA_LONG, 0, 2);
            Datatype type = struct(new long[] {1, 1}, new long[] {first.address(), second.address()}, DOUBLE, DOUBLE);
            assertThat(Pack.pack(0, 1, type, to.address())).isEqualTo(16);
            assertThat(to.toArray(JAVA_LONG)).containsExactly(1, 2);
        }
    }

    @Test
    void nestingMayBeDeep() {
        Datatype type = INT;
        for (int i = 0; i < 20_000; i++) {
            type = struct(new long[] {1, 1}, new long[] {0, 4}, CHAR, type);
        }
        type = DerivedDatatypes.dup(type);
        type.commit();
        assertThat(type.size()).isEqualTo(20_004);
        try (Arena arena = Arena.ofConfined()) {
            var from = arena.allocate(type.trueExtent(), 8).fill((byte) 7);
            var to = arena.allocate(type.size(), 8);
            assertThat(Pack.pack(from.address(), 1, type, to.address())).isEqualTo(20_004);
            assertThat(to.toArray(JAVA_BYTE)).containsOnly(7);
            Pack.packRange(from.address(), 1, type, 10_001, 5_000, to.address());
        }
    }

    @Test
    void extrasBelongToTheDatatype() {
        Datatype type = DerivedDatatypes.contiguous(2, INT);
        assertThat(type.isCommitted()).isFalse();
        assertThat(type.name()).isEmpty();
        type.commit();
        type.setName("pair");
        Datatype dup = DerivedDatatypes.dup(type);
        assertThat(dup.isCommitted()).isTrue();
        assertThat(dup.name()).isEmpty();
        assertThat(dup.isPredefined()).isFalse();
        assertThat(DerivedDatatypes.dup(INT).basicType()).isNull();
        assertThat(DerivedDatatypes.dup(INT).elementType()).isEqualTo(BasicType.INT);
        assertThat(INT.isCommitted()).isTrue();
        assertThat(catchThrowableOfType(UnsupportedOperationException.class, () -> INT.setName("mine"))).isNotNull();
    }

    @Test
    void signaturesMatchByBasicTypes() {
        Datatype mixed = struct(new long[] {1, 2}, new long[] {0, 8}, INT, DOUBLE);
        Datatype spread = struct(new long[] {1, 1, 1}, new long[] {32, 0, 16}, INT, DOUBLE, DOUBLE);
        assertThat(Signature.matches(3, mixed, 3, spread)).isTrue();
        assertThat(Signature.matches(3, mixed, 4, spread)).isTrue();
        assertThat(Signature.matches(4, mixed, 3, spread)).isFalse();
        assertThat(Signature.matches(1, INT, 1, PredefinedDatatypes.get(BasicType.FLOAT))).isFalse();
        assertThat(Signature.matches(20, mixed, 1000, PredefinedDatatypes.get(BasicType.PACKED))).isTrue();
        assertThat(mixed.elementType()).isNull();
    }
}
