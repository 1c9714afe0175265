package flotilla.transport;

/** A bulk that is to be sent. */
final class Bulk {
    final long key;
    final long address;
    final long bytes;
    final Runnable done;
    /** How much of it has left. */
    long sent;

    Bulk(long key, long address, long bytes, Runnable done) {
        this.key = key;
        this.address = address;
        this.bytes = bytes;
        this.done = done;
    }
}
