package flotilla.mpi.datatype;

import flotilla.memory.Copies;

/** Copies of a layout at a constant distance. */
final class Loop extends Node {
    final long count;
    final long stride;
    final Node body;

    private Loop(long offset, long count, long stride, Node body) {
        super(offset, Checked.multiply(count, body.size));
        this.count = count;
        this.stride = stride;
        this.body = body;
    }

    /** {@code count} copies of {@code body}, {@code stride} bytes apart, in the simplest form. */
    static Node of(long count, long stride, Node body) {
        if (count == 0 || body.size == 0) {
            return Block.EMPTY;
        }
        if (count == 1) {
            return body;
        }
        if (body instanceof Block block && stride == block.size) {
            return new Block(block.offset, Checked.multiply(count, block.size), block.element);
        }
        if (body instanceof Loop inner && stride == inner.count * inner.stride) {
            return new Loop(inner.offset, Checked.multiply(count, inner.count), inner.stride, inner.body);
        }
        return new Loop(0, count, stride, body);
    }

    @Override
    Node shifted(long displacement) {
        return displacement == 0 ? this : new Loop(Checked.add(offset, displacement), count, stride, body);
    }

    @Override
    boolean sameShape(Node other) {
        return other instanceof Loop loop && loop.count == count && loop.stride == stride
                && loop.body.offset == body.offset && loop.body.sameShape(body);
    }

    @Override
    void move(long from, long fromStep, boolean fromLaid, long to, long toStep, boolean toLaid, long copies) {
        long source = fromLaid ? from + offset : from;
        long target = toLaid ? to + offset : to;
        long fromInner = fromLaid ? stride : body.size;
        long toInner = toLaid ? stride : body.size;
        if (body instanceof Block block) {
            Copies.blocks(toLaid ? target + block.offset : target, toStep, toInner, fromLaid ? source + block.offset : source,
                    fromStep, fromInner, copies, count, block.size);
            return;
        }
        for (long i = 0; i < copies; i++) {
            body.move(source, fromInner, fromLaid, target, toInner, toLaid, count);
            source += fromStep;
            target += toStep;
        }
    }

    @Override
    void moveRange(long layout, long stream, long start, long end, boolean pack) {
        moveRange(body, layout + offset, stride, stream, start, end, pack);
    }
}
