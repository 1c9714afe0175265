package flotilla.mpi.datatype;

/**
 * A piece of a compiled layout. It knows where its bytes lie relative to an item's address, and in which order they stand
 * in the packed stream. Immutable.
 *
 * <p>A transfer has two sides, source and target. Each is either <em>laid out</em> (bytes lie where the node says) or
 * packed (bytes follow one another); so packing, unpacking and copying between equal layouts are one operation.
 */
abstract sealed class Node permits Block, Loop, Indexed, Sequence {
    /** Displacement added to everything below, bytes. */
    final long offset;
    /** Data bytes. */
    final long size;

    Node(long offset, long size) {
        this.offset = offset;
        this.size = size;
    }

    /** The same layout, {@code displacement} bytes further on. */
    abstract Node shifted(long displacement);

    /** Whether both differ at most in where they start. */
    abstract boolean sameShape(Node other);

    /**
     * Moves {@code count} copies of the layout. The steps are the distances between the copies on either side.
     * Source and target must not overlap.
     */
    abstract void move(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long count);

    /**
     * Packs or unpacks bytes {@code [start, end)} of this node's part of the stream.
     *
     * @param layout address of the item
     * @param stream where byte 0 of this node's part stands or would stand; only the bytes asked for are touched
     */
    abstract void moveRange(long layout, long stream, long start, long end, boolean pack);

    /** {@link #moveRange} over {@code count} copies of {@code body}, {@code step} bytes apart. */
    static void moveRange(Node body, long layout, long step, long stream, long start, long end, boolean pack) {
        long size = body.size;
        long first = start / size;
        long within = start - first * size;
        if (within != 0) {
            long stop = Math.min(size, end - first * size);
            body.moveRange(layout + first * step, stream + first * size, within, stop, pack);
            first++;
        }
        long last = end / size;
        if (last > first) {
            if (pack) {
                body.move(layout + first * step, step, true, stream + first * size, size, false, last - first);
            } else {
                body.move(stream + first * size, size, false, layout + first * step, step, true, last - first);
            }
        }
        long rest = end - last * size;
        if (rest > 0 && last >= first) {
            body.moveRange(layout + last * step, stream + last * size, 0, rest, pack);
        }
    }
}
