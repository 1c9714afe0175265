package flotilla.pmi;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A process manager that answers one client's lines as it is told to. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    /** What the client has said. */
    final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile Socket socket;

    /** @param answers what is answered to a line, with the ends of lines; null hangs up */
    ScriptedServer(Function<String, String> answers) throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(() -> serve(answers));
    }

    private void serve(Function<String, String> answers) {
        try (Socket accepted = server.accept()) {
            socket = accepted;
            var input = new BufferedReader(new InputStreamReader(accepted.getInputStream(), StandardCharsets.ISO_8859_1));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                lines.add(line);
                String answer = answers.apply(line);
                if (answer == null) {
                    return;
                }
                say(answer);
            }
        } catch (IOException e) {
            // The client is gone.
        }
    }

    void say(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    String port() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        server.close();
        if (socket != null) {
            socket.close();
        }
    }
}
