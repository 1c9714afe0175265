package flotilla.balance.simulate;

import flotilla.balance.Load;
import flotilla.balance.Strategy;
import flotilla.balance.trace.TraceStep;

/** What the job itself has decided, by the trace. */
final class Recorded implements Strategy {
    private TraceStep step;
    private boolean moved;

    void at(TraceStep step) {
        this.step = step;
    }

    /** Whether it has ever moved a rank to another node. */
    boolean hasMoved() {
        return moved;
    }

    @Override
    public String name() {
        return "as recorded";
    }

    @Override
    public int[] place(Load load) {
        int[] nodes = step.load().at(step.decided()).byNode().places();
        for (int rank = 0; rank < nodes.length; rank++) {
            moved |= nodes[rank] != load.places()[rank];
        }
        return nodes;
    }
}
