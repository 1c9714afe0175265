package flotilla.mpi.p2p;

import flotilla.mpi.core.Rank;

/** Is told of the messages of ranks, each on the thread that answers the rank's trap. */
public interface MessageWatch {
    /** The time that is noted with a message; the same clock in all nodes of the job. */
    long now();

    /** Where a rank is seen to send now; for {@link Message#note}. */
    long place(Rank sender);

    /** The sender is about to put a message into the receiver's inbox. */
    void offered(Rank sender, Message message);

    /** The receiver takes a message that is for a receive of its. */
    void taken(Rank receiver, Message message);

    /** The sender has copied {@code bytes} into the buffer of the receiver, which waits, and is about to wake it: there is no message. */
    void delivered(Rank sender, Rank receiver, long bytes);
}
