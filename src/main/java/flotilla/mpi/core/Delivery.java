package flotilla.mpi.core;

/** Something put into a rank's inbox by another rank: a message, or the news that a send has been received. */
public abstract class Delivery {
    /** Link of the inbox; owned by it while the delivery is inside. */
    Delivery next;

    /** Takes effect on {@code receiver}, on the PE that runs it. */
    public abstract void deliver(Rank receiver);
}
