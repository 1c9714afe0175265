package flotilla.bench.group;

import flotilla.bench.Running;
import flotilla.bench.TrialException;

/** What a job of bench/guests/idle.c is waited for. */
final class Waiting {
    /** Returns when all ranks have said hello. */
    static void awaitReady(Running job) throws TrialException {
        for (String line = job.line(); !"ready".equals(line); line = job.line()) {
            if (line == null) {
                job.finish();
                throw new TrialException("the job has ended before it was ready");
            }
        }
    }

    static void sleep(double seconds) throws TrialException {
        try {
            Thread.sleep(Math.round(seconds * 1000));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TrialException("interrupted");
        }
    }

    private Waiting() {}
}
