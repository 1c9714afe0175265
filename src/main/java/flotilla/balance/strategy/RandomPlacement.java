package flotilla.balance.strategy;

import flotilla.balance.Load;
import flotilla.balance.Strategy;
import java.util.SplittableRandom;

/**
 * Every rank moves to a PE that is drawn, each with the same probability: for tests, and for what chance alone evens out
 * (Charm++'s RandCentLB). One stream of numbers runs through all steps of a job.
 */
final class RandomPlacement implements Strategy {
    private final SplittableRandom random;

    RandomPlacement(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public String name() {
        return "random";
    }

    @Override
    public int[] place(Load load) {
        int[] places = load.places().clone();
        for (int rank = 0; rank < places.length; rank++) {
            if (load.movable()[rank]) {
                places[rank] = random.nextInt(load.pes().count());
            }
        }
        return places;
    }
}
