package flotilla.mpi.datatype;

/** Relates positions in the packed stream to basic elements (MPI-3.1 section 4.1.11, MPI_Get_elements). */
final class Elements {
    static long inBytes(Datatype type, long bytes) {
        if (type.size() == 0) {
            return bytes == 0 ? 0 : -1;
        }
        long items = bytes / type.size();
        long rest = bytes - items * type.size();
        long counted = Checked.multiply(items, type.elementCount());
        if (rest == 0) {
            return counted;
        }
        BasicType element = type.elementType();
        if (element != null && !element.isPair()) {
            return rest % element.size() == 0 ? counted + rest / element.size() : -1;
        }
        long partial = count(type.typedRoot(), rest);
        return partial < 0 ? -1 : counted + partial;
    }

    static long bytes(Datatype type, long elements) {
        if (type.elementCount() == 0) {
            return 0;
        }
        long items = elements / type.elementCount();
        long rest = elements - items * type.elementCount();
        long whole = Checked.multiply(items, type.size());
        return rest == 0 ? whole : Checked.add(whole, size(type.typedRoot(), rest));
    }

    /** Elements in the first {@code bytes} bytes of the node's stream, or -1 when they end inside one. */
    private static long count(Node node, long bytes) {
        return switch (node) {
            case Block block -> bytes % block.element.size() == 0 ? bytes / block.element.size() : -1;
            case Loop loop -> {
                long copies = bytes / loop.body.size;
                long rest = bytes - copies * loop.body.size;
                long counted = copies == 0 ? 0 : copies * count(loop.body, loop.body.size);
                long partial = rest == 0 ? 0 : count(loop.body, rest);
                yield partial < 0 ? -1 : counted + partial;
            }
            case Sequence sequence -> {
                long counted = 0;
                for (int i = 0; i < sequence.parts.length && bytes > 0; i++) {
                    Node part = sequence.parts[i];
                    long partial = count(part, Math.min(bytes, part.size));
                    if (partial < 0) {
                        yield -1;
                    }
                    counted += partial;
                    bytes -= part.size;
                }
                yield counted;
            }
            case Indexed _ -> throw new AssertionError("runs without type");
        };
    }

    /** Bytes of the node's first {@code elements} elements; all of them if it has fewer. */
    private static long size(Node node, long elements) {
        return switch (node) {
            case Block block -> Math.min(block.size, elements * block.element.size());
            case Loop loop -> {
                long perCopy = count(loop.body, loop.body.size);
                long copies = Math.min(elements / perCopy, loop.count);
                long rest = copies == loop.count ? 0 : elements - copies * perCopy;
                yield copies * loop.body.size + (rest == 0 ? 0 : size(loop.body, rest));
            }
            case Sequence sequence -> {
                long bytes = 0;
                for (int i = 0; i < sequence.parts.length && elements > 0; i++) {
                    Node part = sequence.parts[i];
                    bytes += size(part, elements);
                    elements -= count(part, part.size);
                }
                yield bytes;
            }
            case Indexed _ -> throw new AssertionError("runs without type");
        };
    }

    /** The basic type of the element that holds byte {@code position} of the node's stream. */
    static BasicType typeAt(Node node, long position) {
        while (true) {
            switch (node) {
                case Block block -> {
                    return block.element;
                }
                case Loop loop -> {
                    position %= loop.body.size;
                    node = loop.body;
                }
                case Sequence sequence -> {
                    int part = sequence.partAt(position);
                    position -= sequence.start(part);
                    node = sequence.parts[part];
                }
                case Indexed _ -> throw new AssertionError("runs without type");
            }
        }
    }

    /** Bytes from {@code position} to the end of the run of one basic type that holds it. */
    static long runAt(Node node, long position) {
        while (true) {
            switch (node) {
                case Block block -> {
                    return block.size - position;
                }
                case Loop loop -> {
                    position %= loop.body.size;
                    node = loop.body;
                }
                case Sequence sequence -> {
                    int part = sequence.partAt(position);
                    position -= sequence.start(part);
                    node = sequence.parts[part];
                }
                case Indexed _ -> throw new AssertionError("runs without type");
            }
        }
    }

    private Elements() {}
}
