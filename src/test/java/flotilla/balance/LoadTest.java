package flotilla.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LoadTest {
    private static final Traffic NO_TRAFFIC = Traffic.none(1);

    private static Load one(double work, int place, long bytes) {
        return new Load(1, new double[] {work}, new int[] {place}, new long[] {bytes}, new boolean[] {true}, NO_TRAFFIC,
                Pes.alike(2, 2));
    }

    @Example
    void whatCannotBeIsRefused() {
        assertThat(one(0, 0, 0).ranks()).isEqualTo(1);
        for (double work : new double[] {Double.NaN, -1, Double.POSITIVE_INFINITY, 0x1p63}) {
            assertThatThrownBy(() -> one(work, 0, 0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("rank 0");
        }
        assertThatThrownBy(() -> one(0, 2, 0)).hasMessageContaining("PE 2 of 2");
        assertThatThrownBy(() -> one(0, 0, -1)).hasMessageContaining("-1 bytes");
        assertThatThrownBy(() -> new Pes(new int[] {1}, new double[] {1}, new long[1],
                new long[1])).hasMessageContaining("node 1");
        assertThatThrownBy(() -> new Pes(new int[] {0, 2, 2}, new double[] {1, 1, 1}, new long[3],
                new long[3])).hasMessageContaining("node 1 has no PE");
        assertThatThrownBy(() -> new Pes(new int[1], new double[] {Double.NaN}, new long[1],
                new long[1])).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Traffic(new int[] {0, 1}, new int[] {0}, new long[1],
                new long[1])).hasMessageContaining("rank 0");
    }

    @Example
    void measuredTimesBecomeWorkBySpeed() {
        var pes = new Pes(new int[] {0, 1}, new double[] {1, 2}, new long[] {5, 0}, new long[2]);
        Load load = Load.measured(100, new long[] {10, 10}, new int[] {0, 1}, new long[2], new boolean[2], Traffic.none(2), pes);
        assertThat(load.work()).containsExactly(10, 20);
        assertThat(load.times(load.places())).containsExactly(15, 10);
        assertThat(load.average()).isEqualTo(35.0 / 3);
        assertThat(load.ideal()).isEqualTo(35.0 / 3);
    }

    @Example
    void placementCountsMovesAndWhatIsBetweenNodes() {
        var traffic = new Traffic(new int[] {0, 1, 2, 2}, new int[] {1, 2}, new long[] {1, 1}, new long[] {100, 10});
        var load = new Load(100, new double[] {6, 3, 3}, new int[] {0, 0, 2}, new long[] {7, 8, 9}, new boolean[3], traffic,
                new Pes(new int[] {0, 0, 1}, new double[] {1, 1, 1}, new long[3], new long[3]));
        assertThat(Placement.of(load, load.places())).isEqualTo(new Placement(9, 4, 0, 0, 10));
        // Rank 1 to the other PE of its node, rank 2 to the other node.
        assertThat(Placement.of(load, new int[] {0, 1, 0})).isEqualTo(new Placement(9, 4, 2, 9, 0));
        assertThat(Placement.of(load, new int[] {0, 2, 2}).imbalance()).isEqualTo(1.5);
    }

    @Property(tries = 200)
    void nodesDoAllThatTheirPesDo(@ForAll Random random) {
        Load load = RandomLoad.of(random);
        Load byNode = load.byNode();
        assertThat(byNode.pes().count()).isEqualTo(load.pes().nodes());
        assertThat(byNode.average()).isCloseTo(load.average(), within(1 + 1e-9 * load.average()));
        assertThat(Placement.longest(byNode, byNode.places())).isLessThanOrEqualTo(Placement.longest(load, load.places()) * (1
                + 1e-9) + 1);
    }

    @Property(tries = 100)
    void transposedTwiceIsTheSame(@ForAll Random random) {
        Traffic traffic = RandomLoad.of(random).traffic();
        Traffic twice = traffic.transposed().transposed();
        assertThat(Arrays.equals(twice.offsets(), traffic.offsets()) && Arrays.equals(twice.peers(), traffic.peers())
                && Arrays.equals(twice.bytes(), traffic.bytes()) && Arrays.equals(twice.messages(), traffic.messages())).isTrue();
    }
}
