package flotilla.mpi.core;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class PlacementTest {
    @Property(tries = 300)
    void blocksCoverAllRanksEvenly(@ForAll @IntRange(min = 1, max = 2000) int ranks, @ForAll @IntRange(min = 1, max = 64) int wanted) {
        int nodes = Math.min(ranks, wanted);
        var placement = new Placement(ranks, nodes);
        int rank = 0;
        for (int node = 0; node < nodes; node++) {
            assertThat(placement.first(node)).isEqualTo(rank);
            assertThat(placement.count(node)).isBetween(ranks / nodes, (ranks + nodes - 1) / nodes);
            for (int i = 0; i < placement.count(node); i++) {
                assertThat(placement.node(rank++)).isEqualTo(node);
            }
        }
        assertThat(rank).isEqualTo(ranks);
    }

    @Property(tries = 1)
    void doesNotOverflow() {
        assertThat(new Placement(Integer.MAX_VALUE, 1 << 16).node(Integer.MAX_VALUE - 1)).isEqualTo((1 << 16) - 1);
        assertThat(new Placement(Integer.MAX_VALUE, 1 << 16).first(1 << 16)).isEqualTo(Integer.MAX_VALUE);
    }
}
