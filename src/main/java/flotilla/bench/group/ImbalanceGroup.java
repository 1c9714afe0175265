package flotilla.bench.group;

import java.util.List;

/** Some ranks cost ten times as much as the others, and always the same ones. */
final class ImbalanceGroup extends LoadsGroup {
    private static final int RANKS = 16;

    ImbalanceGroup() {
        super("imbalanced", RANKS, 1000, 1.05, 1.10);
    }

    @Override
    public String name() {
        return "imbalance";
    }

    @Override
    public String title() {
        return "A stencil of " + RANKS + " ranks, of which the first four cost ten times as much as the others, on one node with two PEs, and on two nodes with one PE each "
                + "by `--balance`; MPICH and Open MPI with two processes. Time per step once it is balanced. *All ranks alike*: as much work, but the same for each. "
                + "*Speed-up*: of Flotilla, over two nodes without balancing; *of ideal*: what ranks that are all alike take, by what these take.";
    }

    @Override
    List<String> steps(boolean quick) {
        return quick ? List.of("60", "20") : List.of("800", "500");
    }
}
