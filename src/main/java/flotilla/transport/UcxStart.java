package flotilla.transport;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A node whose card is that of its TCP connections; what UCX needs to know is exchanged over them. */
final class UcxStart implements TransportStart {
    private static final long PAUSE_NANOSECONDS = 200_000;

    private final int node;
    private final int nodes;
    private final TransportOptions options;
    private final TcpStart tcp;
    private final Ucp ucp;
    private boolean connected;

    private UcxStart(int node, int nodes, TransportOptions options, TcpStart tcp, Ucp ucp) {
        this.node = node;
        this.nodes = nodes;
        this.options = options;
        this.tcp = tcp;
        this.ucp = ucp;
    }

    static UcxStart begin(JobSecret secret, int node, int nodes, TransportOptions options) {
        if (nodes > UcxTransport.MOST_NODES) {
            throw new TransportException("transport ucx takes " + UcxTransport.MOST_NODES
                    + " nodes at most; use --transport auto");
        }
        var ucp = new Ucp();
        try {
            return new UcxStart(node, nodes, options, TcpStart.listen(secret, node, nodes, options), ucp);
        } catch (TransportException e) {
            ucp.close();
            throw e;
        }
    }

    @Override
    public String card() {
        return tcp.card();
    }

    /** What the TCP connections are for: key and address of each node, and whether it lives. */
    private static final class Control implements Receiver {
        private final byte[][] introductions;
        private final UcxPeer[] peers;
        private final String[] lost;

        Control(int nodes) {
            introductions = new byte[nodes][];
            peers = new UcxPeer[nodes];
            lost = new String[nodes];
        }

        @Override
        public void frame(int fromNode, long address, int bytes) {
            introductions[fromNode] = Memory.get(address, bytes);
        }

        @Override
        public long bulkTarget(int fromNode, long key, long bytes) {
            return 0;
        }

        @Override
        public void bulkArrived(int fromNode, long key, long bytes) {
            // There are none.
        }

        @Override
        public void lost(int node, String reason) {
            lost[node] = reason;
            if (peers[node] != null) {
                peers[node].lostReason = reason;
            }
        }
    }

    @Override
    public Transport connect(List<String> cardsByNode, Receiver receiver) {
        TcpTransport tcpTransport = null;
        try {
            long deadline = System.nanoTime() + options.connectTime().toNanos();
            var others = new BitSet(nodes);
            others.set(0, nodes);
            others.clear(node);
            var control = new Control(nodes);
            tcpTransport = tcp.connect(cardsByNode, control, others);
            long key = ByteBuffer.wrap(JobSecret.randomBytes()).getLong() & UcxTransport.KEY;
            introduce(tcpTransport, others, key);
            for (int other = others.nextSetBit(0); other >= 0; other = others.nextSetBit(other + 1)) {
                while (control.introductions[other] == null) {
                    await(tcpTransport, other, control.lost[other], deadline);
                }
                ByteBuffer introduction = ByteBuffer.wrap(control.introductions[other]);
                long peerKey = introduction.getLong() & UcxTransport.KEY;
                byte[] address = Arrays.copyOfRange(introduction.array(), Long.BYTES, introduction.capacity());
                control.peers[other] = new UcxPeer(other, ucp, ucp.connect(address), UcxTransport.frameTag(node, peerKey),
                        UcxTransport.bulkTag(node, peerKey));
            }
            connected = true;
            return new UcxTransport(node, ucp, key, tcpTransport, control.peers, receiver);
        } finally {
            if (!connected && tcpTransport != null) {
                tcpTransport.close();
            }
            close();
        }
    }

    private void introduce(TcpTransport to, BitSet others, long key) {
        byte[] address = ucp.address();
        try (var arena = Arena.ofConfined()) {
            long bytes = arena.allocate(Long.BYTES + address.length, Long.BYTES).address();
            byte[] head = ByteBuffer.allocate(Long.BYTES).putLong(key).array();
            Memory.put(head, 0, bytes, head.length);
            Memory.put(address, 0, bytes + Long.BYTES, address.length);
            // A new connection has room for that.
            others.stream().forEach(other -> to.send(other, bytes, Long.BYTES, bytes + Long.BYTES, address.length));
        }
    }

    private void await(TcpTransport tcpTransport, int other, String lost, long deadline) {
        if (lost != null) {
            throw new TransportException("node " + other + " has ended before it was connected: " + lost);
        }
        if (System.nanoTime() - deadline > 0) {
            throw new TransportException("node " + other + " has not connected by ucx with node " + node + " within "
                    + options.connectTime().toSeconds() + " s; see whether it runs");
        }
        if (!tcpTransport.poll()) {
            LockSupport.parkNanos(PAUSE_NANOSECONDS);
        }
    }

    @Override
    public void close() {
        tcp.close();
        if (!connected) {
            connected = true;
            ucp.close();
        }
    }
}
