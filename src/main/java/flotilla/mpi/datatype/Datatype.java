package flotilla.mpi.datatype;

import java.io.Serializable;
import java.util.ArrayDeque;

/**
 * A datatype: a typemap, described by how it was made. The layout is immutable and may be read by any thread; the
 * committed flag and the name belong to the rank that made it. Predefined datatypes are shared by all
 * ranks and have no mutable part.
 *
 * <p>All sizes, bounds and displacements are bytes.
 */
public final class Datatype implements Serializable {
    /** Builds the tree that walks the layout; {@code typed} keeps runs of different basic types apart. */
    @FunctionalInterface
    interface Shape extends Serializable {
        Node build(boolean typed);
    }

    private final Combiner combiner;
    private final Contents contents;
    private final Shape shape;
    private final BasicType basicType;
    private final int number;
    private final boolean predefined;

    private final long size;
    private final long lb;
    private final long ub;
    private final long trueLb;
    private final long trueUb;
    private final boolean lbExplicit;
    private final boolean ubExplicit;
    private final int alignment;
    private final BasicType elementType;
    private final long elementCount;

    /** Compiled lazily. A race compiles twice with equal results; nodes are immutable, so either may win. */
    private transient Node root;
    private transient Node typedRoot;

    private boolean committed;
    private String name;

    private Datatype(Combiner combiner, Contents contents, Shape shape, BasicType basicType, int number, boolean predefined,
            String name, long size, Bounds bounds, BasicType elementType, long elementCount) {
        bounds.check();
        this.combiner = combiner;
        this.contents = contents;
        this.shape = shape;
        this.basicType = basicType;
        this.number = number;
        this.predefined = predefined;
        this.committed = predefined;
        this.name = name;
        this.size = size;
        this.lb = bounds.lb;
        this.ub = bounds.ub;
        this.trueLb = bounds.trueLb;
        this.trueUb = bounds.trueUb;
        this.lbExplicit = bounds.explicitLb;
        this.ubExplicit = bounds.explicitUb;
        this.alignment = bounds.alignment;
        this.elementType = elementType;
        this.elementCount = elementCount;
    }

    /** Predefined types are the same in every process. */
    private static final class Named implements Serializable {
        final int number;

        Named(int number) {
            this.number = number;
        }

        private Object readResolve() {
            return PredefinedDatatypes.get(number);
        }
    }

    /** So are those by precision and range. */
    private static final class Parameterized implements Serializable {
        final Combiner combiner;
        final long[] arguments;

        Parameterized(Combiner combiner, long[] arguments) {
            this.combiner = combiner;
            this.arguments = arguments;
        }

        private Object readResolve() {
            return FortranDatatypes.again(combiner, arguments);
        }
    }

    private Object writeReplace() {
        return !predefined ? this : number != 0 ? new Named(number) : new Parameterized(combiner, contents.integers());
    }

    /** A datatype made by a constructor of MPI-3.1 section 4.1. {@code elementType} is null when entries differ or there are none. */
    static Datatype derived(Combiner combiner, Contents contents, Shape shape, long size, Bounds bounds,
            BasicType elementType, long elementCount) {
        return new Datatype(combiner, contents, shape, null, 0, false, "", size, bounds, elementType, elementCount);
    }

    /** A predefined datatype. */
    static Datatype basic(String name, int number, BasicType type, Combiner combiner, Contents contents) {
        var bounds = new Bounds();
        bounds.ub = type.extent();
        bounds.trueUb = type.isPair() ? type.secondOffset() + type.second().size() : type.size();
        bounds.alignment = type.alignment();
        return new Datatype(combiner, contents, typed -> basicNode(type, typed), type, number, true, name, type.size(),
                bounds, type, type.elements());
    }

    /** MPI_LB or MPI_UB: no data, one explicit bound at displacement 0. */
    static Datatype marker(String name, int number, boolean lower) {
        var bounds = new Bounds();
        bounds.explicitLb = lower;
        bounds.explicitUb = !lower;
        return new Datatype(Combiner.NAMED, Contents.EMPTY, typed -> Block.EMPTY, null, number, true, name, 0, bounds, null, 0);
    }

    private static Node basicNode(BasicType type, boolean typed) {
        if (!type.isPair()) {
            return new Block(0, type.size(), typed ? type : null);
        }
        var builder = new SequenceBuilder();
        builder.add(new Block(0, type.first().size(), typed ? type.first() : null));
        builder.add(new Block(type.secondOffset(), type.second().size(), typed ? type.second() : null));
        return builder.build();
    }

    /** Data bytes of one item (MPI_Type_size). */
    public long size() {
        return size;
    }

    public long lb() {
        return lb;
    }

    public long ub() {
        return ub;
    }

    /** Distance between consecutive items; negative where the upper bound was set below the lower. */
    public long extent() {
        return ub - lb;
    }

    /** Displacement of the first data byte; 0 without data. */
    public long trueLb() {
        return trueLb;
    }

    /** Displacement behind the last data byte. */
    public long trueUb() {
        return trueUb;
    }

    public long trueExtent() {
        return trueUb - trueLb;
    }

    /** The strictest alignment among the basic types. */
    public int alignment() {
        return alignment;
    }

    boolean isLbExplicit() {
        return lbExplicit;
    }

    boolean isUbExplicit() {
        return ubExplicit;
    }

    boolean hasLb() {
        return size > 0 || lbExplicit;
    }

    boolean hasUb() {
        return size > 0 || ubExplicit;
    }

    /** Whether any number of items is one run of bytes, in stream order, that starts at the buffer's address plus {@link #trueLb}. */
    public boolean isContiguous() {
        return size == 0 || root() instanceof Block && extent() == size;
    }

    /** Whether {@code count} items are one run of bytes, in stream order, that starts at the buffer's address plus {@link #trueLb}. */
    public boolean isContiguous(long count) {
        return size == 0 || count == 0 || root() instanceof Block && (count == 1 || extent() == size);
    }

    public boolean isPredefined() {
        return predefined;
    }

    /** The basic type of a predefined or F90 datatype; null for a derived one and for MPI_LB and MPI_UB. */
    public BasicType basicType() {
        return basicType;
    }

    /** Canonical handle of a named datatype, else 0. */
    public int number() {
        return number;
    }

    /** The basic type (or pair) that every entry of the typemap has; null if they differ or there is none. */
    public BasicType elementType() {
        return elementType;
    }

    /** Basic elements in one item; a pair is two. */
    public long elementCount() {
        return elementCount;
    }

    /** MPI_Get_count: how many items {@code bytes} received bytes are; -1 (MPI_UNDEFINED) when not a whole number. */
    public long items(long bytes) {
        if (size == 0) {
            return bytes == 0 ? 0 : -1;
        }
        return bytes % size == 0 ? bytes / size : -1;
    }

    /** MPI_Get_elements: how many basic elements {@code bytes} received bytes are; -1 (MPI_UNDEFINED) when they end inside one. */
    public long elements(long bytes) {
        return Elements.inBytes(this, bytes);
    }

    /** Bytes of the packed stream that hold its first {@code elements} basic elements, for MPI_Status_set_elements. */
    public long bytesOfElements(long elements) {
        return Elements.bytes(this, elements);
    }

    /** The basic type of the element that holds byte {@code packedOffset} of the packed stream (never a pair); null without data. */
    public BasicType basicTypeAt(long packedOffset) {
        return size == 0 ? null : Elements.typeAt(typedRoot(), packedOffset % size);
    }

    public Combiner combiner() {
        return combiner;
    }

    public Contents contents() {
        return contents;
    }

    public boolean isCommitted() {
        return committed;
    }

    /** Allows communication with it, and prepares the layout for it. */
    public void commit() {
        root();
        committed = true;
    }

    void setCommitted(boolean committed) {
        this.committed = committed;
    }

    public String name() {
        return name;
    }

    /** Names a derived datatype. The name a rank gives a predefined one is the caller's to keep. */
    public void setName(String name) {
        requireOwn();
        this.name = name;
    }

    private void requireOwn() {
        if (predefined) {
            throw new UnsupportedOperationException(name + " is shared by all ranks");
        }
    }

    /** The tree of byte runs. */
    Node root() {
        Node node = root;
        return node != null ? node : compile(false);
    }

    /** The tree that keeps basic types apart. */
    Node typedRoot() {
        Node node = typedRoot;
        return node != null ? node : compile(true);
    }

    Node root(boolean typed) {
        return typed ? typedRoot() : root();
    }

    private Node compiled(boolean typed) {
        return typed ? typedRoot : root;
    }

    /** Compiles the types below first, without recursion: nesting may be deeper than a PE's stack. */
    private Node compile(boolean typed) {
        var pending = new ArrayDeque<Datatype>();
        pending.push(this);
        while (!pending.isEmpty()) {
            Datatype type = pending.peek();
            boolean ready = true;
            for (Datatype child : type.contents.types()) {
                if (child.compiled(typed) == null) {
                    pending.push(child);
                    ready = false;
                }
            }
            if (ready) {
                pending.pop();
                Node node = type.size == 0 ? Block.EMPTY : type.shape.build(typed);
                if (typed) {
                    type.typedRoot = node;
                } else {
                    type.root = node;
                }
            }
        }
        return compiled(typed);
    }

    @Override
    public String toString() {
        return name.isEmpty() ? combiner + "(size " + size + ", extent " + extent() + ")" : name;
    }
}
