package flotilla.node;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.trap.Guest;
import flotilla.trap.Traps;
import java.util.function.Consumer;

/**
 * The border of a job whose process is set up for one rank at a time (method swap): sets it up for the rank that is about to run.
 * Other jobs have nothing of this in their way.
 */
final class SwappingTraps implements Traps {
    private final Traps traps;
    private final Consumer<Rank> enter;

    /** @param enter sets the process up for a rank */
    SwappingTraps(Traps traps, Consumer<Rank> enter) {
        this.traps = traps;
        this.enter = enter;
    }

    @Override
    public int run(Rank rank) {
        enter.accept(rank);
        return traps.run(rank);
    }

    @Override
    public void callAtEnd(Rank rank, long function) {
        // The function is the guest library's, and the PE may still run the rank that the process is set up for.
        traps.callAtEnd(rank, function);
    }

    @Override
    public int poll(Rank rank) {
        return traps.poll(rank);
    }

    @Override
    public Guest.PeThread enterThread() {
        return traps.enterThread();
    }

    @Override
    public void leaveThread() {
        traps.leaveThread();
    }

    @Override
    public void bind(Rank rank, Guest.PeThread thread, PeLocal pe) {
        traps.bind(rank, thread, pe);
    }

    // Ranks have one thread: the job refuses more.

    @Override
    public void bind(long control, Guest.PeThread thread) {
        throw new IllegalStateException();
    }

    @Override
    public int run(Rank rank, CallState calls) {
        throw new IllegalStateException();
    }

    @Override
    public int poll(Rank rank, CallState calls) {
        throw new IllegalStateException();
    }

    @Override
    public void threadEnded(Rank rank, long control) {
        throw new IllegalStateException();
    }
}
