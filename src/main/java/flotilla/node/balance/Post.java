package flotilla.node.balance;

import flotilla.memory.Memory;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.p2p.Network;
import java.lang.foreign.Arena;
import java.util.function.Consumer;

/**
 * Carries letters between the nodes' balancing threads, in order. A letter that is larger than a frame is cut. For the thread that
 * sends; what arrives is handed over inside a poll of the network.
 */
final class Post {
    // Behind the kind: what it is, bytes of the whole body, and where this piece begins in it.
    private static final int WHAT = 4;
    private static final int LENGTH = 8;
    private static final int START = 12;
    private static final int PIECE = 16;
    private static final int MOST_PIECE = 15 << 10;
    /** Measurements of ten million ranks of one node. */
    private static final int MOST_BODY = 1 << 30;

    private final Network network;
    private final Consumer<Letter> receiver;
    private final PeLocal local = new PeLocal();
    private final long frame = Arena.global().allocate(PIECE + MOST_PIECE, 8).address();
    /** By sender, the letter that is not complete yet, or null; inside polls. */
    private final byte[][] incomplete;

    /** Before the first poll. @param receiver must not block */
    Post(Network network, Consumer<Letter> receiver) {
        this.network = network;
        this.receiver = receiver;
        this.incomplete = new byte[network.count()][];
        network.handle(Network.BALANCING_KIND, this::arrived);
    }

    /** Waits while the other node is slow. */
    void send(int node, int what, byte[] body) {
        if (node == network.node()) {
            receiver.accept(new Letter(node, what, body));
            return;
        }
        int start = 0;
        do {
            int length = Math.min(MOST_PIECE, body.length - start);
            Memory.putInt(frame, Network.BALANCING_KIND);
            Memory.putInt(frame + WHAT, what);
            Memory.putInt(frame + LENGTH, body.length);
            Memory.putInt(frame + START, start);
            Memory.put(body, start, frame + PIECE, length);
            network.send(local, node, frame, PIECE + length, 0, 0);
            start += length;
        } while (start < body.length);
    }

    private void arrived(int from, long address, int bytes) {
        int length = Memory.getInt(address + LENGTH);
        int start = Memory.getInt(address + START);
        int piece = bytes - PIECE;
        if (length < 0 || length > MOST_BODY || start < 0 || piece < 0 || start > length - piece) {
            return; // no node of this version sends that
        }
        byte[] body = start == 0 ? new byte[length] : incomplete[from];
        if (body == null || body.length != length) {
            return;
        }
        Memory.get(address + PIECE, body, start, piece);
        boolean complete = start + piece == length;
        incomplete[from] = complete ? null : body;
        if (complete) {
            receiver.accept(new Letter(from, Memory.getInt(address + WHAT), body));
        }
    }
}
