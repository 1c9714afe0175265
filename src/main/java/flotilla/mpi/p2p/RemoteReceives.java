package flotilla.mpi.p2p;

import flotilla.memory.Memory;
import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Pack;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Receives of this node's ranks whose data is on its way from other nodes. Any thread. */
final class RemoteReceives {
    private final AtomicLong nextKey = new AtomicLong(1);
    private final ConcurrentHashMap<Long, Arrival> expected = new ConcurrentHashMap<>();

    /**
     * Makes room for the data of a matched receive; its rank stays where it is until that has come.
     *
     * @param bytes that will come, more than 0
     * @return the key for the sender
     */
    long expect(Rank rank, ReceiveRequest request, long bytes) {
        boolean direct = request.type.isContiguous(request.count);
        Arena arena = direct ? null : Arena.ofShared();
        long target = direct ? request.address + request.type.trueLb() : arena.allocate(bytes, 64).address();
        long key = nextKey.getAndIncrement();
        rank.pins.incrementAndGet();
        expected.put(key, new Arrival(rank, request, bytes, target, arena));
        return key;
    }

    /** Where the data with a key goes, or 0 for what nobody expects. */
    long target(long key, long bytes) {
        Arrival arrival = expected.get(key);
        return arrival == null || arrival.bytes != bytes ? 0 : arrival.target;
    }

    /** The data with a key is there. */
    void arrived(long key) {
        Arrival arrival = expected.remove(key);
        if (arrival != null) {
            arrival.rank.post(arrival);
        }
    }

    private static final class Arrival extends Delivery {
        private final Rank rank;
        private final ReceiveRequest request;
        private final long bytes;
        private final long target;
        /** Of data that is unpacked at the end; else null. */
        private final Arena arena;

        Arrival(Rank rank, ReceiveRequest request, long bytes, long target, Arena arena) {
            this.rank = rank;
            this.request = request;
            this.bytes = bytes;
            this.target = target;
            this.arena = arena;
        }

        @Override
        public void deliver(Rank receiver) {
            if (arena != null) {
                Pack.unpack(target, bytes, request.address, request.count, request.type);
                arena.close();
            }
            receiver.pins.decrementAndGet();
            request.complete = true;
            if (request.freed) {
                Endpoint.of(receiver).recycle(request);
            }
        }
    }
}
