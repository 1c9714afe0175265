package flotilla.observe;

import java.util.List;

/**
 * What `flotilla top` shows of a job: counts since it began, of which two samples make rates. Times are counted from the first
 * sample on.
 *
 * @param nanos     when it was taken, in nanoseconds of a clock that all samples of the job share
 * @param states    a letter for each rank: {@link #RUNNING}, ...
 * @param runNanos  by rank, how long it has run; 0 for what threads of its own do
 * @param switches  by rank, how often a PE has taken it up
 * @param messages  by rank, messages that it has sent
 * @param bytes     by rank, bytes in those
 */
public record JobSample(JobSummary job, long nanos, List<PeSample> pes, String states, long[] runNanos, long[] switches, long[] messages,
        long[] bytes) {
    static final char RUNNING = 'R';
    static final char READY = 'Q';
    static final char WAITING = 'W';
    /** It has several threads, which the system runs beside the PEs. */
    static final char THREADED = 'T';
    static final char ENDED = 'E';
    /** It is in another process. */
    static final char ELSEWHERE = '-';

    /**
     * A PE.
     *
     * @param idleNanos how long there was nothing to run
     * @param switches  how often it has taken up a rank
     * @param arrivals  how many of these ran on another PE before
     * @param runs      the world rank that runs now, or -1
     */
    public record PeSample(long idleNanos, long switches, long arrivals, int runs) {}

    public JobSample {
        pes = List.copyOf(pes);
        int ranks = states.length();
        if (runNanos.length != ranks || switches.length != ranks || messages.length != ranks || bytes.length != ranks) {
            throw new IllegalArgumentException("not all of it is about " + ranks + " ranks");
        }
    }

    int ranks() {
        return states.length();
    }

    int count(char state) {
        return (int) states.chars().filter(letter -> letter == state).count();
    }
}
