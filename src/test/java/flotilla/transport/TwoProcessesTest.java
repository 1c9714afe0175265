package flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.memory.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes in different processes, and what the others notice when one ends. */
@Timeout(120)
class TwoProcessesTest {
    /** A node that is killed is reported once; one that says goodbye is not. */
    @ParameterizedTest
    @CsvSource({"tcp, true", "tcp, false", "shm, true", "shm, false", "auto, true", "ucx, true", "ucx, false"})
    void exchangeAndEnd(String name, boolean killed) throws IOException, InterruptedException {
        Assumptions.assumeTrue(!name.equals("ucx") || UcxTest.isThere(), "libucp.so.0 is missing: apt install libucx0");
        JobSecret secret = JobSecret.random();
        List<String> log = new CopyOnWriteArrayList<>();
        var recorder = new Recorder();
        var start = Transports.start(name, secret, 0, 2, Cluster.options(log));
        Process process = NodeProcess.start(name, secret, 1, 2);
        try (var arena = Arena.ofShared()) {
            String card = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
            assertThat(card).isNotNull();
            var input = new PrintWriter(process.getOutputStream(), true);
            input.println(start.card());
            input.println(card);
            Transport node = start.connect(List.of(start.card(), card), recorder);
            try (var cluster = new Cluster(List.of(node), log).run()) {
                exchange(node, cluster, recorder, arena, name.equals("shm") || name.equals("auto"));
                if (killed) {
                    process.destroyForcibly();
                    cluster.until(() -> !recorder.lost.isEmpty());
                    assertThat(recorder.lost.get(0).node()).isOne();
                    assertThat(recorder.lost.get(0).reason()).isNotBlank().doesNotContain("\n");
                } else {
                    input.println();
                    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                }
                MemorySegment one = arena.allocate(8);
                for (int i = 0; i < 200; i++) {
                    node.send(1, one.address(), 8, 0, 0);
                    Cluster.pause();
                }
            }
            assertThat(recorder.lost).hasSize(killed ? 1 : 0);
            assertThat(log).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void exchange(Transport node, Cluster cluster, Recorder recorder, Arena arena, boolean sharesHost) {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        MemorySegment data = arena.allocate(bytes.length);
        Memory.put(bytes, 0, data.address(), bytes.length);
        node.send(1, data.address(), 100, data.address() + 100, 9_900);
        cluster.until(() -> recorder.frames.size() == 1);
        assertThat(node.canRead(1)).isEqualTo(sharesHost);
        if (sharesHost) {
            MemorySegment copy = arena.allocate(10_000);
            MemorySegment address = arena.allocate(Long.BYTES);
            Memory.put(recorder.frames.get(0).bytes(), 0, address.address(), Long.BYTES);
            node.read(1, Memory.getLong(address.address()), copy.address(), 10_000);
            assertThat(copy.mismatch(data.asSlice(0, 10_000))).isEqualTo(-1);
        }
        node.sendBulk(1, 9, data.address(), bytes.length, () -> { });
        cluster.until(() -> recorder.bulks.size() == 1);
        assertThat(recorder.bulks.get(0).bytes()).isEqualTo(bytes);
    }
}
