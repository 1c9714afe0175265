package flotilla.balance.strategy;

/** The ranks of each PE, in the order in which they are given: those of {@code pe} stand from {@link #from} to {@link #to}. */
final class Residents {
    private final int[] starts;
    private final int[] ranks;

    Residents(int[] order, int[] places, int pes) {
        starts = new int[pes + 1];
        for (int rank : order) {
            starts[places[rank] + 1]++;
        }
        for (int pe = 0; pe < pes; pe++) {
            starts[pe + 1] += starts[pe];
        }
        ranks = new int[order.length];
        int[] next = starts.clone();
        for (int rank : order) {
            ranks[next[places[rank]]++] = rank;
        }
    }

    int from(int pe) {
        return starts[pe];
    }

    int to(int pe) {
        return starts[pe + 1];
    }

    int rank(int index) {
        return ranks[index];
    }
}
