package flotilla.observe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What happened between two samples of a job, as text. */
public final class TopView {
    private static final int BAR = 20;
    private static final String[] UNITS = {"", "k", "M", "G", "T", "P"};

    private final JobSample before;
    private final JobSample after;
    private final double seconds;

    /** @param after the later one, of the same job */
    public TopView(JobSample before, JobSample after) {
        this.before = before;
        this.after = after;
        this.seconds = Math.max(1e-9, (after.nanos() - before.nanos()) / 1e9);
    }

    /**
     * @param now   in milliseconds since 1970
     * @param most  lines at most; when there is not room for all, PEs and ranks share it
     * @param width characters of a line at most
     */
    public List<String> lines(long now, int most, int width) {
        var lines = new ArrayList<String>();
        int here = after.ranks() - after.count(JobSample.ELSEWHERE);
        lines.add(String.format(Locale.ROOT, "job %d%s: %d ranks on %d PEs, begun %s ago, %s: %s", after.job().pid(),
                nodes(), here, after.pes().size(), age(now - after.job().begun()), after.job().state(), after.job().programNames()));
        lines.add(states());
        lines.add(String.format(Locale.ROOT, "%s messages/s, %s bytes/s, %s switches/s, %s moves/s between PEs",
                rate(sum(after.messages()) - sum(before.messages())), rate(sum(after.bytes()) - sum(before.bytes())),
                rate(sum(after.switches()) - sum(before.switches())), rate(arrivals(after) - arrivals(before))));
        int room = Math.max(0, most - lines.size() - 4);
        int pes = Math.min(after.pes().size(), Math.max(room / 2, room - here));
        pes(lines, pes);
        ranks(lines, Math.max(0, room - pes));
        return lines.stream().limit(most).map(line -> line.length() > width ? line.substring(0, width) : line).toList();
    }

    /** Those on other hosts are not seen. */
    private String nodes() {
        int all = after.job().nodes();
        return all == 1 ? "" : after.nodes() == all ? " (" + all + " nodes)" : " (" + after.nodes() + " of " + all + " nodes)";
    }

    private String states() {
        var text = new StringBuilder("ranks: ");
        text.append(after.count(JobSample.RUNNING)).append(" running, ").append(after.count(JobSample.READY)).append(" ready, ")
                .append(after.count(JobSample.WAITING)).append(" waiting, ").append(after.count(JobSample.ENDED)).append(" ended");
        int threaded = after.count(JobSample.THREADED);
        return threaded == 0 ? text.toString() : text.append(", ").append(threaded).append(" with threads").toString();
    }

    private void pes(List<String> lines, int shown) {
        lines.add("");
        boolean several = after.job().nodes() > 1;
        int node = -1;
        int first = 0;
        lines.add(several ? "node.PE  busy                         switches/s  moves/s  runs"
                : "   PE    busy                         switches/s  moves/s  runs");
        for (int i = 0; i < shown; i++) {
            JobSample.PeSample then = before.pes().get(i);
            JobSample.PeSample pe = after.pes().get(i);
            double busy = share(seconds * 1e9 - (pe.idleNanos() - then.idleNanos()));
            int full = (int) Math.round(busy * BAR);
            if (pe.node() != node) {
                node = pe.node();
                first = i;
            }
            String name = several ? node + "." + (i - first) : Integer.toString(i);
            lines.add(String.format(Locale.ROOT, "%5s  %5.1f%%  [%s%s]  %10s  %7s  %s", name, 100 * busy, "#".repeat(full), " ".repeat(BAR - full),
                    rate(pe.switches() - then.switches()), rate(pe.arrivals() - then.arrivals()), pe.runs() < 0 ? "-" : "rank " + pe.runs()));
        }
        more(lines, after.pes().size() - shown, "PEs");
    }

    private void ranks(List<String> lines, int shown) {
        lines.add("");
        lines.add(" rank     CPU  state         switches/s  messages/s   bytes/s");
        IntStream.range(0, after.ranks()).filter(rank -> after.states().charAt(rank) != JobSample.ELSEWHERE).boxed()
                .sorted(Comparator.comparingLong((Integer rank) -> before.runNanos()[rank] - after.runNanos()[rank])
                        .thenComparingLong(rank -> before.switches()[rank] - after.switches()[rank]).thenComparing(rank -> rank))
                .limit(shown).forEach(rank -> lines.add(rank(rank)));
        more(lines, after.ranks() - after.count(JobSample.ELSEWHERE) - shown, "ranks");
    }

    private static void more(List<String> lines, int left, String what) {
        if (left > 0 && !lines.isEmpty()) {
            lines.add(lines.removeLast() + "   (" + left + " more " + what + ")");
        }
    }

    private String rank(int rank) {
        char state = after.states().charAt(rank);
        String cpu = state == JobSample.THREADED ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share(after.runNanos()[rank] - before.runNanos()[rank]));
        return String.format(Locale.ROOT, "%5d  %6s  %-12s  %10s  %10s  %8s", rank, cpu, switch (state) {
            case JobSample.RUNNING -> "running";
            case JobSample.READY -> "ready";
            case JobSample.THREADED -> "with threads";
            case JobSample.ENDED -> "ended";
            default -> "waiting";
        }, rate(after.switches()[rank] - before.switches()[rank]), rate(after.messages()[rank] - before.messages()[rank]),
                rate(after.bytes()[rank] - before.bytes()[rank]));
    }

    /** Of the time between the samples, 0 to 1: what is read while it changes may be a little more. */
    private double share(double nanos) {
        return Math.clamp(nanos / (seconds * 1e9), 0, 1);
    }

    private static long sum(long[] counts) {
        return LongStream.of(counts).sum();
    }

    private static long arrivals(JobSample sample) {
        return sample.pes().stream().mapToLong(JobSample.PeSample::arrivals).sum();
    }

    /** In each second, with three digits and a prefix of 1000. */
    private String rate(long count) {
        double value = Math.max(0, count) / seconds;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return unit == 0 ? String.format(Locale.ROOT, value > 0 && value < 9.95 ? "%.1f" : "%.0f", value)
                : String.format(Locale.ROOT, value < 9.995 ? "%.2f%s" : value < 99.95 ? "%.1f%s" : "%.0f%s", value, UNITS[unit]);
    }

    /** "4.2s", "1m 23s", "2h 05m", "3d 04h". */
    public static String age(long millis) {
        Duration age = Duration.ofMillis(Math.max(0, millis));
        if (age.toMinutes() == 0) {
            return String.format(Locale.ROOT, "%.1fs", age.toMillis() / 1000.0);
        }
        if (age.toHours() == 0) {
            return String.format(Locale.ROOT, "%dm %02ds", age.toMinutes(), age.toSecondsPart());
        }
        return age.toDays() == 0 ? String.format(Locale.ROOT, "%dh %02dm", age.toHours(), age.toMinutesPart())
                : String.format(Locale.ROOT, "%dd %02dh", age.toDays(), age.toHoursPart());
    }
}
