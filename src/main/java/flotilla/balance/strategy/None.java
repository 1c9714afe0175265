package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;

/** Nobody moves: what others are compared with. */
final class None implements Strategy {
    @Override
    public String name() {
        return "none";
    }

    @Override
    public int[] place(Load load) {
        return load.places().clone();
    }
}
