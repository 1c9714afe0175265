package flotilla.transport;

/** The transports by name. */
public final class Transports {
    /**
     * Begins to start a node.
     *
     * @param name what the user asks for: {@code tcp}
     * @param node the number of this node, from 0
     * @param nodes how many there are
     * @throws TransportException when there is no such transport, or this host does not offer it; the message says what to do
     */
    public static TransportStart start(String name, JobSecret secret, int node, int nodes, TransportOptions options) {
        if (node < 0 || node >= nodes) {
            throw new IllegalArgumentException("node " + node + " of " + nodes);
        }
        return switch (name) {
            case "tcp" -> TcpStart.listen(secret, node, nodes, options);
            default -> throw new TransportException("unknown transport " + name + "; use tcp");
        };
    }

    private Transports() {}
}
