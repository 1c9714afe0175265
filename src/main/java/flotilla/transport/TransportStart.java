package flotilla.transport;

import java.util.List;

/** A node that can be connected to, but is not connected yet. */
public interface TransportStart extends AutoCloseable {
    /**
     * What other nodes need to know to connect to this one: at most 1,000 printable ASCII characters other than blanks,
     * {@code =} and {@code ;}, as it travels through the key-value spaces of process managers.
     */
    String card();

    /**
     * Connects all nodes with each other. Every node calls this, with the same cards. Once.
     *
     * @throws TransportException when a node does not connect in time; the message names it. Everything is closed then.
     */
    Transport connect(List<String> cardsByNode, Receiver receiver);

    /** Gives up what {@link #connect} has not taken over; does nothing after it. */
    @Override
    void close();
}
