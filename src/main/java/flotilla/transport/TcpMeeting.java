package flotilla.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/**
 * Connects a node with others: it calls those with smaller numbers, and is called by those with larger ones. Strangers may
 * call as well, and are sent away.
 */
final class TcpMeeting implements AutoCloseable {
    /** How long a connection may take to be there, and the other side to prove that it is a node. */
    private static final Duration ATTEMPT_TIME = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Connections that may be unproven at once, besides those of the job's nodes. */
    private static final int STRANGERS = 64;

    // A host that has vanished is noticed within half a minute.
    private static final int SILENT_SECONDS = 15;
    private static final int PROBE_SECONDS = 5;
    private static final int PROBES = 3;

    private final JobSecret secret;
    private final int node;
    private final int nodes;
    private final TransportOptions options;
    private final ServerSocketChannel server;
    private final Selector selector;
    /** Under way, the oldest first. */
    private final Set<TcpHandshake> handshakes = new LinkedHashSet<>();
    private final List<TcpHandshake> met = new ArrayList<>();
    /** Whom to call, and when, as of nanoTime. */
    private final BitSet toCall = new BitSet();
    private long callAt;
    private BitSet missing;
    private List<String> cards;
    private boolean successful;

    TcpMeeting(JobSecret secret, int node, int nodes, TransportOptions options, ServerSocketChannel server) throws IOException {
        this.secret = secret;
        this.node = node;
        this.nodes = nodes;
        this.options = options;
        this.server = server;
        this.selector = Selector.open();
    }

    /** @throws TransportException naming a node that could not be connected with in time */
    List<TcpHandshake> meet(List<String> cardsByNode, BitSet others) throws IOException {
        cards = cardsByNode;
        missing = (BitSet) others.clone();
        toCall.or(others);
        toCall.clear(node, nodes);
        server.register(selector, SelectionKey.OP_ACCEPT);
        callAt = System.nanoTime();
        long deadline = callAt + options.connectTime().toNanos();
        while (!missing.isEmpty()) {
            long now = System.nanoTime();
            if (now - deadline > 0) {
                throw late();
            }
            if (now - callAt >= 0) {
                call(now);
            }
            selector.select(PAUSE.toMillis());
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.attachment() instanceof TcpHandshake handshake) {
                    advance(key, handshake);
                } else {
                    accept();
                }
            }
            selector.selectedKeys().clear();
            dropLate();
        }
        successful = true;
        return met;
    }

    private TransportException late() {
        int late = missing.nextSetBit(0);
        String others = missing.cardinality() > 1 ? " (nor did " + (missing.cardinality() - 1) + " others)" : "";
        return new TransportException("node " + late + " at " + cards.get(late) + " has not connected with node " + node
                + " within " + options.connectTime().toSeconds() + " s" + others
                + "; see whether it runs, and whether a firewall is in the way");
    }

    private void call(long now) {
        for (int other = toCall.nextSetBit(0); other >= 0; other = toCall.nextSetBit(other + 1)) {
            SocketAddress address = TcpCard.parse(other, cards.get(other)).address();
            toCall.clear(other);
            SocketChannel channel = null;
            try {
                channel = SocketChannel.open();
                channel.configureBlocking(false);
                var handshake = TcpHandshake.calling(secret, node, nodes, other, channel, now + ATTEMPT_TIME.toNanos());
                boolean connected = channel.connect(address);
                begin(handshake);
                if (connected) {
                    advance(channel.keyFor(selector), handshake);
                }
            } catch (IOException e) {
                close(channel);
                callAgain(other);
            }
        }
    }

    private void callAgain(int other) {
        toCall.set(other);
        callAt = System.nanoTime() + PAUSE.toNanos();
    }

    private void accept() throws IOException {
        SocketChannel channel;
        while ((channel = server.accept()) != null) {
            channel.configureBlocking(false);
            begin(TcpHandshake.called(secret, node, nodes, channel, System.nanoTime() + ATTEMPT_TIME.toNanos()));
            if (handshakes.size() > nodes + STRANGERS) {
                drop(handshakes.iterator().next(), "too many others have called since");
            }
        }
    }

    private void begin(TcpHandshake handshake) throws IOException {
        handshake.channel().register(selector, handshake.interest(), handshake);
        handshakes.add(handshake);
    }

    private void advance(SelectionKey key, TcpHandshake handshake) {
        if (!handshakes.contains(handshake)) {
            return; // dropped since
        }
        try {
            if (!handshake.advance()) {
                key.interestOps(handshake.interest());
                return;
            }
            int peer = handshake.peer();
            if (!missing.get(peer)) {
                drop(handshake, "it is connected already");
                return;
            }
            prepare(handshake.channel());
            key.cancel();
            handshakes.remove(handshake);
            missing.clear(peer);
            met.add(handshake);
        } catch (TcpHandshake.NoProofException e) {
            drop(handshake, e.getMessage());
            int peer = handshake.peer();
            if (peer < node) {
                throw new TransportException("node " + peer + " at " + cards.get(peer)
                        + " does not know the secret of the job", e);
            }
        } catch (IOException e) {
            drop(handshake, TcpConnection.reason(e));
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, SILENT_SECONDS);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, PROBE_SECONDS);
        channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    }

    private void dropLate() {
        long now = System.nanoTime();
        for (TcpHandshake handshake : List.copyOf(handshakes)) {
            if (now - handshake.deadline() > 0) {
                drop(handshake, "it has said too little for too long");
            }
        }
    }

    private void drop(TcpHandshake handshake, String reason) {
        handshakes.remove(handshake);
        int peer = handshake.peer();
        if (peer >= 0 && peer < node) {
            callAgain(peer);
        } else {
            options.log().accept("node " + node + " has dropped a connection from " + remote(handshake.channel()) + ": "
                    + reason);
        }
        close(handshake.channel());
    }

    private static String remote(SocketChannel channel) {
        try {
            return channel.getRemoteAddress() instanceof InetSocketAddress address
                    ? address.getAddress().getHostAddress() + ":" + address.getPort() : "somewhere";
        } catch (IOException e) {
            return "somewhere";
        }
    }

    @Override
    public void close() {
        handshakes.forEach(handshake -> close(handshake.channel()));
        if (!successful) {
            met.forEach(handshake -> close(handshake.channel()));
        }
        try {
            selector.close();
        } catch (IOException e) {
            // Nobody waits there.
        }
    }

    private static void close(SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Nothing was under way.
        }
    }
}
