package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;

/** Every rank moves to the next PE: for tests of migration (Charm++'s RotateLB). */
final class Rotate implements Strategy {
    @Override
    public String name() {
        return "rotate";
    }

    @Override
    public int[] place(Load load) {
        int[] places = load.places().clone();
        for (int rank = 0; rank < places.length; rank++) {
            if (load.movable()[rank]) {
                places[rank] = (places[rank] + 1) % load.pes().count();
            }
        }
        return places;
    }
}
