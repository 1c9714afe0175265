package flotilla.mpi.datatype;

import static flotilla.mpi.datatype.Contents.join;
import static flotilla.mpi.datatype.Contents.values;

/**
 * The general datatype constructors (MPI-3.1 sections 4.1.2, 4.1.7 and 4.1.10). They take 64-bit counts and copy their
 * array arguments. A null datatype stands for MPI_DATATYPE_NULL and is refused.
 */
public final class DerivedDatatypes {
    /** MPI_Type_dup: as committed as the original; name and attributes are the caller's to copy. */
    public static Datatype dup(Datatype old) {
        requireType(old, "oldtype");
        Datatype type = Datatype.derived(Combiner.DUP, Contents.of(values(), old), old::root, old.size(), boundsOf(old),
                old.elementType(), old.elementCount());
        type.setCommitted(old.isCommitted());
        return type;
    }

    /** MPI_Type_contiguous. */
    public static Datatype contiguous(long count, Datatype old) {
        requireCount(count, "count");
        requireType(old, "oldtype");
        var contents = Contents.of(values(count), old);
        return strided(Combiner.CONTIGUOUS, contents, count, 1, 0, old);
    }

    /** MPI_Type_vector; {@code stride} in extents of {@code old}. */
    public static Datatype vector(long count, long blocklength, long stride, Datatype old) {
        requireVector(count, blocklength, old);
        var contents = Contents.of(values(count, blocklength, stride), old);
        if (count <= 1) {
            return strided(Combiner.VECTOR, contents, count, blocklength, 0, old);
        }
        return strided(Combiner.VECTOR, contents, count, blocklength, Checked.multiply(stride, old.extent()), old);
    }

    /** MPI_Type_create_hvector; {@code stride} in bytes. */
    public static Datatype hvector(long count, long blocklength, long stride, Datatype old) {
        requireVector(count, blocklength, old);
        var contents = Contents.of(values(count, blocklength), values(stride), old);
        return strided(Combiner.HVECTOR, contents, count, blocklength, stride, old);
    }

    private static void requireVector(long count, long blocklength, Datatype old) {
        requireCount(count, "count");
        if (blocklength < 0) {
            throw DatatypeException.count("blocklength", blocklength);
        }
        requireType(old, "oldtype");
    }

    /** {@code count} blocks of {@code blocklength} items; for contiguous, {@code count} items and no stride. */
    private static Datatype strided(Combiner combiner, Contents contents, long count, long blocklength, long stride, Datatype old) {
        boolean contiguous = combiner == Combiner.CONTIGUOUS;
        long blocks = contiguous ? 1 : count;
        long items = contiguous ? count : blocklength;
        long copies = Checked.multiply(blocks, items);
        var bounds = new Bounds();
        if (copies > 0) {
            long acrossBlocks = Checked.multiply(blocks - 1, stride);
            long acrossItems = Checked.multiply(items - 1, old.extent());
            bounds.add(old, Checked.add(Math.min(acrossBlocks, 0), Math.min(acrossItems, 0)),
                    Checked.add(Math.max(acrossBlocks, 0), Math.max(acrossItems, 0)));
        }
        return Datatype.derived(combiner, contents, typed -> Loop.of(blocks, stride, Loop.of(items, old.extent(), old.root(typed))),
                Checked.multiply(copies, old.size()), bounds, copies > 0 ? old.elementType() : null,
                Checked.multiply(copies, old.elementCount()));
    }

    /** MPI_Type_indexed; displacements in extents of {@code old}. */
    public static Datatype indexed(long[] blocklengths, long[] displacements, Datatype old) {
        requireType(old, "oldtype");
        var lengths = blocklengths.clone();
        var places = displacements.clone();
        var contents = Contents.of(join(values(lengths.length), lengths, places), old);
        return blocks(Combiner.INDEXED, contents, lengths, scaled(places, old.extent()), old);
    }

    /** MPI_Type_create_hindexed; displacements in bytes. */
    public static Datatype hindexed(long[] blocklengths, long[] displacements, Datatype old) {
        requireType(old, "oldtype");
        var lengths = blocklengths.clone();
        var places = displacements.clone();
        var contents = Contents.of(join(values(lengths.length), lengths), places, old);
        return blocks(Combiner.HINDEXED, contents, lengths, places, old);
    }

    /** MPI_Type_create_indexed_block; displacements in extents of {@code old}. */
    public static Datatype indexedBlock(long blocklength, long[] displacements, Datatype old) {
        requireVector(displacements.length, blocklength, old);
        var places = displacements.clone();
        var contents = Contents.of(join(values(places.length, blocklength), places), old);
        return blocks(Combiner.INDEXED_BLOCK, contents, values(blocklength), scaled(places, old.extent()), old);
    }

    /** MPI_Type_create_hindexed_block; displacements in bytes. */
    public static Datatype hindexedBlock(long blocklength, long[] displacements, Datatype old) {
        requireVector(displacements.length, blocklength, old);
        var places = displacements.clone();
        var contents = Contents.of(values(places.length, blocklength), places, old);
        return blocks(Combiner.HINDEXED_BLOCK, contents, values(blocklength), places, old);
    }

    private static long[] scaled(long[] displacements, long extent) {
        var bytes = new long[displacements.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Checked.multiply(displacements[i], extent);
        }
        return bytes;
    }

    /** @param lengths one for each place, or one for all */
    private static Datatype blocks(Combiner combiner, Contents contents, long[] lengths, long[] places, Datatype old) {
        boolean uniform = lengths.length == 1;
        if (!uniform && lengths.length != places.length) {
            throw DatatypeException.argument("array_of_blocklengths", "and displacements differ in length");
        }
        var bounds = new Bounds();
        long copies = 0;
        for (int i = 0; i < places.length; i++) {
            long length = lengths[uniform ? 0 : i];
            if (length < 0) {
                throw DatatypeException.count("array_of_blocklengths", i, length);
            }
            addBlock(bounds, old, length, places[i]);
            copies = Checked.add(copies, length);
        }
        return Datatype.derived(combiner, contents, typed -> {
            var builder = new SequenceBuilder();
            Node root = old.root(typed);
            for (int i = 0; i < places.length; i++) {
                builder.add(Loop.of(lengths[uniform ? 0 : i], old.extent(), root).shifted(places[i]));
            }
            return builder.build();
        }, Checked.multiply(copies, old.size()), bounds, copies > 0 ? old.elementType() : null,
                Checked.multiply(copies, old.elementCount()));
    }

    private static void addBlock(Bounds bounds, Datatype type, long length, long place) {
        if (length > 0) {
            long across = Checked.multiply(length - 1, type.extent());
            bounds.add(type, Checked.add(place, Math.min(across, 0)), Checked.add(place, Math.max(across, 0)));
        }
    }

    /**
     * MPI_Type_create_struct; displacements in bytes. Without an explicit upper bound the extent is rounded up to the
     * strictest alignment among the members that have data (MPI-3.1 section 4.1.7, epsilon).
     */
    public static Datatype struct(long[] blocklengths, long[] displacements, Datatype[] types) {
        int count = types.length;
        if (blocklengths.length != count || displacements.length != count) {
            throw DatatypeException.argument("array_of_blocklengths", "and displacements and types differ in length");
        }
        var lengths = blocklengths.clone();
        var places = displacements.clone();
        var members = types.clone();
        var bounds = new Bounds();
        long size = 0;
        long elements = 0;
        BasicType element = null;
        boolean mixed = false;
        for (int i = 0; i < count; i++) {
            if (lengths[i] < 0) {
                throw DatatypeException.count("array_of_blocklengths", i, lengths[i]);
            }
            Datatype member = members[i];
            if (member == null) {
                throw new DatatypeException(DatatypeException.Reason.TYPE, "array_of_types", i, "is MPI_DATATYPE_NULL");
            }
            addBlock(bounds, member, lengths[i], places[i]);
            size = Checked.add(size, Checked.multiply(lengths[i], member.size()));
            elements = Checked.add(elements, Checked.multiply(lengths[i], member.elementCount()));
            if (lengths[i] > 0 && member.size() > 0) {
                mixed |= member.elementType() == null || element != null && element != member.elementType();
                element = member.elementType();
            }
        }
        bounds.pad();
        var contents = Contents.of(join(values(count), lengths), places, members);
        return Datatype.derived(Combiner.STRUCT, contents, typed -> {
            var builder = new SequenceBuilder();
            for (int i = 0; i < members.length; i++) {
                builder.add(Loop.of(lengths[i], members[i].extent(), members[i].root(typed)).shifted(places[i]));
            }
            return builder.build();
        }, size, bounds, mixed ? null : element, elements);
    }

    /** MPI_Type_create_resized. */
    public static Datatype resized(Datatype old, long lb, long extent) {
        requireType(old, "oldtype");
        var bounds = boundsOf(old);
        bounds.set(lb, Checked.add(lb, extent));
        return Datatype.derived(Combiner.RESIZED, Contents.of(values(), values(lb, extent), old), old::root, old.size(), bounds,
                old.elementType(), old.elementCount());
    }

    private static Bounds boundsOf(Datatype old) {
        var bounds = new Bounds();
        bounds.add(old, 0, 0);
        return bounds;
    }

    static void requireType(Datatype type, String argument) {
        if (type == null) {
            throw new DatatypeException(DatatypeException.Reason.TYPE, argument, -1, "is MPI_DATATYPE_NULL");
        }
    }

    private static void requireCount(long count, String argument) {
        if (count < 0) {
            throw DatatypeException.count(argument, count);
        }
    }

    private DerivedDatatypes() {}
}
