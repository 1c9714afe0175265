package flotilla.transport;

import flotilla.memory.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A node in a process of its own, which sends back what it gets. Says its card on standard output, reads the cards of all from
 * standard input, and ends with that. A frame is answered by a frame of eight bytes: an address at which its bytes lie.
 */
final class NodeProcess {
    private static final int BYTES = 4 << 20;

    static Process start(String transport, JobSecret secret, int node, int nodes) throws IOException {
        var command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-Xmx128m",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                NodeProcess.class.getName(), transport, Integer.toString(node), Integer.toString(nodes));
        command.environment().put("SECRET", secret.text());
        return command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    public static void main(String[] arguments) throws IOException {
        int node = Integer.parseInt(arguments[1]);
        int nodes = Integer.parseInt(arguments[2]);
        var start = Transports.start(arguments[0], JobSecret.parse(System.getenv("SECRET")), node, nodes,
                TransportOptions.local(System.err::println));
        System.out.println(start.card());
        var in = new BufferedReader(new InputStreamReader(System.in));
        List<String> cards = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            cards.add(in.readLine());
        }
        var transport = new AtomicReference<Transport>();
        transport.set(start.connect(cards, new Echo(transport)));
        Thread.ofPlatform().daemon().start(() -> {
            try {
                in.readLine();
            } catch (IOException e) {
                // As good as its end.
            }
            Transport node0 = transport.getAndSet(null);
            node0.close();
            System.exit(0);
        });
        for (Transport polled = transport.get(); polled != null; polled = transport.get()) {
            if (!polled.poll()) {
                polled.await(1_000_000_000);
            }
        }
        try {
            Thread.sleep(60_000); // until the other thread has ended the process
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class Echo implements Receiver {
        private final AtomicReference<Transport> transport;
        private final long memory = Arena.global().allocate(BYTES).address();
        private final long address = Arena.global().allocate(Long.BYTES).address();

        Echo(AtomicReference<Transport> transport) {
            this.transport = transport;
        }

        @Override
        public void frame(int fromNode, long at, int bytes) {
            Memory.copy(at, memory, bytes);
            Memory.putLong(address, memory);
            transport.get().send(fromNode, address, Long.BYTES, 0, 0);
        }

        @Override
        public long bulkTarget(int fromNode, long key, long bytes) {
            return memory;
        }

        @Override
        public void bulkArrived(int fromNode, long key, long bytes) {
            transport.get().sendBulk(fromNode, key, memory, bytes, () -> { });
        }

        @Override
        public void lost(int node, String reason) {
            System.exit(1);
        }
    }

    private NodeProcess() {}
}
