package flotilla.mpi.p2p;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import java.util.List;

final class CreditTest {
    private static final int NODES = 3;

    /** Messages that take any way through the nodes: once they are received, no node is charged with more than one portion for each. */
    @Property(tries = 50)
    void whatWasChargedComesBack(@ForAll @Size(min = 1, max = 400) List<@IntRange(min = 0, max = 8192) Integer> sizes, @ForAll long seed) {
        var credit = new Credit[] {new Credit(NODES), new Credit(NODES), new Credit(NODES)};
        var random = new java.util.Random(seed);
        // Enough of them to exhaust any window, if it was not given back.
        for (int repeat = 0; repeat < 200; repeat++) {
            for (int bytes : sizes) {
                int at = random.nextInt(NODES);
                for (int hops = 1 + random.nextInt(4); hops > 0; hops--) {
                    int to = (at + 1 + random.nextInt(NODES - 1)) % NODES;
                    credit[at].charge(to, bytes);
                    long due = credit[to].owe(at, bytes);
                    credit[at].giveBack(to, due);
                    at = to;
                }
            }
        }
        for (int from = 0; from < NODES; from++) {
            for (int to = 0; to < NODES; to++) {
                assertThat(credit[from].isExhausted(to)).isFalse();
            }
        }
    }

    @Property(tries = 20)
    void whoGetsNothingBackMustStop(@ForAll @IntRange(min = 1, max = 8192) int bytes) {
        var credit = new Credit(2);
        int sent = 0;
        while (!credit.isExhausted(1)) {
            credit.charge(1, bytes);
            sent++;
        }
        assertThat((long) sent * bytes).isLessThanOrEqualTo((32L << 20) + bytes);
        assertThat(credit.isExhausted(0)).isFalse();
    }
}
