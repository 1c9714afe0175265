package flotilla.mpi.datatype;

import static flotilla.mpi.datatype.ArrayDatatypes.DISTRIBUTE_BLOCK;
import static flotilla.mpi.datatype.ArrayDatatypes.DISTRIBUTE_CYCLIC;
import static flotilla.mpi.datatype.ArrayDatatypes.DISTRIBUTE_DFLT_DARG;
import static flotilla.mpi.datatype.ArrayDatatypes.DISTRIBUTE_NONE;
import static flotilla.mpi.datatype.ArrayDatatypes.ORDER_C;
import static flotilla.mpi.datatype.ArrayDatatypes.ORDER_FORTRAN;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Distributed arrays against the owner of each element as High Performance Fortran defines it. */
class DarrayTest {
    /** One dimension: elements, distribution, its argument, processes. */
    record Dimension(int elements, int distribution, int argument, int processes) {
        /** Which process of this dimension has an element. */
        int owner(long index) {
            return switch (distribution) {
                case DISTRIBUTE_NONE -> 0;
                case DISTRIBUTE_BLOCK -> (int) index / (argument == DISTRIBUTE_DFLT_DARG
                        ? (elements + processes - 1) / processes : argument);
                default -> (int) index / (argument == DISTRIBUTE_DFLT_DARG ? 1 : argument) % processes;
            };
        }
    }

    @Provide
    Arbitrary<List<Dimension>> arrays() {
        Arbitrary<Integer> elements = Arbitraries.integers().between(1, 12);
        Arbitrary<Integer> processes = Arbitraries.integers().between(1, 4);
        Arbitrary<Dimension> none = elements.map(n -> new Dimension(n, DISTRIBUTE_NONE, DISTRIBUTE_DFLT_DARG, 1));
        Arbitrary<Dimension> block = Combinators.combine(elements, processes, Arbitraries.integers().between(-1, 3))
                .as((n, p, more) -> new Dimension(n, DISTRIBUTE_BLOCK, more < 0 ? DISTRIBUTE_DFLT_DARG : (n + p - 1) / p + more, p));
        Arbitrary<Dimension> cyclic = Combinators.combine(elements, processes, Arbitraries.integers().between(0, 5))
                .as((n, p, k) -> new Dimension(n, DISTRIBUTE_CYCLIC, k == 0 ? DISTRIBUTE_DFLT_DARG : k, p));
        return Arbitraries.oneOf(none, block, cyclic).list().ofMinSize(1).ofMaxSize(3);
    }

    @Property(tries = 500)
    void everyProcessHasWhatItOwns(@ForAll("arrays") List<Dimension> array, @ForAll boolean fortran) {
        int order = fortran ? ORDER_FORTRAN : ORDER_C;
        int size = array.stream().mapToInt(Dimension::processes).reduce(1, (a, b) -> a * b);
        var sizes = array.stream().mapToLong(Dimension::elements).toArray();
        Sample element = Sample.basic(BasicType.SHORT_INT);
        for (int rank = 0; rank < size; rank++) {
            Datatype type = make(array, size, rank, order, element.type());
            Typemap map = owned(array, sizes, size, rank, order, element.map());
            assertThat(type.size()).isEqualTo(map.size());
            assertThat(type.lb()).isZero();
            assertThat(type.extent()).isEqualTo(map.extent());
            assertThat(type.trueLb()).isEqualTo(map.trueLb());
            assertThat(type.trueUb()).isEqualTo(map.trueUb());
            assertThat(type.elementCount()).isEqualTo(map.entries.size());
            requireSamePacking(type, map);
            requireSamePacking(Remaking.remake(type), map);
        }
    }

    private static Datatype make(List<Dimension> array, int size, int rank, int order, Datatype element) {
        return ArrayDatatypes.darray(size, rank, array.stream().mapToLong(Dimension::elements).toArray(),
                array.stream().mapToInt(Dimension::distribution).toArray(), array.stream().mapToInt(Dimension::argument).toArray(),
                array.stream().mapToInt(Dimension::processes).toArray(), order, element);
    }

    private static Typemap owned(List<Dimension> array, long[] sizes, int size, int rank, int order, Typemap element) {
        int[] position = new int[array.size()];
        int rest = rank;
        for (int i = array.size() - 1; i >= 0; i--) {
            position[i] = rest % array.get(i).processes();
            rest /= array.get(i).processes();
        }
        long all = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        var placements = new ArrayList<Typemap.Placement>();
        for (long at = 0; at < all; at++) {
            long[] index = Sample.index(at, sizes, order);
            boolean own = true;
            for (int i = 0; i < index.length; i++) {
                own &= array.get(i).owner(index[i]) == position[i];
            }
            if (own) {
                placements.add(new Typemap.Placement(at * element.extent(), element));
            }
        }
        return Typemap.of(placements, false).resized(0, all * element.extent());
    }

    private static void requireSamePacking(Datatype type, Typemap map) {
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = map.bytes(2);
            Buffer from = new Buffer(arena, bytes).random(1);
            Buffer to = Buffer.ofBytes(arena, bytes.length);
            Pack.pack(from.address, 2, type, to.address);
            assertThat(to.bytes(bytes.length)).isEqualTo(from.bytes(bytes));
        }
    }

    @Test
    void argumentsAreChecked() {
        long[] sizes = {10};
        int[] block = {DISTRIBUTE_BLOCK};
        int[] standard = {DISTRIBUTE_DFLT_DARG};
        Datatype old = PredefinedDatatypes.get(BasicType.INT);
        ConstructorsTest.requireRefused("rank", () -> ArrayDatatypes.darray(4, 4, sizes, block, standard, new int[] {4}, ORDER_C, old));
        ConstructorsTest.requireRefused("size", () -> ArrayDatatypes.darray(0, 0, sizes, block, standard, new int[] {4}, ORDER_C, old));
        ConstructorsTest.requireRefused("array_of_psizes",
                () -> ArrayDatatypes.darray(4, 0, sizes, block, standard, new int[] {3}, ORDER_C, old));
        ConstructorsTest.requireRefused("array_of_dargs",
                () -> ArrayDatatypes.darray(4, 0, sizes, block, new int[] {2}, new int[] {4}, ORDER_C, old));
        ConstructorsTest.requireRefused("array_of_psizes",
                () -> ArrayDatatypes.darray(4, 0, sizes, new int[] {DISTRIBUTE_NONE}, standard, new int[] {4}, ORDER_C, old));
        ConstructorsTest.requireRefused("array_of_distribs",
                () -> ArrayDatatypes.darray(4, 0, sizes, new int[] {99}, standard, new int[] {4}, ORDER_C, old));
        ConstructorsTest.requireRefused("array_of_gsizes",
                () -> ArrayDatatypes.darray(4, 0, new long[] {0}, block, standard, new int[] {4}, ORDER_C, old));
        ConstructorsTest.requireRefused("order", () -> ArrayDatatypes.darray(4, 0, sizes, block, standard, new int[] {4}, 1, old));
    }
}
