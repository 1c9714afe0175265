package flotilla.transport;

/** The transports by name. */
public final class Transports {
    /**
     * Begins to start a node.
     *
     * @param name what the user asks for: {@code auto} (shared memory between nodes of a host and TCP between others),
     *     {@code shm}, {@code tcp} or {@code ucx}
     * @param node the number of this node, from 0
     * @param nodes how many there are
     * @throws TransportException when there is no such transport, or this host does not offer it; the message says what to do
     */
    public static TransportStart start(String name, JobSecret secret, int node, int nodes, TransportOptions options) {
        if (node < 0 || node >= nodes) {
            throw new IllegalArgumentException("node " + node + " of " + nodes);
        }
        return switch (name) {
            case "auto" -> AutoStart.begin(secret, node, nodes, options);
            case "shm" -> ShmStart.share(secret, node, nodes, options);
            case "ucx" -> UcxStart.begin(secret, node, nodes, options);
            case "tcp" -> TcpStart.listen(secret, node, nodes, options);
            default -> throw new TransportException("unknown transport " + name + "; use auto, shm, tcp or ucx");
        };
    }

    private Transports() {}
}
