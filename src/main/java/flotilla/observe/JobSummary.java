package flotilla.observe;

import java.util.List;
import java.util.Objects;

/**
 * What `flotilla ps` shows of a process of a job.
 *
 * @param ranks  of the whole job
 * @param pes    of this process
 * @param node   number of this process in the job, from 0
 * @param nodes  processes of the job
 * @param processes numbers of the job's processes, by node, each on its host
 * @param begun  when, in milliseconds since 1970-01-01 UTC
 * @param state  {@code running}; {@code waiting} when all ranks here wait for something, or {@code ending}
 */
public record JobSummary(long pid, long begun, List<Program> programs, int ranks, int pes, int node, int nodes,
        List<Long> processes, String state) {
    static final String ENDING = "ending";
    static final String RUNNING = "running";
    static final String WAITING = "waiting";
    /** What one node does is what the job does, before what stands behind it. */
    private static final List<String> STATES = List.of(ENDING, RUNNING, WAITING);

    /** A program as it was typed, and how many ranks run it. */
    public record Program(String name, int ranks) {}

    public JobSummary {
        programs = List.copyOf(programs);
        processes = List.copyOf(processes);
        Objects.requireNonNull(state);
    }

    /** Whether a process is of the same job. */
    boolean sharesJob(JobSummary other) {
        return processes.equals(other.processes);
    }

    /** What the job does, where it and {@code other} are nodes of it: it ends when one does, and waits when both do. */
    JobSummary togetherWith(JobSummary other) {
        String both = STATES.stream().filter(one -> one.equals(state) || one.equals(other.state)).findFirst().orElse(state);
        return new JobSummary(pid, begun, programs, ranks, pes, node, nodes, processes, both);
    }

    /** "./ocean" or "./ocean : ./atmosphere". */
    public String programNames() {
        return String.join(" : ", programs.stream().map(Program::name).toList());
    }
}
