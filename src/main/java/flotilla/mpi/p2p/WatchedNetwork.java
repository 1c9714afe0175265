package flotilla.mpi.p2p;

import flotilla.memory.Memory;
import flotilla.mpi.core.Placement;
import flotilla.mpi.core.Rank;

/** The network of a job whose messages somebody watches: what is noted when a message is sent goes with it, wherever its receiver is. */
public final class WatchedNetwork extends Network {
    private final MessageWatch watch;

    /** As {@link Network}. */
    public WatchedNetwork(int node, Placement placement, int[] hosts, MessageWatch watch) {
        super(node, placement, hosts);
        this.watch = watch;
    }

    @Override
    void sends(Rank self, long frame) {
        Memory.putLong(frame + MessageFrame.NOTED_TIME, watch.now());
        Memory.putLong(frame + MessageFrame.NOTED_PLACE, watch.place(self));
    }

    @Override
    void sendsOn(Message message, long frame) {
        Memory.putLong(frame + MessageFrame.NOTED_TIME, message.notedTime());
        Memory.putLong(frame + MessageFrame.NOTED_PLACE, message.notedPlace());
    }

    @Override
    void arrived(long frame, Message message) {
        message.note(Memory.getLong(frame + MessageFrame.NOTED_TIME), Memory.getLong(frame + MessageFrame.NOTED_PLACE));
    }
}
