package flotilla.observe.timeline;

import flotilla.abi.Operation;
import flotilla.mpi.core.Rank;
import flotilla.trap.GuestTraps;
import flotilla.trap.SystemServices;

/** The border of a job that has a timeline: notes when a PE takes up a rank and leaves it, and the calls that ranks wait in. */
public final class TimelineTraps extends GuestTraps {
    private final Timeline timeline;

    public TimelineTraps(SystemServices services, Timeline timeline) {
        super(services);
        this.timeline = timeline;
    }

    @Override
    public int run(Rank rank) {
        Recorder recorder = timeline.recorder();
        if (recorder.openTrack() < 0) {
            // It has yielded, and there was no other to run.
            recorder.open(rank);
        }
        int answer = super.run(rank);
        if (answer != RESUME || rank.lock != null || rank.leaving) {
            recorder.close();
        }
        return answer;
    }

    @Override
    public int poll(Rank rank) {
        Recorder recorder = timeline.recorder();
        recorder.open(rank);
        timeline.showDelivered(rank, recorder);
        int answer = super.poll(rank);
        if (answer == BLOCKED) {
            recorder.drop();
        } else if (answer != RESUME || rank.leaving) {
            recorder.close();
        }
        return answer;
    }

    @Override
    protected int handle(Rank rank, int operation) {
        long begin = System.nanoTime();
        RankTrack track = timeline.track(rank);
        track.marked = false;
        int answer = super.handle(rank, operation);
        if (answer == BLOCKED) {
            track.waitsSince = begin;
            track.call = timeline.call(operation, rank.currentFunction);
            timeline.recorder().waits(begin, track.call);
        } else if (track.marked) {
            timeline.recorder().append(Chunk.CALL, track.number, timeline.call(operation, rank.currentFunction), begin, System.nanoTime(), 0);
        } else if (answer == THREAD_ENDED) {
            timeline.forget(rank);
        }
        return answer;
    }

    @Override
    protected int look(Rank rank) {
        int answer = super.look(rank);
        RankTrack track = timeline.track(rank);
        if (answer != BLOCKED && track.waitsSince != 0) {
            long now = System.nanoTime();
            Recorder recorder = timeline.recorder();
            recorder.append(Chunk.CALL, track.number, track.call, track.waitsSince, now, 0);
            if (recorder.openTrack() >= 0) {
                recorder.append(Chunk.CALL, recorder.openTrack(), track.call, recorder.begin(), now, 0);
            }
            track.waitsSince = 0;
        }
        return answer;
    }
}
