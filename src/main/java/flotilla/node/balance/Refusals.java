package flotilla.node.balance;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells the user of ranks that have asked to be moved and stay (AMPI_Migrate_to_pe answers MPI_SUCCESS all the same, since the program
 * goes on as well). A program may ask in each of its steps: each rank and reason is told once by each node. Any thread.
 */
public final class Refusals {
    private record Told(int rank, String reason) {}

    private final Consumer<String> tell;
    private final Set<Told> told = ConcurrentHashMap.newKeySet();

    /** @param tell passes on a line for the user */
    public Refusals(Consumer<String> tell) {
        this.tell = tell;
    }

    void tell(int rank, String reason) {
        if (told.add(new Told(rank, reason))) {
            tell.accept("AMPI_Migrate_to_pe: rank " + rank + " stays: " + reason);
        }
    }
}
