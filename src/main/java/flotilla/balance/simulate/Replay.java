package flotilla.balance.simulate;

import flotilla.balance.BalanceException;
import flotilla.balance.Load;
import flotilla.balance.MoveCost;
import flotilla.balance.Placement;
import flotilla.balance.Strategy;
import java.util.ArrayList;
import java.util.List;

/**
 * One strategy through all steps. What it decides for one step is judged by the load of the next, since a job has nothing but the
 * past to decide from; of a single step there is nothing else than that step.
 */
final class Replay {
    private final String name;
    private final Strategy strategy;
    private final MoveCost cost;
    private final List<Long> decisions = new ArrayList<>();
    private int[] places;
    private int pes;
    private int steps;
    private Placement last;
    private double moving;
    private double longest;
    private double average;
    private double ideal;
    private double idealOfLast;
    private double time;
    private long moves;
    private double movedBytes;
    private double bytesBetweenNodes;

    Replay(Strategy strategy, MoveCost cost) {
        this.name = strategy.name();
        this.strategy = strategy;
        this.cost = cost;
    }

    void step(Load measured) {
        if (places == null) {
            places = measured.places().clone();
            pes = measured.pes().count();
        } else if (measured.ranks() != places.length || measured.pes().count() != pes) {
            throw new BalanceException("step " + (steps + 1) + " has " + measured.ranks() + " ranks on " + measured.pes().count()
                    + " nodes, the one before " + places.length + " on " + pes + "; only steps of one shape can be replayed");
        }
        Load load = measured.at(places);
        if (steps > 0) {
            count(Placement.of(load, places), load.ideal());
        }
        long begin = System.nanoTime();
        int[] decided = strategy.place(load);
        decisions.add(System.nanoTime() - begin);
        last = Placement.of(load, decided);
        idealOfLast = load.ideal();
        moving = cost.of(load, decided);
        moves += last.moves();
        movedBytes += last.movedBytes();
        places = decided;
        steps++;
    }

    /** An interval that was passed with these places, after the moves that led there. */
    private void count(Placement met, double best) {
        longest += met.longest();
        average += met.average();
        ideal += best;
        time += met.longest() + moving;
        bytesBetweenNodes += met.bytesBetweenNodes();
    }

    Outcome outcome() {
        if (steps == 1) {
            count(last, idealOfLast);
        }
        List<Long> later = decisions.subList(Math.min(1, decisions.size() - 1), decisions.size()).stream().sorted().toList();
        return new Outcome(name, average > 0 ? longest / average : 1, time, ideal, moves, movedBytes,
                bytesBetweenNodes / Math.max(1, steps - 1), decisions.getFirst(), later.get(later.size() / 2));
    }
}
