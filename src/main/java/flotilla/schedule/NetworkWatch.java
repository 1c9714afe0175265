package flotilla.schedule;

import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Progress;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees to it that news from other nodes are not left lying: while PEs are parked it waits for them in their place, and while all are
 * busy with ranks that compute it looks now and then.
 */
final class NetworkWatch {
    private static final long WAIT_NANOS = 5_000_000;
    /** Two looks of the PEs are this far apart at most, or this thread takes one. */
    private static final long INTERVAL_NANOS = 1_000_000;

    private final Schedule schedule;
    private final Progress progress;
    private final PeLocal local = new PeLocal();

    NetworkWatch(Schedule schedule, Progress progress) {
        this.schedule = schedule;
        this.progress = progress;
    }

    void start() {
        Thread.ofPlatform().daemon().name("network").start(this::run);
    }

    private void run() {
        long before = -1;
        while (!schedule.isStopped()) {
            if (schedule.anyParked()) {
                progress.await(WAIT_NANOS);
                progress.poll(local);
                continue;
            }
            LockSupport.parkNanos(this, INTERVAL_NANOS);
            long polls = schedule.polls();
            if (polls == before) {
                progress.poll(local);
            }
            before = polls;
        }
    }
}
