package flotilla.transport;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** The connection with another node. */
final class TcpConnection {
    final int node;
    final SocketChannel channel;
    final TcpSender sender;
    final TcpReceiver receiver;
    /** Closed, for whatever reason. Written by who polls. */
    private volatile boolean gone;

    TcpConnection(TcpHandshake handshake) {
        node = handshake.peer();
        channel = handshake.channel();
        sender = new TcpSender(channel, handshake.key(true));
        receiver = new TcpReceiver(node, channel, handshake.key(false), TcpTransport.MAX_FRAME);
    }

    boolean isGone() {
        return gone;
    }

    /** Hands out what has arrived; tells of the end of the connection. By who polls. */
    boolean receive(Receiver to) {
        if (gone) {
            return false;
        }
        try {
            boolean any = receiver.receive(to);
            if (receiver.goodbye()) {
                end("it has said goodbye");
                return true;
            }
            if (any || sender.broken() == null) {
                return any;
            }
        } catch (IOException e) {
            sender.breakOff(reason(e));
        }
        String reason = sender.broken();
        end(reason);
        to.lost(node, reason);
        return true;
    }

    private void end(String reason) {
        gone = true;
        sender.breakOff(reason);
        sender.flush(true);
        close();
    }

    void close() {
        gone = true;
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is read or written any more.
        }
    }

    static String reason(IOException e) {
        return e.getMessage() == null ? "the connection is closed" : e.getMessage();
    }
}
