package flotilla.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Stands between two nodes. In either direction one byte is changed, or everything ends at it. */
final class Proxy implements AutoCloseable {
    private final ServerSocket server;

    Proxy(InetSocketAddress target, long at, boolean cut, byte flipped) throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Socket caller = server.accept();
                var called = new Socket(target.getAddress(), target.getPort());
                Thread.ofPlatform().daemon().start(() -> pass(caller, called, at, cut, flipped));
                pass(called, caller, at, cut, flipped);
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    String card() {
        return new TcpCard((InetSocketAddress) server.getLocalSocketAddress()).toString();
    }

    private static void pass(Socket from, Socket to, long at, boolean cut, byte flipped) {
        byte[] bytes = new byte[4096];
        long passed = 0;
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length;
            while ((length = in.read(bytes)) > 0) {
                if (at >= passed && at < passed + length) {
                    if (cut) {
                        out.write(bytes, 0, (int) (at - passed));
                        return;
                    }
                    bytes[(int) (at - passed)] ^= flipped;
                }
                passed += length;
                out.write(bytes, 0, length);
            }
        } catch (IOException e) {
            // One side has gone.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
