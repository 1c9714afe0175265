package flotilla.bench.group;

import java.util.ArrayList;
import java.util.List;

/** Jobs of two nodes of this machine, with one PE each. */
final class TwoNodes {
    /** Options of {@code flotilla run}, with others behind. */
    static List<String> options(int ranks, String... others) {
        var options = new ArrayList<>(List.of("-n", Integer.toString(ranks), "--nodes", "2", "--pes-per-node", "1"));
        options.addAll(List.of(others));
        return options;
    }

    private TwoNodes() {}
}
