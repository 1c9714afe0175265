package flotilla.mpi.p2p;

import flotilla.memory.PageRuns;
import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Pack;
import java.lang.foreign.Arena;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Receives of this node's ranks whose data is on its way from other nodes. Any thread. */
final class RemoteReceives {
    private final AtomicLong nextKey = new AtomicLong(1);
    private final ConcurrentHashMap<Long, Expected> expected = new ConcurrentHashMap<>();

    /** Data that is on its way. */
    private record Expected(long target, long bytes, Runnable arrived, Arrival receive) {}

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
        var arrival = new Arrival(request, bytes, target, arena);
        rank.pins.incrementAndGet();
        return expect(new Expected(target, bytes, () -> rank.post(arrival), arrival));
    }

    /** Expects other data. @param arrived what to do when it is there; inside a poll */
    long expect(long target, long bytes, Runnable arrived) {
        return expect(new Expected(target, bytes, arrived, null));
    }

    /** Expects pages: answers the first of as many keys that follow each other as there are runs. */
    long expect(PageRuns pages, Runnable eachArrived) {
        long first = nextKey.getAndAdd(pages.count());
        for (int i = 0; i < pages.count(); i++) {
            expected.put(first + i, new Expected(pages.start(i), pages.bytes(i), eachArrived, null));
        }
        return first;
    }

    private long expect(Expected data) {
        long key = nextKey.getAndIncrement();
        expected.put(key, data);
        return key;
    }

    /** Where the data with a key goes, or 0 for what nobody expects. */
    long target(long key, long bytes) {
        Expected data = expected.get(key);
        return data == null || data.bytes != bytes ? 0 : data.target;
    }

    /** The data with a key is there. */
    void arrived(long key) {
        Expected data = expected.remove(key);
        if (data != null) {
            data.arrived.run();
        }
    }

    /** The sender has withdrawn the message with a key: its receive waits for another. */
    void withdrawn(long key) {
        Expected data = expected.remove(key);
        if (data != null) {
            data.receive.withdrawn = true;
            data.arrived.run();
        }
    }

    private static final class Arrival extends Delivery {
        private final ReceiveRequest request;
        private final long bytes;
        private final long target;
        /** Of data that is unpacked at the end; else null. */
        private final Arena arena;
        private boolean withdrawn;

        Arrival(ReceiveRequest request, long bytes, long target, Arena arena) {
            this.request = request;
            this.bytes = bytes;
            this.target = target;
            this.arena = arena;
        }

        @Override
        public void deliver(Rank receiver) {
            if (arena != null) {
                if (!withdrawn) {
                    Pack.unpack(target, bytes, request.address, request.count, request.type);
                }
                arena.close();
            }
            receiver.pins.decrementAndGet();
            if (withdrawn) {
                Endpoint.of(receiver).receive(receiver, request);
                return;
            }
            request.complete = true;
            if (request.freed) {
                Endpoint.of(receiver).recycle(request);
            }
        }
    }
}
