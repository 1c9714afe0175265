package flotilla.mpi.datatype;

import flotilla.memory.Copies;
import flotilla.memory.Memory;

/** One run of bytes. */
final class Block extends Node {
    static final Block EMPTY = new Block(0, 0, null);

    /** The basic type the run consists of, in a typed tree; else null. */
    final BasicType element;

    Block(long offset, long size, BasicType element) {
        super(offset, size);
        this.element = element;
    }

    @Override
    Node shifted(long displacement) {
        return displacement == 0 ? this : new Block(Checked.add(offset, displacement), size, element);
    }

    @Override
    boolean sameShape(Node other) {
        return other instanceof Block block && block.size == size && block.element == element;
    }

    @Override
    void move(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long count) {
        long source = fromLaid ? from + offset : from;
        long target = toLaid ? to + offset : to;
        if (count == 1) {
            Runs.move(source, target, size);
        } else if (fromStep == size && toStep == size) {
            Memory.copy(source, target, count * size);
        } else {
            Copies.blocks(target, 0, toStep, source, 0, fromStep, 1, count, size);
        }
    }

    @Override
    void moveRange(long layout, long stream, long start, long end, boolean pack) {
        if (pack) {
            Runs.move(layout + offset + start, stream + start, end - start);
        } else {
            Runs.move(stream + start, layout + offset + start, end - start);
        }
    }
}
