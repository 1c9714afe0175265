package flotilla.transport;

/** Drops everything: for a transport that is closing. */
final class Nobody implements Receiver {
    @Override
    public void frame(int fromNode, long address, int bytes) {
        // Dropped.
    }

    @Override
    public long bulkTarget(int fromNode, long key, long bytes) {
        return 0;
    }

    @Override
    public void bulkArrived(int fromNode, long key, long bytes) {
        // As it has no target.
    }

    @Override
    public void lost(int node, String reason) {
        // Nobody is interested any more.
    }
}
