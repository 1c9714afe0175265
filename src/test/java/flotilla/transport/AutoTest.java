package flotilla.transport;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class AutoTest extends TransportContract {
    @Override
    String name() {
        return "auto";
    }

    /** Two hosts of two nodes each: as if each host had its own idea of what a host is. */
    @Test
    void sharedMemoryInAHostAndTcpBetween() {
        List<String> log = new CopyOnWriteArrayList<>();
        JobSecret secret = JobSecret.random();
        List<TransportStart> starts = new ArrayList<>();
        List<String> cards = new ArrayList<>();
        for (int node = 0; node < 4; node++) {
            starts.add(Transports.start("auto", secret, node, 4, Cluster.options(log)));
            cards.add(starts.get(node).card());
        }
        List<Recorder> recorders = new ArrayList<>();
        List<Transport> nodes = new ArrayList<>(Cluster.connectEach(starts, node -> cardsSeenBy(node, cards), node -> {
            var recorder = new Recorder();
            recorders.add(recorder);
            return recorder;
        }));
        try (var cluster = new Cluster(nodes, log).run(); var arena = Arena.ofShared()) {
            long bytes = arena.allocate(300_000).address();
            for (int from = 0; from < 4; from++) {
                assertThat(nodes.get(from)).isInstanceOf(AutoTransport.class);
                for (int to = 0; to < 4; to++) {
                    if (from != to) {
                        assertThat(nodes.get(from).canRead(to)).isEqualTo(from / 2 == to / 2);
                        Memory.putInt(bytes, 100 * from + to);
                        nodes.get(from).send(to, bytes, 4, bytes, 1000);
                        nodes.get(from).sendBulk(to, from, bytes, 300_000, () -> { });
                    }
                }
            }
            cluster.until(() -> recorders.stream().allMatch(recorder -> recorder.frames.size() == 3
                    && recorder.bulks.size() == 3));
            for (int node = 0; node < 4; node++) {
                int to = node;
                assertThat(recorders.get(node).lost).isEmpty();
                assertThat(recorders.get(node).frames).allSatisfy(frame -> assertThat(frame.bytes()).hasSize(1004)
                        .startsWith((byte) (100 * frame.from() + to), (byte) ((100 * frame.from() + to) >> 8)));
            }
            // All are idle now; a frame by TCP wakes who waits, and so does one by shared memory.
            for (int to : new int[] {1, 2}) {
                long before = System.nanoTime();
                nodes.get(0).send(to, bytes, 4, bytes, 0);
                cluster.until(() -> recorders.get(to).frames.size() == 4);
                assertThat(System.nanoTime() - before).isLessThan(Cluster.LIMIT.toNanos());
            }
        }
    }

    private static List<String> cardsSeenBy(int node, List<String> cards) {
        List<String> seen = new ArrayList<>();
        for (int other = 0; other < cards.size(); other++) {
            boolean same = node / 2 == other / 2;
            seen.add(same ? cards.get(other) : cards.get(other).replace("shm:", "shm:elsewhere"));
        }
        return seen;
    }
}
