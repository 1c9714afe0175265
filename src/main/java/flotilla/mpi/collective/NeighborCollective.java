package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.topology.Topology;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Neighbourhood collectives (MPI-3.1 sections 7.6 and 7.7). A member needs its neighbours only: as soon as two of them are
 * there, the data between them moves, in both directions at once. Both publish themselves before they look for the other;
 * a claim decides which of two that see each other moves.
 */
final class NeighborCollective extends Collective {
    private static final VarHandle MEMBER = MethodHandles.arrayElementVarHandle(Edges[].class);

    /** By rank: those who have arrived. */
    private final Edges[] present;

    /** A member with its neighbours. Not reused: others may look at it after its owner has left. */
    static final class Edges {
        final Contribution member;
        final int rank;
        final int[] sources;
        final int[] destinations;
        final boolean cartesian;
        /** The ranks among sources and destinations, each once, ascending. */
        final int[] neighbors;
        /** For neighbours of higher rank, by index in {@link #neighbors}: 1 when somebody moves the data between the two. */
        final AtomicIntegerArray claims;
        /** Neighbours whose data has not been moved. */
        final AtomicInteger remaining;

        Edges(Contribution member) {
            var topology = (Topology) member.comm.topology;
            this.member = member;
            rank = member.comm.rank;
            sources = topology.sources();
            destinations = topology.destinations();
            cartesian = topology.kind() == StandardAbi.CART;
            neighbors = distinct(sources, destinations);
            claims = new AtomicIntegerArray(neighbors.length);
            remaining = new AtomicInteger(neighbors.length);
        }

        private static int[] distinct(int[] a, int[] b) {
            int[] all = Arrays.copyOf(a, a == b ? a.length : a.length + b.length);
            if (a != b) {
                System.arraycopy(b, 0, all, a.length, b.length);
            }
            Arrays.sort(all);
            int count = 0;
            for (int i = 0; i < all.length; i++) {
                if (all[i] != StandardAbi.PROC_NULL && (count == 0 || all[count - 1] != all[i])) {
                    all[count++] = all[i];
                }
            }
            return Arrays.copyOf(all, count);
        }

        int indexOf(int neighbor) {
            return Arrays.binarySearch(neighbors, neighbor);
        }

        /**
         * Index of the source through which this member receives what {@code sender} sends to its {@code index}-th
         * destination; -1 when the topologies do not agree. In a grid, what goes in one direction comes from the other. In a
         * graph, several edges between two ranks are used in the order in which both list them.
         */
        int sourceOf(Edges sender, int index) {
            if (cartesian) {
                int opposite = index ^ 1;
                return opposite < sources.length && sources[opposite] == sender.rank ? opposite : -1;
            }
            int before = 0;
            for (int i = 0; i < index; i++) {
                before += sender.destinations[i] == rank ? 1 : 0;
            }
            for (int i = 0; i < sources.length; i++) {
                if (sources[i] == sender.rank && before-- == 0) {
                    return i;
                }
            }
            return -1;
        }
    }

    NeighborCollective(Contribution first) {
        super(first);
        present = new Edges[first.comm.size()];
    }

    @Override
    void begin(Contribution first) {
        super.begin(first);
        Arrays.fill(present, null);
    }

    @Override
    int join(Contribution member) {
        var own = new Edges(member);
        member.edges = own;
        MEMBER.setVolatile(present, own.rank, own);
        for (int i = 0; i < own.neighbors.length; i++) {
            int rank = own.neighbors[i];
            var other = (Edges) MEMBER.getVolatile(present, rank);
            if (other != null && claim(own, i, other)) {
                exchange(own, other);
            }
        }
        return 0;
    }

    private static boolean claim(Edges own, int index, Edges other) {
        if (own.rank <= other.rank) {
            return own.claims.compareAndSet(index, 0, 1);
        }
        int back = other.indexOf(own.rank);
        // A neighbour that does not know of the edge: the program's topologies disagree, and nobody else will come.
        return back < 0 || other.claims.compareAndSet(back, 0, 1);
    }

    private static void exchange(Edges own, Edges other) {
        move(own, other);
        if (own == other) {
            own.remaining.decrementAndGet();
            return;
        }
        move(other, own);
        boolean known = other.indexOf(own.rank) >= 0;
        if (known && other.remaining.decrementAndGet() == 0) {
            other.member.rank.wake();
        }
        if (own.remaining.decrementAndGet() == 0) {
            own.member.rank.wake();
        }
    }

    private static void move(Edges sender, Edges receiver) {
        for (int i = 0; i < sender.destinations.length; i++) {
            if (sender.destinations[i] != receiver.rank) {
                continue;
            }
            int source = receiver.sourceOf(sender, i);
            if (source >= 0 && Parts.copy(sender.member.send, i, receiver.member.receive, source)) {
                receiver.member.failure = truncated(receiver.member, sender.member.send.bytes(i),
                        receiver.member.receive.bytes(source), sender.rank);
            }
        }
    }

    @Override
    boolean isComplete(Contribution member) {
        return member.edges.remaining.get() == 0;
    }

    @Override
    String state(Contribution member) {
        Edges own = member.edges;
        if (own == null) {
            return "";
        }
        for (int rank : own.neighbors) {
            if (present[rank] == null) {
                return own.remaining.get() + " of " + own.neighbors.length + " neighbors are missing, rank " + rank + " is one";
            }
        }
        return "";
    }
}
