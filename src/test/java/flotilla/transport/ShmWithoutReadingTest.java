package flotilla.transport;

/** Where the kernel does not let nodes read each other's memory, bulks go through the rings. */
class ShmWithoutReadingTest extends TransportContract {
    @Override
    String name() {
        return "shm";
    }

    @Override
    void prepare(Transport node) {
        for (int other = 0; other < node.nodes(); other++) {
            if (other != node.node()) {
                ((ShmTransport) node).link(other).readable = false;
            }
        }
    }
}
