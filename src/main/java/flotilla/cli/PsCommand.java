package flotilla.cli;

import flotilla.observe.JobSummary;
import flotilla.observe.RunningJobs;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code flotilla ps}: exit status 0, also when no job runs. */
@Command(
        name = "ps",
        description = "Lists the processes of your jobs on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class PsCommand implements Callable<Integer> {
    private static final DateTimeFormatter TODAY = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter EARLIER = DateTimeFormatter.ofPattern("MMM dd HH:mm", Locale.ROOT);

    @Override
    public Integer call() throws Exception {
        PrintStream out = System.out;
        out.printf("%7s  %6s  %4s  %-6s  %-12s  %-10s  %s%n", "PID", "RANKS", "PES", "NODE", "SINCE", "STATE", "PROGRAM");
        for (RunningJobs.Found job : RunningJobs.find()) {
            JobSummary summary = job.summary();
            if (summary == null) {
                out.printf("%7d  %6s  %4s  %-6s  %-12s  %-10s  %s%n", job.socket().pid(), "?", "?", "?", "?", job.silence(), "?");
            } else {
                out.printf("%7d  %6d  %4d  %-6s  %-12s  %-10s  %s%n", summary.pid(), summary.ranks(), summary.pes(),
                        summary.node() + "/" + summary.nodes(), since(summary.begun()), summary.state(), summary.programNames());
            }
        }
        return 0;
    }

    private static String since(long millis) {
        ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(ZoneId.systemDefault());
        return (time.toLocalDate().equals(LocalDate.now()) ? TODAY : EARLIER).format(time);
    }
}
