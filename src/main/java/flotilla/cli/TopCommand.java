package flotilla.cli;

import flotilla.control.JobSocket;
import flotilla.observe.JobSample;
import flotilla.observe.RunningJobs;
import flotilla.observe.TopView;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flotilla top}: shows what a job does, anew every second; once, when it does not write to a terminal. */
@Command(
        name = "top",
        description = "Shows what the PEs and ranks of a job do. q ends it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class TopCommand implements Callable<Integer> {
    private static final long INTERVAL_MILLIS = 1000;
    /** Lines of a page that nobody's terminal limits. */
    private static final int PAGE_LINES = 40;

    @Parameters(paramLabel = "JOB", arity = "0..1", description = "Number of the job's process, as `flotilla ps` shows it; "
            + "not needed when there is only one.")
    private String job;

    @Option(names = "--once", description = "Prints one page, about the next second, and ends.")
    private boolean once;

    @Override
    public Integer call() throws Exception {
        List<JobSocket> nodes = choose(RunningJobs.find());
        JobSample before = sample(nodes);
        if (once || !Terminal.isThere()) {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            page(before, sample(nodes), PAGE_LINES, Integer.MAX_VALUE).forEach(System.out::println);
            return 0;
        }
        watch(nodes, before);
        return 0;
    }

    /** The nodes of the job. */
    private List<JobSocket> choose(List<RunningJobs.Found> jobs) {
        if (job == null) {
            if (!jobs.isEmpty() && (jobs.size() == 1 || RunningJobs.nodes(jobs.getFirst(), jobs).size() == jobs.size())) {
                return RunningJobs.nodes(answering(jobs.getFirst()), jobs);
            }
            throw new BadInputException(jobs.isEmpty() ? "top: no job of yours runs on this machine"
                    : "top: several jobs run; name one: " + String.join(", ", jobs.stream().map(found -> Long.toString(found.socket().pid())).toList()));
        }
        return jobs.stream().filter(found -> Long.toString(found.socket().pid()).equals(job)).map(this::answering).findFirst()
                .map(found -> RunningJobs.nodes(found, jobs)).orElseThrow(() -> BadInputException.noSuchJob("top", job));
    }

    private RunningJobs.Found answering(RunningJobs.Found found) {
        if (found.summary() == null) {
            throw new BadInputException("top: job " + found.socket().pid() + " does not answer (" + found.silence() + ")");
        }
        return found;
    }

    private static JobSample sample(List<JobSocket> nodes) throws Exception {
        try {
            return RunningJobs.sample(nodes);
        } catch (IOException gone) {
            JobSocket socket = nodes.getFirst();
            throw new BadInputException("top: job " + socket.pid() + (socket.isAlive() ? " does not answer: " + gone.getMessage() : " has ended"));
        }
    }

    private static List<String> page(JobSample before, JobSample after, int lines, int width) {
        return new TopView(before, after).lines(System.currentTimeMillis(), lines, width);
    }

    /** Until q is typed, or the job has ended. */
    private static void watch(List<JobSocket> nodes, JobSample first) throws Exception {
        JobSocket socket = nodes.getFirst();
        JobSample before = first;
        try (var terminal = Terminal.take()) {
            terminal.show(List.of("job " + socket.pid() + ": a moment..."));
            while (!terminal.isTyped('q', INTERVAL_MILLIS)) {
                JobSample after;
                try {
                    after = RunningJobs.sample(nodes);
                } catch (IOException silent) {
                    if (!socket.isAlive()) {
                        break;
                    }
                    terminal.show(List.of("job " + socket.pid() + " does not answer" + (socket.isStopped() ? ": it is stopped" : "")));
                    continue;
                }
                terminal.show(page(before, after, terminal.lines(), terminal.columns()));
                before = after;
            }
        }
        if (!socket.isAlive()) {
            System.out.println("job " + socket.pid() + " has ended");
        }
    }
}
