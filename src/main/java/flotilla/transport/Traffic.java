package flotilla.transport;

/** Counts of one direction between this node and another. One thread at a time counts. */
final class Traffic {
    private final Count frames = new Count();
    private final Count bulks = new Count();
    private final Count bytes = new Count();

    void frame(long size) {
        frames.add(1);
        bytes.add(size);
    }

    void bulk(long size) {
        bulks.add(1);
        bytes.add(size);
    }

    static TransportCounters counters(Traffic sent, Traffic received) {
        return new TransportCounters(sent.frames.get(), received.frames.get(), sent.bulks.get(), received.bulks.get(),
                sent.bytes.get(), received.bytes.get());
    }
}
