package flotilla.node;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.image.LoadException;
import flotilla.memory.SlotRange;
import flotilla.pmi.ProcessManager;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What nodes agree on, with a process manager that connects threads. */
final class MembershipTest {
    private static final int NODES = 3;

    private final Map<String, String> store = new ConcurrentHashMap<>();
    private final CyclicBarrier barrier = new CyclicBarrier(NODES);

    private final class Manager implements ProcessManager {
        private final int node;

        Manager(int node) {
            this.node = node;
        }

        @Override
        public int node() {
            return node;
        }

        @Override
        public int nodes() {
            return NODES;
        }

        @Override
        public InetAddress address() {
            return null;
        }

        @Override
        public void put(String key, String value) {
            assertThat(store.putIfAbsent(key + "-" + node, value)).as(key).isNull();
        }

        @Override
        public String get(int from, String key) {
            return store.get(key + "-" + from);
        }

        @Override
        public void barrier() {
            try {
                barrier.await(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void abort(int status, String message) {
            barrier.reset();
        }

        @Override
        public void listen(Listener listener) {
            // Nothing is said.
        }

        @Override
        public void close() {
            // Threads end by themselves.
        }
    }

    /** What each node's part ends with: its result, or the message it is refused with. */
    private List<String> onAllNodes(Function<Membership, Object> part) throws Exception {
        var results = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < NODES; i++) {
            int node = i;
            results.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return String.valueOf(part.apply(Membership.of(new Manager(node), null)));
                } catch (RefusedException refused) {
                    return "refused: " + refused.getMessage();
                }
            }, command -> Thread.ofPlatform().start(command)));
        }
        var all = new ArrayList<String>();
        for (CompletableFuture<String> result : results) {
            all.add(result.get(60, TimeUnit.SECONDS));
        }
        return all;
    }

    @Test
    void allHaveOneSecret() throws Exception {
        List<String> secrets = onAllNodes(Membership::secret);
        assertThat(secrets.getFirst()).hasSize(64);
        assertThat(secrets).containsOnly(secrets.getFirst());
    }

    @Test
    void coresAreShared() throws Exception {
        int share = Math.max(1, Runtime.getRuntime().availableProcessors() / NODES);
        assertThat(onAllNodes(Membership::cores)).containsOnly(Integer.toString(share));
    }

    @Test
    void whatAllCannotDoOneTells() throws Exception {
        assertThat(onAllNodes(membership -> membership.together("x", () -> {
            throw new LoadException("no such file");
        }))).containsExactly("refused: no such file", "refused: null", "refused: null");
    }

    @Test
    void whatOneCannotDoIsNamed() throws Exception {
        List<String> ends = onAllNodes(membership -> membership.together("x", () -> {
            if (membership.node() == 2) {
                throw new LoadException("no such file");
            }
            return "done";
        }));
        assertThat(ends.getFirst()).startsWith("refused: node 2 (").endsWith("): no such file");
        assertThat(ends.subList(1, NODES)).containsOnly("refused: null");
    }

    @Test
    void whatMustBeTheSame() throws Exception {
        assertThat(onAllNodes(membership -> {
            membership.requireSame("x", "the options", "-n 4", "use the same");
            return "same";
        })).containsOnly("same");
        store.clear();
        List<String> ends = onAllNodes(membership -> {
            membership.requireSame("x", "the options", "-n " + membership.node() / 2, "use the same");
            return "same";
        });
        assertThat(ends.getFirst()).contains("the options differ", "node 0 (", ": -n 0, and node 2 (", ": -n 1; use the same");
    }

    @Test
    void slotsAreFreeEverywhere() throws Exception {
        SlotRange alone = SlotRange.choose(8, 1 << 20);
        List<String> ranges = onAllNodes(membership -> {
            long start = alone.base() + membership.node() * alone.slotSize();
            List<SlotRange.Taken> taken = membership.node() == 0 ? List.of() : List.of(new SlotRange.Taken(start, start + 4096));
            return SlotAgreement.choose(membership, 8, 1 << 20, taken);
        });
        assertThat(ranges).containsOnly(ranges.getFirst());
        SlotRange expected = SlotRange.choose(8, 1 << 20, List.of(new SlotRange.Taken(alone.base(), alone.base() + 2 * alone.slotSize() + 4096)));
        assertThat(ranges.getFirst()).isEqualTo(expected.toString());
        assertThat(expected.base()).isGreaterThan(alone.base() + 2 * alone.slotSize());
    }

    @Test
    void identitySurvivesItsText() {
        NodeIdentity own = NodeIdentity.own();
        assertThat(NodeIdentity.parse(own.text())).isEqualTo(own);
        assertThat(own.sharesCores(own)).isTrue();
        assertThat(own.sharesNetwork(own)).isTrue();
    }
}
