package flotilla.mpi.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class PeerCountsTest {
    @Property(tries = 200)
    void countsWhatASimpleMapDoes(@ForAll @Size(max = 500) List<@IntRange(min = 0, max = 1_000_000) Integer> receivers) {
        var counts = new PeerCounts();
        var expected = new HashMap<Integer, List<Long>>();
        for (int receiver : receivers) {
            counts.add(receiver, receiver + 1L);
            expected.merge(receiver, List.of(1L, receiver + 1L), (a, b) -> List.of(a.get(0) + b.get(0), a.get(1) + b.get(1)));
        }
        var seen = new HashMap<Integer, List<Long>>();
        counts.visit((receiver, messages, bytes) -> seen.put(receiver, List.of(messages, bytes)));
        assertThat(seen).isEqualTo(expected);
    }
}
