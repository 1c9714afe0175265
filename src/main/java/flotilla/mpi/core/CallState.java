package flotilla.mpi.core;

import java.util.ArrayDeque;

/**
 * What a thread of a rank has under way in MPI: at most one call. That of the main thread stands in the {@link Rank}
 * itself; {@link Rank#exchange} puts another thread's there while a call of that thread is answered (MPI-3.1 section
 * 12.4: thread-compliant implementations).
 */
public final class CallState {
    /** Address of the control block of the thread. */
    long control;
    Wait wait;
    int currentFunction = -1;
    Comm currentComm;
    long badAddress;
    boolean yield;
    Object blocking;
    Object completion;
    Object collective;
    PeLocal pe = new PeLocal();
    ArrayDeque<Frame> guestCalls = new ArrayDeque<>(0);

    /** A call interrupted by a guest function. */
    record Frame(GuestReturn goOn, int function, Comm comm) {}

    public CallState(long control) {
        this.control = control;
    }

    /** The thread runs beside the PEs from now on, and uses nothing that one of them lent. */
    public void leavePe() {
        pe = new PeLocal();
    }

    /** Address of the control block of the thread, as long as no call of it is being answered. */
    public long control() {
        return control;
    }

    /** Index in the function table of the call in progress, or negative. For reports. */
    public int function() {
        return currentFunction;
    }

    /** What the thread waits for, or null. For reports. */
    public Wait waiting() {
        return wait;
    }
}
