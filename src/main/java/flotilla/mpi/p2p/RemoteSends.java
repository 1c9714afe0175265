package flotilla.mpi.p2p;

import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Pack;
import flotilla.transport.Transport;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sends of this node's ranks that receivers in other nodes have been offered and not asked for. Any thread. */
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

    /**
     * A receiver wants at most {@code limit} bytes of a send's data.
     *
     * @return false when the send is not here: its rank has moved
     */
    boolean clearToSend(long number, int node, long key, long limit) {
        SendRequest request = offered.remove(number);
        if (request == null) {
            return false;
        }
        Rank owner = request.owner;
        long bytes = Math.min(limit, request.count * request.type.size());
        if (bytes == 0) {
            owner.post(new Sent(request));
            return true;
        }
        owner.pins.incrementAndGet();
        sent.incrementAndGet();
        if (request.type.isContiguous(request.count)) {
            transport.sendBulk(node, key, request.address + request.type.trueLb(), bytes, () -> {
                owner.pins.decrementAndGet();
                owner.post(new Sent(request));
            });
        } else {
            Arena arena = Arena.ofShared();
            long packed = arena.allocate(bytes, 64).address();
            Pack.packRange(request.address, request.count, request.type, 0, bytes, packed);
            transport.sendBulk(node, key, packed, bytes, () -> {
                arena.close();
                owner.pins.decrementAndGet();
                owner.post(new Sent(request));
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
