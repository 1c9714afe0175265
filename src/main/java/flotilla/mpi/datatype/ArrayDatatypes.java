package flotilla.mpi.datatype;

import static flotilla.mpi.datatype.Contents.join;
import static flotilla.mpi.datatype.Contents.values;

import java.io.Serializable;

/**
 * Datatypes of parts of multi-dimensional arrays (MPI-3.1 sections 4.1.3 and 4.1.4): subarrays, and the share of one
 * process in an array distributed as High Performance Fortran does. Their bounds are those of the whole array.
 */
public final class ArrayDatatypes {
    /** MPI_ORDER_C of the standard ABI: the last dimension varies fastest. */
    public static final int ORDER_C = 0xC;
    /** MPI_ORDER_FORTRAN of the standard ABI: the first dimension varies fastest. */
    public static final int ORDER_FORTRAN = 0xF;
    public static final int DISTRIBUTE_NONE = 16;
    public static final int DISTRIBUTE_BLOCK = 17;
    public static final int DISTRIBUTE_CYCLIC = 18;
    public static final int DISTRIBUTE_DFLT_DARG = 19;

    /**
     * The indices of one dimension that belong to the part: {@code blocks} blocks of {@code length} indices, the first at
     * {@code start}, {@code period} apart, then a last block of {@code rest}.
     */
    private record Selection(long start, long blocks, long length, long period, long rest) implements Serializable {
        static Selection range(long start, long length) {
            return new Selection(start, length == 0 ? 0 : 1, length, 0, 0);
        }

        long count() {
            return blocks * length + rest;
        }

        long last() {
            return rest > 0 ? start + blocks * period + rest - 1 : start + (blocks - 1) * period + length - 1;
        }

        Node select(long stride, Node inner) {
            var builder = new SequenceBuilder();
            builder.add(Loop.of(blocks, period * stride, Loop.of(length, stride, inner)).shifted(start * stride));
            builder.add(Loop.of(rest, stride, inner).shifted((start + blocks * period) * stride));
            return builder.build();
        }
    }

    /** MPI_Type_create_subarray; {@code order} is {@link #ORDER_C} or {@link #ORDER_FORTRAN}, {@code starts} count from 0. */
    public static Datatype subarray(long[] sizes, long[] subsizes, long[] starts, int order, Datatype old) {
        int dimensions = requireDimensions(sizes);
        requireLength(subsizes, dimensions, "array_of_subsizes");
        requireLength(starts, dimensions, "array_of_starts");
        for (int i = 0; i < dimensions; i++) {
            if (sizes[i] < 1) {
                throw DatatypeException.argument("array_of_sizes", i, "is not positive: " + sizes[i]);
            }
            if (subsizes[i] < 1 || subsizes[i] > sizes[i]) {
                throw DatatypeException.argument("array_of_subsizes", i, "is not in 1.." + sizes[i] + ": " + subsizes[i]);
            }
            if (starts[i] < 0 || starts[i] > sizes[i] - subsizes[i]) {
                throw DatatypeException.argument("array_of_starts", i, "is not in 0.." + (sizes[i] - subsizes[i]) + ": " + starts[i]);
            }
        }
        requireOrder(order);
        DerivedDatatypes.requireType(old, "oldtype");
        var selections = new Selection[dimensions];
        for (int i = 0; i < dimensions; i++) {
            selections[i] = Selection.range(starts[i], subsizes[i]);
        }
        var large = join(sizes, subsizes, starts);
        var contents = fitsInt(large)
                ? new Contents(join(values(dimensions), large, values(order)), values(), values(), new Datatype[] {old})
                : new Contents(values(dimensions, order), values(), large, new Datatype[] {old});
        return select(Combiner.SUBARRAY, contents, sizes, selections, order, old);
    }

    /**
     * MPI_Type_create_darray: the part of process {@code rank} of a grid of {@code psizes} processes, which are numbered in
     * row-major order whatever {@code order} is. Distributions and {@link #DISTRIBUTE_DFLT_DARG} have their standard-ABI
     * numbers.
     */
    public static Datatype darray(int size, int rank, long[] gsizes, int[] distribs, int[] dargs, int[] psizes, int order,
            Datatype old) {
        if (size < 1) {
            throw DatatypeException.argument("size", "is not positive: " + size);
        }
        if (rank < 0 || rank >= size) {
            throw DatatypeException.argument("rank", "is not in 0.." + (size - 1) + ": " + rank);
        }
        int dimensions = requireDimensions(gsizes);
        requireLength(widened(distribs), dimensions, "array_of_distribs");
        requireLength(widened(dargs), dimensions, "array_of_dargs");
        requireLength(widened(psizes), dimensions, "array_of_psizes");
        requireOrder(order);
        DerivedDatatypes.requireType(old, "oldtype");
        requireGrid(size, psizes);
        var selections = new Selection[dimensions];
        long below = size;
        long position = rank;
        for (int i = 0; i < dimensions; i++) {
            below /= psizes[i];
            selections[i] = share(i, gsizes[i], distribs[i], dargs[i], psizes[i], position / below);
            position %= below;
        }
        var rest = join(widened(distribs), widened(dargs), widened(psizes), values(order));
        var head = values(size, rank, dimensions);
        var contents = fitsInt(gsizes)
                ? new Contents(join(head, gsizes, rest), values(), values(), new Datatype[] {old})
                : new Contents(join(head, rest), values(), gsizes.clone(), new Datatype[] {old});
        return select(Combiner.DARRAY, contents, gsizes, selections, order, old);
    }

    private static void requireGrid(int size, int[] psizes) {
        long processes = 1;
        for (int i = 0; i < psizes.length; i++) {
            if (psizes[i] < 1) {
                throw DatatypeException.argument("array_of_psizes", i, "is not positive: " + psizes[i]);
            }
            processes = Checked.multiply(processes, psizes[i]);
        }
        if (processes != size) {
            throw DatatypeException.argument("array_of_psizes", "multiply to " + processes + ", not to size " + size);
        }
    }

    private static Selection share(int dimension, long global, int distribution, int darg, int processes, long process) {
        if (global < 1) {
            throw DatatypeException.argument("array_of_gsizes", dimension, "is not positive: " + global);
        }
        boolean standard = darg == DISTRIBUTE_DFLT_DARG;
        // The ABI's number for "default" is positive, so a block length of 19 cannot be told from it.
        if (!standard && darg < 1 && distribution != DISTRIBUTE_NONE) {
            throw DatatypeException.argument("array_of_dargs", dimension, "is not positive: " + darg);
        }
        switch (distribution) {
            case DISTRIBUTE_NONE -> {
                if (processes != 1) {
                    throw DatatypeException.argument("array_of_psizes", dimension,
                            "is " + processes + " in a dimension that is not distributed");
                }
                return Selection.range(0, global);
            }
            case DISTRIBUTE_BLOCK -> {
                long length = standard ? (global + processes - 1) / processes : darg;
                if (length * processes < global) {
                    throw DatatypeException.argument("array_of_dargs", dimension,
                            "is " + length + ": " + processes + " such blocks do not cover " + global + " elements");
                }
                return Selection.range(process * length, Math.clamp(global - process * length, 0, length));
            }
            case DISTRIBUTE_CYCLIC -> {
                long length = standard ? 1 : darg;
                long start = process * length;
                long period = processes * length;
                long blocks = global < start + length ? 0 : (global - start - length) / period + 1;
                long rest = Math.clamp(global - start - blocks * period, 0, length);
                return new Selection(start, blocks, length, period, rest);
            }
            default -> throw DatatypeException.argument("array_of_distribs", dimension, "is no distribution: " + distribution);
        }
    }

    private static Datatype select(Combiner combiner, Contents contents, long[] sizes, Selection[] selections, int order,
            Datatype old) {
        int dimensions = sizes.length;
        boolean fortran = order == ORDER_FORTRAN;
        var strides = new long[dimensions];
        long stride = old.extent();
        long copies = 1;
        long least = 0;
        long greatest = 0;
        for (int i = 0; i < dimensions; i++) {
            int dimension = fortran ? i : dimensions - 1 - i;
            Selection selection = selections[dimension];
            strides[dimension] = stride;
            long first = Checked.multiply(selection.start(), stride);
            copies = Checked.multiply(copies, selection.count());
            if (selection.count() > 0) {
                long last = Checked.multiply(selection.last(), stride);
                least = Checked.add(least, Math.min(first, last));
                greatest = Checked.add(greatest, Math.max(first, last));
            }
            stride = Checked.multiply(stride, sizes[dimension]);
        }
        var bounds = new Bounds();
        if (copies > 0) {
            bounds.add(old, least, greatest);
        }
        bounds.set(0, stride);
        return Datatype.derived(combiner, contents, typed -> {
            Node node = old.root(typed);
            for (int i = 0; i < dimensions; i++) {
                int dimension = fortran ? i : dimensions - 1 - i;
                node = selections[dimension].select(strides[dimension], node);
            }
            return node;
        }, Checked.multiply(copies, old.size()), bounds, copies > 0 ? old.elementType() : null,
                Checked.multiply(copies, old.elementCount()));
    }

    private static int requireDimensions(long[] sizes) {
        if (sizes.length == 0) {
            throw DatatypeException.argument("ndims", "is not positive: 0");
        }
        return sizes.length;
    }

    private static void requireLength(long[] values, int dimensions, String argument) {
        if (values.length != dimensions) {
            throw DatatypeException.argument(argument, "has " + values.length + " elements, not " + dimensions);
        }
    }

    private static void requireOrder(int order) {
        if (order != ORDER_C && order != ORDER_FORTRAN) {
            throw DatatypeException.argument("order", "is neither MPI_ORDER_C nor MPI_ORDER_FORTRAN: " + order);
        }
    }

    private static long[] widened(int[] values) {
        var wide = new long[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static boolean fitsInt(long[] values) {
        for (long value : values) {
            if (value != (int) value) {
                return false;
            }
        }
        return true;
    }

    private ArrayDatatypes() {}
}
