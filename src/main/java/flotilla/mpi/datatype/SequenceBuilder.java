package flotilla.mpi.datatype;

import java.util.ArrayList;
import java.util.List;

/** Puts layouts one after the other into the simplest node: neighbouring runs merge, regular distances become a loop. */
final class SequenceBuilder {
    /** Sequences up to this long are taken apart so that their runs can merge with the neighbours'. */
    private static final int FLATTEN = 16;

    private final List<Node> parts = new ArrayList<>();

    void add(Node node) {
        if (node.size == 0) {
            return;
        }
        if (node instanceof Sequence sequence && sequence.parts.length <= FLATTEN) {
            for (Node part : sequence.parts) {
                append(part.shifted(sequence.offset));
            }
        } else if (node instanceof Indexed indexed && indexed.runs() <= FLATTEN) {
            for (int run = 0; run < indexed.runs(); run++) {
                append(new Block(indexed.runOffset(run), indexed.runLength(run), null));
            }
        } else {
            append(node);
        }
    }

    private void append(Node node) {
        if (node instanceof Block block && !parts.isEmpty() && parts.getLast() instanceof Block last
                && last.offset + last.size == block.offset && last.element == block.element) {
            parts.set(parts.size() - 1, new Block(last.offset, last.size + block.size, last.element));
        } else {
            parts.add(node);
        }
    }

    Node build() {
        if (parts.isEmpty()) {
            return Block.EMPTY;
        }
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Node loop = regular();
        if (loop != null) {
            return loop;
        }
        var starts = new long[parts.size() + 1];
        boolean untypedBlocks = true;
        for (int i = 0; i < parts.size(); i++) {
            Node part = parts.get(i);
            starts[i + 1] = Checked.add(starts[i], part.size);
            untypedBlocks &= part instanceof Block block && block.element == null;
        }
        if (untypedBlocks) {
            var offsets = new long[parts.size()];
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = parts.get(i).offset;
            }
            return Indexed.of(offsets, starts);
        }
        return new Sequence(0, parts.toArray(Node[]::new), starts);
    }

    private Node regular() {
        Node first = parts.getFirst();
        long stride = parts.get(1).offset - first.offset;
        for (int i = 1; i < parts.size(); i++) {
            Node part = parts.get(i);
            if (part.offset - parts.get(i - 1).offset != stride || !part.sameShape(first)) {
                return null;
            }
        }
        return Loop.of(parts.size(), stride, first);
    }
}
