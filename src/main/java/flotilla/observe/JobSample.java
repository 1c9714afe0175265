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
     * @param node      of the job that it belongs to
     */
    public record PeSample(long idleNanos, long switches, long arrivals, int runs, int node) {}

    public JobSample {
        pes = List.copyOf(pes);
        int ranks = states.length();
        if (runNanos.length != ranks || switches.length != ranks || messages.length != ranks || bytes.length != ranks) {
            throw new IllegalArgumentException("not all of it is about " + ranks + " ranks");
        }
    }

    /**
     * The nodes of a job as one. A rank is where it was found last, if two have it.
     *
     * @param nodes taken at about the same time, in the order of their numbers; one at least
     */
    public static JobSample together(List<JobSample> nodes) {
        JobSample first = nodes.getFirst();
        JobSummary job = first.job;
        int ranks = first.ranks();
        var states = new StringBuilder(first.states);
        var run = first.runNanos.clone();
        var switches = first.switches.clone();
        var messages = first.messages.clone();
        var bytes = first.bytes.clone();
        for (JobSample node : nodes.subList(1, nodes.size())) {
            job = job.togetherWith(node.job);
            for (int rank = 0; rank < ranks; rank++) {
                if (node.states.charAt(rank) != ELSEWHERE) {
                    states.setCharAt(rank, node.states.charAt(rank));
                    run[rank] = node.runNanos[rank];
                    switches[rank] = node.switches[rank];
                    messages[rank] = node.messages[rank];
                    bytes[rank] = node.bytes[rank];
                }
            }
        }
        List<PeSample> pes = nodes.stream().flatMap(node -> node.pes.stream()).toList();
        return new JobSample(job, first.nanos, pes, states.toString(), run, switches, messages, bytes);
    }

    /** Nodes of the job of which it tells. */
    int nodes() {
        return (int) pes.stream().mapToInt(PeSample::node).distinct().count();
    }

    int ranks() {
        return states.length();
    }

    int count(char state) {
        return (int) states.chars().filter(letter -> letter == state).count();
    }
}
