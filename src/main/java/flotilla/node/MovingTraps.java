package flotilla.node;

import flotilla.mpi.core.CallState;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.trap.Guest;
import flotilla.trap.Traps;
import java.util.function.Consumer;

/**
 * For tests, with one PE: a rank that must wait leaves the process and arrives in it again, each time or each N-th time. Other
 * jobs have nothing of this in their way.
 */
final class MovingTraps implements Traps {
    private final Traps traps;
    private final int every;
    private final Consumer<Rank> move;
    private int blocked;

    /**
     * @param every how many ranks must have to wait before one is moved
     * @param move  moves a rank that stands still
     */
    MovingTraps(Traps traps, int every, Consumer<Rank> move) {
        this.traps = traps;
        this.every = every;
        this.move = move;
    }

    private int moved(Rank rank, int answer) {
        if ((answer == BLOCKED || answer == YIELD) && rank.lock == null && ++blocked % every == 0) {
            move.accept(rank);
        }
        return answer;
    }

    @Override
    public int run(Rank rank) {
        return moved(rank, traps.run(rank));
    }

    @Override
    public int poll(Rank rank) {
        return moved(rank, traps.poll(rank));
    }

    @Override
    public void callAtEnd(Rank rank, long function) {
        traps.callAtEnd(rank, function);
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

    // A rank with several threads stays.

    @Override
    public void bind(long control, Guest.PeThread thread) {
        traps.bind(control, thread);
    }

    @Override
    public int run(Rank rank, CallState calls) {
        return traps.run(rank, calls);
    }

    @Override
    public int poll(Rank rank, CallState calls) {
        return traps.poll(rank, calls);
    }

    @Override
    public void threadEnded(Rank rank, long control) {
        traps.threadEnded(rank, control);
    }
}
