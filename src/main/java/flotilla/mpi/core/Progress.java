package flotilla.mpi.core;

/** What brings news from other nodes: PEs ask it when they have nothing to run, and now and then when they have. */
public interface Progress {
    /**
     * Lets what has come take effect. Any thread.
     *
     * @param local of the PE whose thread calls, or of a thread that is none
     * @return whether something has come or gone
     */
    boolean poll(PeLocal local);

    /** A rank that has been woken is in another process: what has come for it must be sent on. Any thread. */
    void moved(Rank rank);

    /** A rank has been asked to leave this process, and waits. On the PE that ran it. */
    void leaves(Rank rank);

    /**
     * Does what there is to do for ranks that come and go, unless another thread does. Any thread that has nothing else to do and is
     * in no poll.
     */
    void help();

    /** Waits for something to {@link #poll}; for one thread at a time. */
    void await(long nanoseconds);
}
