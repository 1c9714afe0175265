package flotilla.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.BitSet;
import java.util.List;

/** A node that listens at a port of its own. */
final class TcpStart implements TransportStart {
    private static final int BACKLOG = 1024;

    private final JobSecret secret;
    private final int node;
    private final int nodes;
    private final TransportOptions options;
    private final ServerSocketChannel server;
    private final String card;

    private TcpStart(JobSecret secret, int node, int nodes, TransportOptions options,
            ServerSocketChannel server) throws IOException {
        this.secret = secret;
        this.node = node;
        this.nodes = nodes;
        this.options = options;
        this.server = server;
        this.card = new TcpCard((InetSocketAddress) server.getLocalAddress()).toString();
    }

    static TcpStart listen(JobSecret secret, int node, int nodes, TransportOptions options) {
        ServerSocketChannel server = null;
        try {
            server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(options.address(), 0), BACKLOG).configureBlocking(false);
            return new TcpStart(secret, node, nodes, options, server);
        } catch (IOException e) {
            close(server);
            throw new TransportException("node " + node + " can't listen at " + options.address().getHostAddress() + ": "
                    + TcpConnection.reason(e) + "; give an address of this host", e);
        }
    }

    @Override
    public String card() {
        return card;
    }

    @Override
    public Transport connect(List<String> cardsByNode, Receiver receiver) {
        var others = new BitSet(nodes);
        others.set(0, nodes);
        others.clear(node);
        return connect(cardsByNode, receiver, others);
    }

    /** @param others the nodes to connect with; they must see it the same way */
    TcpTransport connect(List<String> cardsByNode, Receiver receiver, BitSet others) {
        if (cardsByNode.size() != nodes) {
            throw new IllegalArgumentException(cardsByNode.size() + " cards of " + nodes + " nodes");
        }
        try (var meeting = new TcpMeeting(secret, node, nodes, options, server)) {
            return new TcpTransport(node, nodes, meeting.meet(cardsByNode, others), receiver);
        } catch (IOException e) {
            throw new TransportException("node " + node + " can't connect by tcp: " + TcpConnection.reason(e), e);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        close(server);
    }

    private static void close(ServerSocketChannel server) {
        try {
            if (server != null) {
                server.close();
            }
        } catch (IOException e) {
            // Nobody connects any more.
        }
    }
}
