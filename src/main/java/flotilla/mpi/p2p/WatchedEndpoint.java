package flotilla.mpi.p2p;

import flotilla.mpi.core.Rank;

/** The end of a rank whose messages somebody watches. A job in which nobody does has no such class, and nothing to ask. */
final class WatchedEndpoint extends Endpoint {
    private final MessageWatch watch;

    WatchedEndpoint(Rank rank, MessageWatch watch) {
        super(rank);
        this.watch = watch;
    }

    @Override
    void offered(Rank self, Message message) {
        watch.offered(self, message);
    }

    @Override
    void taken(Rank self, Message message) {
        watch.taken(self, message);
    }

    @Override
    void delivered(Rank self, Rank receiver, long bytes) {
        watch.delivered(self, receiver, bytes);
    }
}
