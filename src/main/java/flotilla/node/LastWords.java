package flotilla.node;

import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.schedule.Schedule;
import flotilla.trap.Guest;
import flotilla.trap.Traps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Lets ranks that will not run on pass on what stands in their streams' buffers, when a job ends before they do. Each is
 * resumed once, for a call of the guest library's {@code flotilla_flush_output}, on a thread made for that.
 */
final class LastWords {
    /** A guest that hangs in its own flush does not hold up the end of the job for longer. */
    private static final long PATIENCE_MILLIS = 5000;

    /**
     * @param last the rank that ends the job, when it waits in a trap; or null
     * @param flushFunction address of the flush function in a rank's slot
     */
    static void say(Schedule schedule, Traps traps, Rank last, ToLongFunction<Rank> flushFunction) {
        List<Rank> ranks = new ArrayList<>(schedule.seize());
        if (last != null) {
            ranks.add(last);
        }
        if (ranks.isEmpty()) {
            return;
        }
        Thread thread = Thread.ofPlatform().daemon().name("last words").start(() -> {
            Guest.PeThread pe = traps.enterThread();
            for (Rank rank : ranks) {
                traps.bind(rank, pe, new PeLocal());
                traps.callAtEnd(rank, flushFunction.applyAsLong(rank));
            }
        });
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LastWords() {}
}
