package flotilla.mpi.p2p;

import flotilla.mpi.core.Placement;
import flotilla.mpi.core.Rank;

/** The network of a job whose messages somebody watches: what is noted when a message is sent goes with it, wherever its receiver is. */
public final class WatchedNetwork extends Network {
    private final MessageWatch watch;

    /** As {@link Network}. */
    public WatchedNetwork(int node, Placement placement, int[] hosts, MessageWatch watch) {
        super(node, placement, hosts, MessageFrame.NOTED_BYTES);
        this.watch = watch;
    }

    @Override
    void sends(Rank self, long frame) {
        MessageFrame.putNoted(frame, watch.now(), watch.place(self));
    }

    @Override
    void sendsOn(Message message, long frame) {
        MessageFrame.putNoted(frame, message.notedTime(), message.notedPlace());
    }

    @Override
    void arrived(long frame, Message message) {
        message.note(MessageFrame.notedTime(frame), MessageFrame.notedPlace(frame));
    }
}
