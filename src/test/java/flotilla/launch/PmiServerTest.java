package flotilla.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.pmi.JobProof;
import flotilla.pmi.PmiException;
import flotilla.pmi.ProcessManager;
import flotilla.pmi.ProcessManagers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The launcher's server and the nodes' client, and who is neither. */
final class PmiServerTest {
    private static final int NODES = 5;

    private final String secret = JobProof.newSecret();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private PmiServer server;

    @BeforeEach
    void start() throws IOException {
        server = new PmiServer(InetAddress.getLoopbackAddress(), NODES, secret, new PmiServer.Listener() {
            @Override
            public void joined(int node) {
                events.add("joined " + node);
            }

            @Override
            public void aborted(int node, int status) {
                events.add("aborted " + node + " " + status);
            }

            @Override
            public void left(int node, boolean finalized) {
                events.add("left " + node + " " + finalized);
            }

            @Override
            public void refused(String reason) {
                events.add("refused " + reason);
            }
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ProcessManager join(int node, String known) {
        return ProcessManagers.join(Map.of("PMI_PORT", "127.0.0.1:" + server.port(), "PMI_ID", Integer.toString(node), "FLOTILLA_JOB_SECRET", known),
                "host" + node, 1000 + node);
    }

    private String event() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void nodesMeet() throws Exception {
        List<CompletableFuture<List<String>>> told = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            int node = i;
            told.add(CompletableFuture.supplyAsync(() -> {
                ProcessManager manager = join(node, secret);
                assertThat(manager.node()).isEqualTo(node);
                var all = new ArrayList<String>();
                for (int round = 0; round < 20; round++) {
                    manager.put("key" + round, "x".repeat(40_000 * (round % 2)) + node);
                    manager.barrier();
                    all.add(manager.get((node + 1) % NODES, "key" + round));
                }
                manager.close();
                return all;
            }, command -> Thread.ofPlatform().start(command)));
        }
        for (int node = 0; node < NODES; node++) {
            List<String> all = told.get(node).get(60, TimeUnit.SECONDS);
            String next = Integer.toString((node + 1) % NODES);
            assertThat(all).hasSize(20).allMatch(value -> value.endsWith(next));
            assertThat(server.process(node)).isEqualTo(new PmiServer.Process("host" + node, 1000 + node));
        }
        for (int i = 0; i < 2 * NODES; i++) {
            assertThat(event()).matches("joined \\d|left \\d true");
        }
    }

    @Test
    void wrongSecretIsRefusedOnBothSides() throws Exception {
        assertThatThrownBy(() -> join(0, JobProof.newSecret())).isInstanceOf(PmiException.class);
        assertThat(event()).startsWith("refused").contains("secret");
        assertThat(server.process(0)).isNull();
    }

    @Test
    void nodesThatAreThereOrAreNoneAreRefused() throws Exception {
        ProcessManager first = join(1, secret);
        assertThat(event()).isEqualTo("joined 1");
        assertThatThrownBy(() -> join(1, secret)).isInstanceOf(PmiException.class);
        assertThat(event()).contains("there already");
        assertThatThrownBy(() -> join(NODES, secret)).isInstanceOf(PmiException.class);
        assertThat(event()).contains("no node " + NODES);
        first.close();
    }

    @Test
    void abortAndLossAreTold() throws Exception {
        ProcessManager manager = join(2, secret);
        assertThat(event()).isEqualTo("joined 2");
        manager.abort(300 & 0xff, "");
        assertThat(event()).isEqualTo("aborted 2 44");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("cmd=initack pmiid=0\n".getBytes());
        }
        assertThat(event()).startsWith("refused");
    }

    @Test
    void garbageIsForgotten() throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        for (int i = 0; i < 30; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                byte[] bytes = new byte[random.nextInt(1, 2000)];
                random.nextBytes(bytes);
                socket.getOutputStream().write(bytes);
            } catch (IOException refused) {
                // As it should be.
            }
        }
        for (int i = 0; i < 30; i++) {
            assertThat(event()).startsWith("refused");
        }
        ProcessManager manager = join(3, secret);
        assertThat(event()).isEqualTo("joined 3");
        manager.close();
        assertThat(event()).isEqualTo("left 3 true");
    }
}
