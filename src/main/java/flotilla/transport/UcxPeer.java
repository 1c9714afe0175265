package flotilla.transport;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.util.ArrayDeque;

/** Another node, and what is on its way to it. All but the volatile fields are guarded by the lock of the transport. */
final class UcxPeer {
    /** Frames that UCX may not have taken yet. */
    private static final int SLOTS = 16;
    /** What stands before a frame's content. */
    static final int WORD = 8;
    static final int SLOT_BYTES = ShmTransport.MAX_FRAME + WORD;

    // What the word says.
    static final long FRAME = 1;
    /** A bulk follows, in the order of these: its key and size. */
    static final long OFFER = 2;
    static final long GOODBYE = 3;

    /** A bulk that UCX is sending. */
    private record Sending(Bulk bulk, long request) {}

    final int node;
    private final Ucp ucp;
    private final long endpoint;
    private final long frameTag;
    private final long bulkTag;
    final Traffic sent = new Traffic();
    final Traffic received = new Traffic();
    /** Nothing is sent to it any more, and nothing expected. */
    volatile boolean gone;
    /** Why it can't be reached, which has not been told yet, or null. */
    volatile String lostReason;
    boolean saidGoodbye;
    /** No frame can be sent before a {@link #reap}: for senders to see without the lock, which would keep it from who polls. */
    volatile boolean full;

    /** The slots, and room for the content of an offer. */
    private static final long MEMORY_BYTES = SLOTS * (long) SLOT_BYTES + 2 * Long.BYTES;
    private final long memory = Mapping.map(0, MEMORY_BYTES, Mapping.PROT_READ | Mapping.PROT_WRITE,
            Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
    private final long offer = memory + SLOTS * (long) SLOT_BYTES;
    private final long[] requests = new long[SLOTS];
    private int used;
    private int next;
    private final ArrayDeque<Bulk> waiting = new ArrayDeque<>();
    private final ArrayDeque<Sending> sending = new ArrayDeque<>();
    private final ArrayDeque<Bulk> finished = new ArrayDeque<>();

    UcxPeer(int node, Ucp ucp, long endpoint, long frameTag, long bulkTag) {
        this.node = node;
        this.ucp = ucp;
        this.endpoint = endpoint;
        this.frameTag = frameTag;
        this.bulkTag = bulkTag;
    }

    /** False when too many frames are under way. */
    boolean send(long word, long first, int firstBytes, long second, int secondBytes) {
        if (used == SLOTS) {
            return false;
        }
        while (requests[next] != 0) {
            next = (next + 1) % SLOTS;
        }
        long at = memory + next * (long) SLOT_BYTES;
        Memory.putLong(at, word);
        if (firstBytes > 0) {
            Memory.copy(first, at + WORD, firstBytes);
        }
        if (secondBytes > 0) {
            Memory.copy(second, at + WORD + firstBytes, secondBytes);
        }
        long result = ucp.send(endpoint, at, WORD + firstBytes + secondBytes, frameTag);
        if (Ucp.isRequest(result)) {
            requests[next] = result;
            used++;
            full = used == SLOTS;
        } else if (result != 0) {
            broken(result);
        }
        return true;
    }

    private void broken(long status) {
        if (lostReason == null) {
            lostReason = Ucp.text(status);
        }
    }

    void accept(Bulk bulk) {
        sent.bulk(bulk.bytes);
        waiting.add(bulk);
        startBulks();
    }

    private void startBulks() {
        for (Bulk bulk = waiting.peek(); bulk != null; bulk = waiting.peek()) {
            Memory.putLong(offer, bulk.key);
            Memory.putLong(offer + Long.BYTES, bulk.bytes);
            if (!send(OFFER, offer, 2 * Long.BYTES, 0, 0)) {
                return;
            }
            waiting.remove();
            long result = ucp.send(endpoint, bulk.address, bulk.bytes, bulkTag);
            if (Ucp.isRequest(result)) {
                sending.add(new Sending(bulk, result));
            } else {
                if (result != 0) {
                    broken(result);
                }
                finished.add(bulk);
            }
        }
    }

    /** Whether something is on its way. */
    boolean isBusy() {
        return used > 0 || !waiting.isEmpty() || !sending.isEmpty() || !finished.isEmpty();
    }

    /** Looks what has left; the next bulk that has, or null. */
    Bulk reap() {
        if (used > 0) {
            reapFrames();
        }
        startBulks();
        for (int i = sending.size(); i > 0; i--) {
            Sending first = sending.remove();
            int status = Ucp.status(first.request);
            if (status == Ucp.IN_PROGRESS) {
                sending.add(first);
            } else {
                if (status != Ucp.OK) {
                    broken(status);
                }
                finished.add(first.bulk);
            }
        }
        return finished.poll();
    }

    private void reapFrames() {
        for (int i = 0; i < SLOTS; i++) {
            if (requests[i] != 0) {
                int status = Ucp.status(requests[i]);
                if (status != Ucp.IN_PROGRESS) {
                    requests[i] = 0;
                    used--;
                    full = false;
                    if (status != Ucp.OK) {
                        broken(status);
                    }
                }
            }
        }
    }

    /** Gives up what has not left; {@link #reap} answers the bulks. */
    void end() {
        gone = true;
        finished.addAll(waiting);
        waiting.clear();
        for (long request : requests) {
            if (request != 0) {
                ucp.cancel(request);
            }
        }
        sending.forEach(sent -> ucp.cancel(sent.request));
    }

    /** When UCX uses no memory any more. */
    void free() {
        Mapping.unmap(memory, MEMORY_BYTES);
    }
}
