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

    /** "./ocean" or "./ocean : ./atmosphere". */
    public String programNames() {
        return String.join(" : ", programs.stream().map(Program::name).toList());
    }
}
