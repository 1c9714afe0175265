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
        JobSocket socket = choose(RunningJobs.find());
        JobSample before = sample(socket);
        if (once || !Terminal.isThere()) {
            TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
            page(before, sample(socket), PAGE_LINES, Integer.MAX_VALUE).forEach(System.out::println);
            return 0;
        }
        watch(socket, before);
        return 0;
    }

    private JobSocket choose(List<RunningJobs.Found> jobs) {
        if (job == null) {
            if (jobs.size() == 1) {
                return answering(jobs.getFirst());
            }
            throw new BadInputException(jobs.isEmpty() ? "top: no job of yours runs on this machine"
                    : "top: several jobs run; name one: " + String.join(", ", jobs.stream().map(found -> Long.toString(found.socket().pid())).toList()));
        }
        return jobs.stream().filter(found -> Long.toString(found.socket().pid()).equals(job)).map(this::answering).findFirst()
                .orElseThrow(() -> BadInputException.noSuchJob("top", job));
    }

    private JobSocket answering(RunningJobs.Found found) {
        if (found.summary() == null) {
            throw new BadInputException("top: job " + found.socket().pid() + " does not answer (" + found.silence() + ")");
        }
        return found.socket();
    }

    private static JobSample sample(JobSocket socket) throws Exception {
        try {
            return RunningJobs.sample(socket);
        } catch (IOException gone) {
            throw new BadInputException("top: job " + socket.pid() + (socket.isAlive() ? " does not answer: " + gone.getMessage() : " has ended"));
        }
    }

    private static List<String> page(JobSample before, JobSample after, int lines, int width) {
        return new TopView(before, after).lines(System.currentTimeMillis(), lines, width);
    }

    /** Until q is typed, or the job has ended. */
    private static void watch(JobSocket socket, JobSample first) throws Exception {
        JobSample before = first;
        try (var terminal = Terminal.take()) {
            terminal.show(List.of("job " + socket.pid() + ": a moment..."));
            while (!terminal.isTyped('q', INTERVAL_MILLIS)) {
                JobSample after;
                try {
                    after = RunningJobs.sample(socket);
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
