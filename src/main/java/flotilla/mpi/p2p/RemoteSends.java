package flotilla.mpi.p2p;

import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Pack;
import flotilla.transport.Transport;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sends of this node's ranks that receivers have been offered and have not taken. Any thread. */
final class RemoteSends {
    private static final int NODE_SHIFT = 44;

    private final Transport transport;
    private final AtomicLong sent;
    private final AtomicLong nextNumber;
    private final ConcurrentHashMap<Long, SendRequest> offered = new ConcurrentHashMap<>();

    /** @param sent where bulks are counted that are sent */
    RemoteSends(Transport transport, int node, AtomicLong sent) {
        this.transport = transport;
        this.sent = sent;
        nextNumber = new AtomicLong(1L + ((long) node << NODE_SHIFT));
    }

    /** Enters a send whose fields are set. Answers its number, which no other send of the job has. */
    long offer(SendRequest request) {
        long number = nextNumber.getAndIncrement();
        request.number = number;
        offered.put(number, request);
        return number;
    }

    /** Enters a send again that {@link #takeAll} has answered. */
    void offerAgain(SendRequest request) {
        offered.put(request.number, request);
    }

    boolean isOffered(long number) {
        return offered.containsKey(number);
    }

    /** The sender wants it back. Answers whether it was still here. */
    boolean withdraw(SendRequest request) {
        return offered.remove(request.number) != null;
    }

    /** All sends of a rank, which is about to leave: until it has, or they are offered again, nobody can take them. */
    List<SendRequest> takeAll(Rank rank) {
        var sends = new ArrayList<SendRequest>();
        for (SendRequest request : offered.values()) {
            if (request.owner == rank && offered.remove(request.number, request)) {
                sends.add(request);
            }
        }
        return sends;
    }

    /** Takes a send, whose rank stays where it is until {@link #sent}; or answers null when it is not here. */
    private SendRequest take(long number) {
        var taken = new SendRequest[1];
        offered.computeIfPresent(number, (unused, request) -> {
            request.owner.pins.incrementAndGet();
            taken[0] = request;
            return null;
        });
        return taken[0];
    }

    private static void sent(SendRequest request) {
        // In this order: whoever finds the rank without pins finds the news in its inbox.
        request.owner.post(new Sent(request));
        request.owner.pins.decrementAndGet();
    }

    /** Copies the data of a send of this node into a receive's buffer. Answers false when the send is not here. */
    boolean copyTo(ReceiveRequest receive, long number, long limit) {
        SendRequest request = take(number);
        if (request == null) {
            return false;
        }
        if (limit > 0) {
            Pack.copy(request.address, request.count, request.type, receive.address, receive.count, receive.type, limit);
        }
        sent(request);
        return true;
    }

    /** As {@link #copyTo(ReceiveRequest, long, long)}, packed. @param target of {@code limit} bytes; of no importance without any */
    boolean copyTo(long number, long target, long limit) {
        SendRequest request = take(number);
        if (request == null) {
            return false;
        }
        if (limit > 0) {
            Pack.packRange(request.address, request.count, request.type, 0, limit, target);
        }
        sent(request);
        return true;
    }

    /**
     * A receiver in another node wants at most {@code limit} bytes of a send's data.
     *
     * @return false when the send is not here: its rank has moved, or has withdrawn it
     */
    boolean clearToSend(long number, int node, long key, long limit) {
        SendRequest request = take(number);
        if (request == null) {
            return false;
        }
        long bytes = Math.min(limit, request.count * request.type.size());
        if (bytes == 0) {
            sent(request);
            return true;
        }
        sent.incrementAndGet();
        if (request.type.isContiguous(request.count)) {
            transport.sendBulk(node, key, request.address + request.type.trueLb(), bytes, () -> sent(request));
        } else {
            Arena arena = Arena.ofShared();
            long packed = arena.allocate(bytes, 64).address();
            Pack.packRange(request.address, request.count, request.type, 0, bytes, packed);
            transport.sendBulk(node, key, packed, bytes, () -> {
                arena.close();
                sent(request);
            });
        }
        return true;
    }

    /** The receiver has the data. */
    private static final class Sent extends Delivery {
        private final SendRequest request;

        Sent(SendRequest request) {
            this.request = request;
        }

        @Override
        public void deliver(Rank rank) {
            if (request.buffered != null) {
                request.buffered.giveBack();
            }
            request.received(rank);
        }
    }
}
