package flotilla.observe.timeline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A rank's thread on the timeline: where it waits. Used by whoever answers its traps. */
final class RankTrack {
    final int number;
    /** When the call was made that it waits in, or 0; and the call's name. */
    long waitsSince;
    int call;
    /** An arrow begins or ends in the call that it makes, which must be seen then. */
    boolean marked;

    // The main thread's alone.

    /** A message that another rank has put into its buffer while it waited: when that was sent, or 0, from which track, its bytes. */
    long deliveredSince;
    int deliveredFrom;
    long deliveredBytes;
    /** Where and until when a PE of this node has run it last: a track, or -1. */
    int lastTrack = -1;
    long lastEnd;
    /** Where it was run last on the node that it has come from, until it runs here; see {@link Timeline#place}. Or -1. */
    long cameFrom = -1;
    long cameSince;
    /** The rank's other threads by control block. Changed under the rank's lock. */
    final Map<Long, RankTrack> others = new ConcurrentHashMap<>(0);
    private int othersSoFar;

    RankTrack(int number) {
        this.number = number;
    }

    /** That of another thread of the rank. Under the rank's lock. */
    RankTrack other(long control, Timeline timeline) {
        return others.computeIfAbsent(control, none -> timeline.newThreadTrack(number, ++othersSoFar));
    }
}
