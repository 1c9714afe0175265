package flotilla.mpi.datatype;

import static net.jqwik.api.Arbitraries.integers;
import static net.jqwik.api.Arbitraries.longs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** A datatype and its typemap, made by the same constructor calls. */
record Sample(Datatype type, Typemap map, String made) {
    /** Larger typemaps make slow tests and show nothing more. */
    private static final int MAX_ENTRIES = 20_000;
    /** Bytes from the first to the last of an item, and from one item to the next: tests fill buffers as large as that. */
    private static final long MAX_SPAN = 1 << 20;

    private static final BasicType[] BASIC = {
        BasicType.CHAR, BasicType.SHORT, BasicType.INT, BasicType.LONG, BasicType.DOUBLE, BasicType.FLOAT, BasicType.C_BOOL,
        BasicType.LONG_DOUBLE, BasicType.C_DOUBLE_COMPLEX, BasicType.SHORT_INT, BasicType.DOUBLE_INT, BasicType.LONG_DOUBLE_INT,
    };

    @Override
    public String toString() {
        return made;
    }

    static Sample basic(BasicType type) {
        return new Sample(PredefinedDatatypes.get(type), Typemap.of(type), type.name());
    }

    static Arbitrary<Sample> any() {
        return nested(4);
    }

    private static Arbitrary<Sample> nested(int depth) {
        Arbitrary<Sample> leaf = Arbitraries.of(BASIC).map(Sample::basic);
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<Sample> below = Arbitraries.lazy(() -> nested(depth - 1));
        return Arbitraries.frequencyOf(
                Tuple.of(1, leaf),
                Tuple.of(2, contiguous(below)),
                Tuple.of(3, vector(below)),
                Tuple.of(3, hvector(below)),
                Tuple.of(3, indexed(below)),
                Tuple.of(3, hindexed(below)),
                Tuple.of(2, indexedBlock(below)),
                Tuple.of(2, hindexedBlock(below)),
                Tuple.of(3, struct(below)),
                Tuple.of(3, resized(below)),
                Tuple.of(3, subarray(below)),
                Tuple.of(1, below.map(Sample::dup)));
    }

    /** Zero matters, but it makes everything around it empty. */
    private static Arbitrary<Integer> counts(int most) {
        return Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just(0)), Tuple.of(20, integers().between(1, most)));
    }

    static Sample dup(Sample of) {
        return new Sample(DerivedDatatypes.dup(of.type), of.map, "dup(" + of + ")");
    }

    private static Arbitrary<Sample> contiguous(Arbitrary<Sample> below) {
        return Combinators.combine(counts(5), below).as(Sample::contiguous);
    }

    static Sample contiguous(int count, Sample of) {
        return vectorOf(DerivedDatatypes.contiguous(count, of.type), 1, count, 0, of, "contiguous(" + count + ", " + of + ")");
    }

    private static Arbitrary<Sample> vector(Arbitrary<Sample> below) {
        return Combinators.combine(counts(5), counts(4), integers().between(-6, 6), below)
                .as(Sample::vector);
    }

    static Sample vector(int count, int blocklength, int stride, Sample of) {
        return vectorOf(DerivedDatatypes.vector(count, blocklength, stride, of.type), count, blocklength, stride * of.map.extent(),
                of, "vector(" + count + ", " + blocklength + ", " + stride + ", " + of + ")");
    }

    private static Arbitrary<Sample> hvector(Arbitrary<Sample> below) {
        return Combinators.combine(counts(5), counts(4), integers().between(-100, 100), below)
                .as(Sample::hvector);
    }

    static Sample hvector(int count, int blocklength, int stride, Sample of) {
        return vectorOf(DerivedDatatypes.hvector(count, blocklength, stride, of.type), count, blocklength, stride,
                of, "hvector(" + count + ", " + blocklength + ", " + stride + ", " + of + ")");
    }

    private static Sample vectorOf(Datatype type, int count, int blocklength, long stride, Sample of, String made) {
        var placements = new ArrayList<Typemap.Placement>();
        for (int i = 0; i < count; i++) {
            addBlock(placements, i * stride, blocklength, of.map);
        }
        return made(type, placements, false, of, made);
    }

    private static void addBlock(List<Typemap.Placement> placements, long at, long blocklength, Typemap map) {
        for (int j = 0; j < blocklength; j++) {
            placements.add(new Typemap.Placement(at + j * map.extent(), map));
        }
    }

    private static Sample made(Datatype type, List<Typemap.Placement> placements, boolean padded, Sample instead, String made) {
        long entries = placements.stream().mapToLong(placement -> placement.of().entries.size()).sum();
        if (entries > MAX_ENTRIES) {
            return instead;
        }
        Typemap map = Typemap.of(placements, padded);
        boolean far = Math.abs(map.extent()) > MAX_SPAN || map.trueUb() - map.trueLb() > MAX_SPAN;
        return far ? instead : new Sample(type, map, made);
    }

    private record Blocks(long[] lengths, long[] displacements) {
        @Override
        public String toString() {
            return Arrays.toString(lengths) + ", " + Arrays.toString(displacements);
        }
    }

    private static Arbitrary<Blocks> blocks(int range) {
        return counts(6).flatMap(count -> Combinators.combine(
                counts(4).map(Integer::longValue).array(long[].class).ofSize(count),
                longs().between(-range, range).array(long[].class).ofSize(count)).as(Blocks::new));
    }

    private static Arbitrary<Sample> indexed(Arbitrary<Sample> below) {
        return Combinators.combine(blocks(12), below).as((blocks, of) -> blocksOf(
                DerivedDatatypes.indexed(blocks.lengths, blocks.displacements, of.type), blocks, of.map.extent(), of, "indexed"));
    }

    private static Arbitrary<Sample> hindexed(Arbitrary<Sample> below) {
        return Combinators.combine(blocks(150), below).as((blocks, of) -> blocksOf(
                DerivedDatatypes.hindexed(blocks.lengths, blocks.displacements, of.type), blocks, 1, of, "hindexed"));
    }

    private static Arbitrary<Sample> indexedBlock(Arbitrary<Sample> below) {
        return Combinators.combine(blocks(12), counts(4), below).as((blocks, length, of) -> {
            Arrays.fill(blocks.lengths, length);
            return blocksOf(DerivedDatatypes.indexedBlock(length, blocks.displacements, of.type), blocks, of.map.extent(), of,
                    "indexedBlock");
        });
    }

    private static Arbitrary<Sample> hindexedBlock(Arbitrary<Sample> below) {
        return Combinators.combine(blocks(150), counts(4), below).as((blocks, length, of) -> {
            Arrays.fill(blocks.lengths, length);
            return blocksOf(DerivedDatatypes.hindexedBlock(length, blocks.displacements, of.type), blocks, 1, of, "hindexedBlock");
        });
    }

    static Sample hindexed(long[] lengths, long[] displacements, Sample of) {
        return blocksOf(DerivedDatatypes.hindexed(lengths, displacements, of.type), new Blocks(lengths, displacements), 1, of,
                "hindexed");
    }

    private static Sample blocksOf(Datatype type, Blocks blocks, long unit, Sample of, String name) {
        var placements = new ArrayList<Typemap.Placement>();
        for (int i = 0; i < blocks.lengths.length; i++) {
            addBlock(placements, blocks.displacements[i] * unit, blocks.lengths[i], of.map);
        }
        return made(type, placements, false, of, name + "(" + blocks + ", " + of + ")");
    }

    private static Arbitrary<Sample> struct(Arbitrary<Sample> below) {
        Arbitrary<Sample> markers = Arbitraries.of(
                new Sample(PredefinedDatatypes.get(PredefinedDatatypes.LB), Typemap.lbMarker(), "LB"),
                new Sample(PredefinedDatatypes.get(PredefinedDatatypes.UB), Typemap.ubMarker(), "UB"));
        Arbitrary<Sample> member = Arbitraries.frequencyOf(Tuple.of(8, below), Tuple.of(1, markers));
        return blocks(150).flatMap(blocks -> Combinators.combine(member.list().ofSize(blocks.lengths.length), below)
                .as((members, instead) -> structOf(blocks, members, instead)));
    }

    private static Sample structOf(Blocks blocks, List<Sample> members, Sample instead) {
        var placements = new ArrayList<Typemap.Placement>();
        for (int i = 0; i < members.size(); i++) {
            addBlock(placements, blocks.displacements[i], blocks.lengths[i], members.get(i).map);
        }
        var types = members.stream().map(Sample::type).toArray(Datatype[]::new);
        return made(DerivedDatatypes.struct(blocks.lengths, blocks.displacements, types), placements, true, instead,
                "struct(" + blocks + ", " + members + ")");
    }

    private static Arbitrary<Sample> resized(Arbitrary<Sample> below) {
        return Combinators.combine(integers().between(-20, 20), integers().between(-40, 120), below)
                .as((lb, extent, of) -> new Sample(DerivedDatatypes.resized(of.type, lb, extent), of.map.resized(lb, extent),
                        "resized(" + lb + ", " + extent + ", " + of + ")"));
    }

    private static Arbitrary<Sample> subarray(Arbitrary<Sample> below) {
        Arbitrary<long[]> dimension = integers().between(1, 5).flatMap(size -> integers().between(1, size)
                .flatMap(part -> integers().between(0, size - part).map(start -> new long[] {size, part, start})));
        return Combinators.combine(dimension.list().ofMinSize(1).ofMaxSize(4),
                Arbitraries.of(ArrayDatatypes.ORDER_C, ArrayDatatypes.ORDER_FORTRAN), below).as(Sample::subarray);
    }

    static Sample subarray(List<long[]> dimensions, int order, Sample of) {
        var sizes = dimensions.stream().mapToLong(dimension -> dimension[0]).toArray();
        var subsizes = dimensions.stream().mapToLong(dimension -> dimension[1]).toArray();
        var starts = dimensions.stream().mapToLong(dimension -> dimension[2]).toArray();
        Datatype type = ArrayDatatypes.subarray(sizes, subsizes, starts, order, of.type);
        var placements = new ArrayList<Typemap.Placement>();
        long all = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        for (long element = 0; element < all; element++) {
            long[] index = index(element, sizes, order);
            boolean inside = true;
            for (int i = 0; i < index.length; i++) {
                inside &= index[i] >= starts[i] && index[i] < starts[i] + subsizes[i];
            }
            if (inside) {
                placements.add(new Typemap.Placement(element * of.map.extent(), of.map));
            }
        }
        Sample part = made(type, placements, false, of, "subarray(" + Arrays.toString(sizes) + Arrays.toString(subsizes)
                + Arrays.toString(starts) + order + ", " + of + ")");
        boolean far = Math.abs(all * of.map.extent()) > MAX_SPAN;
        return part == of || far ? of : new Sample(type, part.map.resized(0, all * of.map.extent()), part.made);
    }

    /** Indices of the {@code element}-th element in memory. */
    static long[] index(long element, long[] sizes, int order) {
        var index = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            int dimension = order == ArrayDatatypes.ORDER_FORTRAN ? i : sizes.length - 1 - i;
            index[dimension] = element % sizes[dimension];
            element /= sizes[dimension];
        }
        return index;
    }
}
