package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Running;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import flotilla.bench.TrialException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rank moves between nodes of one machine, and between PEs of a node: how long, and what travels (Figure 8 of the paper). */
final class MigrationGroup implements Group {
    static final String SOURCE = "bench/guests/migrate.c";
    private static final String NODES = "between nodes";
    private static final String NODES_WITH_CODE = NODES + ", 14 MB of code";
    private static final String SENT = "sent";
    private static final String SENT_WITH_CODE = SENT + ", 14 MB of code";
    private static final String PES = "between PEs of a node";
    private static final long MIB = 1 << 20;
    private static final List<String> CODE = List.of("-DCODE=14000000");
    /** Milliseconds that a move shall take, by bytes of heap. */
    private static final Map<Long, Double> TARGETS = new TreeMap<>(Map.of(MIB, 0.6, 10 * MIB, 4.0, 100 * MIB, 35.0));
    private static final Pattern MOVED = Pattern.compile("rank \\d+ has moved .*: ([\\d,]+) bytes, .*");
    private static final int RETRIES = 40;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @Override
    public String name() {
        return "migration";
    }

    @Override
    public String title() {
        return "A rank goes to the other node of a job on this machine and back, by `AMPI_Migrate_to_pe`: from the wish until it runs again, by the size of its "
                + "heap, every page of which it has written to; and what `flotilla migrate` says has travelled. The targets for that are 1.1 times the heap.";
    }

    @Override
    public String parameter() {
        return "size";
    }

    @Override
    public List<Target> targets() {
        var targets = new ArrayList<Target>();
        TARGETS.forEach((heap, limit) -> {
            targets.add(Target.atMost(NODES, heap, limit));
            targets.add(Target.atMost(SENT, heap, 1.1 * heap / MIB));
        });
        targets.add(Target.times(NODES_WITH_CODE, MIB, 1.05, NODES, MIB, MpiSystem.FLOTILLA));
        targets.add(Target.times(SENT_WITH_CODE, MIB, 1.05, SENT, MIB, MpiSystem.FLOTILLA));
        targets.add(Target.atMost(PES, MIB, 1));
        return targets;
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("migration", "A rank moves to another node", List.of(NODES), "size", "ms", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        var trials = new ArrayList<Trial>();
        for (long heap : TARGETS.keySet()) {
            if (!bench.quick() || heap == MIB) {
                trials.add(between(bench, NODES, heap, () -> bench.command(TwoNodes.options(2), SOURCE, moves(bench, heap))));
                trials.add(trial(SENT, heap, () -> sent(bench, SENT, heap, bench.command(TwoNodes.options(2), SOURCE, waits(heap)))));
            }
        }
        trials.add(between(bench, NODES_WITH_CODE, MIB, () -> withCode(bench, moves(bench, MIB))));
        trials.add(trial(SENT_WITH_CODE, MIB, () -> sent(bench, SENT_WITH_CODE, MIB, withCode(bench, waits(MIB)))));
        trials.add(trial(PES, MIB, () -> bench.readings(bench.command(List.of("-n", "3", "--pes", "2"), SOURCE,
                List.of(Long.toString(MIB), bench.quick() ? "2000" : "10000", "3")), LIMIT).stream()
                .map(reading -> new Reading(PES, MIB, reading.value(), "us")).toList()));
        bench.sample(this, trials);
    }

    private static List<String> withCode(Bench bench, List<String> arguments) throws TrialException {
        return bench.command(TwoNodes.options(2), "flotilla-code", CODE, SOURCE, arguments);
    }

    private static List<String> waits(long heap) {
        return List.of(Long.toString(heap), "wait");
    }

    static List<String> moves(Bench bench, long heap) {
        return List.of(Long.toString(heap), bench.quick() ? "10" : heap > 10 * MIB ? "20" : "100", bench.quick() ? "1" : "3");
    }

    private static Trial trial(String series, long heap, Trial.Sampling sampling) {
        return new Trial(series + ", " + heap / MIB + " MiB of heap", MpiSystem.FLOTILLA.label(), sampling);
    }

    private static Trial between(Bench bench, String series, long heap, Bench.CommandMaker command) {
        return trial(series, heap, () -> bench.readings(command.make(), LIMIT).stream()
                .map(reading -> new Reading(series, heap, reading.value() / 1000, "ms")).toList());
    }

    /** What travels when rank 1 goes to node 0, in MiB. */
    private static List<Reading> sent(Bench bench, String series, long heap, List<String> command) throws TrialException {
        try (Running job = bench.commands().start(command, LIMIT)) {
            Waiting.awaitReady(job);
            for (int i = 0; i < RETRIES; i++) {
                for (long process : job.processNumbers()) {
                    Matcher told = MOVED.matcher(asked(bench, process));
                    if (told.matches()) {
                        job.finish();
                        double bytes = Double.parseDouble(told.group(1).replace(",", ""));
                        return List.of(new Reading(series, heap, bytes / MIB, "MiB"));
                    }
                }
                // Commands may ask a job when it has run for a moment.
                Waiting.sleep(0.1);
            }
            throw new TrialException("`flotilla migrate` has moved no rank of " + String.join(" ", command));
        }
    }

    private static String asked(Bench bench, long process) {
        try {
            return bench.commands().run(bench.flotilla(List.of("migrate", Long.toString(process), "1", "0")), LIMIT).strip();
        } catch (TrialException notThisOne) {
            return "";
        }
    }
}
