package flotilla.bench.group;

import java.util.List;

/** The load follows a wave, as in a simulation of a flood. */
final class FrontGroup extends LoadsGroup {
    private static final int RANKS = 32;
    private static final double SHARE_OF_IDEAL = 0.9;

    FrontGroup() {
        super("front", RANKS, 500, 1.05, 1 / SHARE_OF_IDEAL);
    }

    @Override
    public String name() {
        return "front";
    }

    @Override
    public String title() {
        return "A stencil of " + RANKS + " ranks over which a front moves: the quarter of the rows where it is costs ten times as much as the others. It passes over all ranks "
                + "once. Otherwise as `imbalance`.";
    }

    @Override
    List<String> steps(boolean quick) {
        return quick ? List.of("80", "20", "60") : List.of("620", "120", "500");
    }
}
