package flotilla.mpi.p2p;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers of the messages between one rank and each other, by which they take effect in the order in which they were sent (MPI-3.1
 * section 3.5), whichever way each has come: a message that was forwarded because its receiver has moved may be late. Used only by
 * the PE that runs the rank.
 */
final class Sequences implements Serializable {
    /** Peers in a page; a rank talks to few of many. */
    private static final int PAGE = 64;

    private final int[][] sent;
    private final int[][] arrived;
    /** Messages that have come before their time. */
    private final List<Message> early = new ArrayList<>(0);

    Sequences(int worldSize) {
        sent = new int[(worldSize + PAGE - 1) / PAGE][];
        arrived = new int[sent.length][];
    }

    private static int[] page(int[][] pages, int peer) {
        int[] page = pages[peer / PAGE];
        if (page == null) {
            page = new int[PAGE];
            pages[peer / PAGE] = page;
        }
        return page;
    }

    /** The number of the next message to a rank, which it now has. */
    int next(int receiver) {
        return page(sent, receiver)[receiver % PAGE]++;
    }

    /** The number of the next message to a rank, which it may get yet. */
    int upcoming(int receiver) {
        return page(sent, receiver)[receiver % PAGE];
    }

    /** Whether a message is the next from its sender; if it is, it counts as arrived. */
    boolean isDue(int sender, int sequence) {
        int[] page = page(arrived, sender);
        if (page[sender % PAGE] != sequence) {
            return false;
        }
        page[sender % PAGE]++;
        return true;
    }

    /** Whether a message would be the next from its sender. */
    boolean isUpcoming(int sender, int sequence) {
        return page(arrived, sender)[sender % PAGE] == sequence;
    }

    void keep(Message message) {
        early.add(message);
    }

    /** A message that had come too early and is due now, which counts as arrived; or null. */
    Message takeDue() {
        for (int i = 0; i < early.size(); i++) {
            Message message = early.get(i);
            if (isDue(message.from, message.sequence)) {
                early.remove(i);
                return message;
            }
        }
        return null;
    }

    /** Messages that have come before their time. */
    List<Message> early() {
        return early;
    }

    boolean hasEarly() {
        return !early.isEmpty();
    }
}
