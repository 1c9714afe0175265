package flotilla.transport;

import java.util.BitSet;
import java.util.List;

/** Shared memory where both nodes of a pair can, TCP between all others. The card is both cards with a comma between. */
final class AutoStart implements TransportStart {
    private static final String NO_CARD = "-";

    private final int node;
    private final int nodes;
    private final TcpStart tcp;
    /** Null when this host does not offer it. */
    private final ShmStart shm;

    private AutoStart(int node, int nodes, TcpStart tcp, ShmStart shm) {
        this.node = node;
        this.nodes = nodes;
        this.tcp = tcp;
        this.shm = shm;
    }

    static AutoStart begin(JobSecret secret, int node, int nodes, TransportOptions options) {
        ShmStart shm = null;
        try {
            shm = ShmStart.share(secret, node, nodes, options);
        } catch (TransportException e) {
            options.log().accept(e.getMessage());
        }
        try {
            return new AutoStart(node, nodes, TcpStart.listen(secret, node, nodes, options), shm);
        } catch (TransportException e) {
            close(shm);
            throw e;
        }
    }

    @Override
    public String card() {
        return tcp.card() + "," + (shm == null ? NO_CARD : shm.card());
    }

    @Override
    public Transport connect(List<String> cardsByNode, Receiver receiver) {
        ShmTransport near = null;
        try {
            List<String> tcpCards = cardsByNode.stream().map(card -> card.substring(0, comma(card))).toList();
            List<String> shmCards = cardsByNode.stream().map(card ->
                    card.substring(Math.min(comma(card) + 1, card.length()))).toList();
            var others = new BitSet(nodes);
            others.set(0, nodes);
            others.clear(node);
            if (shm != null) {
                var candidates = (BitSet) others.clone();
                candidates.stream().filter(other -> shmCards.get(other).equals(NO_CARD)).forEach(candidates::clear);
                near = shm.connectSome(shmCards, receiver, candidates);
                others.andNot(near.linked());
                if (others.isEmpty()) {
                    return near;
                }
            }
            TcpTransport far = tcp.connect(tcpCards, receiver, others);
            if (near != null && !near.linked().isEmpty()) {
                return new AutoTransport(near, far);
            }
            close(near);
            return far;
        } catch (TransportException e) {
            close(near);
            throw e;
        } finally {
            close();
        }
    }

    private static int comma(String card) {
        int comma = card.indexOf(',');
        return comma < 0 ? card.length() : comma;
    }

    @Override
    public void close() {
        tcp.close();
        if (shm != null) {
            shm.close();
        }
    }

    private static void close(TransportStart start) {
        if (start != null) {
            start.close();
        }
    }

    private static void close(Transport transport) {
        if (transport != null) {
            transport.close();
        }
    }
}
