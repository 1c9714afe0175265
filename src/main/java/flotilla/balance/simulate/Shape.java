package flotilla.balance.simulate;

import flotilla.balance.BalanceException;
import flotilla.balance.Load;
import flotilla.balance.Pes;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * PEs and nodes on which a trace is replayed: those that were measured, or others, which are alike and have no other load.
 *
 * @param pes empty for as many as were measured
 * @param nodes empty for as many as were measured; with another number of PEs, for as many as there are PEs
 */
public record Shape(OptionalInt pes, OptionalInt nodes) {
    public static final Shape MEASURED = new Shape(OptionalInt.empty(), OptionalInt.empty());

    /** The load as placement by node sees it; on another shape with ranks in blocks, as jobs start. */
    Load of(Load measured) {
        if (equals(MEASURED)) {
            return measured.byNode();
        }
        int count = pes.orElse(measured.pes().count());
        int parts = nodes.orElse(count);
        if (parts > count) {
            throw new BalanceException("--nodes " + parts + ": there are " + count
                    + " PEs, and each node needs one; give more with --pes");
        }
        return measured.on(Pes.alike(count, parts), blocks(measured.ranks(), count)).byNode();
    }

    static int[] blocks(int ranks, int pes) {
        var places = new int[ranks];
        Arrays.setAll(places, rank -> (int) ((long) rank * pes / ranks));
        return places;
    }
}
