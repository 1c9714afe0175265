package flotilla.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One call of {@code flotilla bench}: runs trials in turn and collects their samples. */
public final class Bench implements AutoCloseable {
    private record Key(String group, String series, long x, String system, String unit) {}

    private final Path home;
    private final boolean quick;
    private final int samples;
    private final Commands commands = new Commands();
    private final BenchPrograms programs;
    private final Progress progress;
    private final String date = OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString();
    private final Map<String, String> versions;
    private final Map<Key, List<Double>> values = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private final List<MpiSystem> systems;
    private boolean complete = true;
    /** Null before it is known. */
    private Boolean counters;

    /**
     * @param home Flotilla's folder
     * @param quick fewer ranks and sizes
     * @param samples how often each trial is taken
     */
    public Bench(Path home, boolean quick, int samples, Progress progress) {
        this.home = home;
        this.quick = quick;
        this.samples = samples;
        this.progress = progress;
        this.programs = new BenchPrograms(home, commands);
        this.systems = findSystems();
        this.versions = new Versions(home, commands).all();
    }

    public boolean quick() {
        return quick;
    }

    public Commands commands() {
        return commands;
    }

    /** Flotilla, and the other implementations of MPI that this machine has. */
    public List<MpiSystem> systems() {
        return systems;
    }

    private List<MpiSystem> findSystems() {
        var found = new ArrayList<>(List.of(MpiSystem.FLOTILLA));
        for (MpiSystem system : List.of(MpiSystem.MPICH, MpiSystem.OPEN_MPI)) {
            try {
                if (system.isInstalled()) {
                    programs.built(system, "examples/hello.c");
                    found.add(system);
                }
            } catch (TrialException noHeaders) {
                remarks.add(system.label() + " can't compile, and is left out: " + noHeaders.getMessage());
            }
        }
        return List.copyOf(found);
    }

    /** One of Flotilla's commands. */
    public List<String> flotilla(List<String> words) {
        var command = new ArrayList<>(List.of(home.resolve("bin/flotilla").toString()));
        command.addAll(words);
        return command;
    }

    /** The whole command that runs a program of the source tree, which is compiled if it is not yet. */
    public List<String> command(MpiSystem system, int ranks, int pes, String source, List<String> arguments) throws TrialException {
        var words = new ArrayList<>(system.launcher(home, ranks, pes));
        words.add(programs.built(system, source).toString());
        words.addAll(arguments);
        return words;
    }

    /**
     * The command that runs a program with options of {@code flotilla run}.
     *
     * @param flags for the compiler
     * @param folder of its own for what is compiled with these
     */
    public List<String> command(List<String> options, String folder, List<String> flags, String source, List<String> arguments) throws TrialException {
        var words = new ArrayList<>(flotilla(List.of("run")));
        words.addAll(options);
        words.add(programs.built(MpiSystem.FLOTILLA, folder, flags, source).toString());
        words.addAll(arguments);
        return words;
    }

    public List<String> command(List<String> options, String source, List<String> arguments) throws TrialException {
        return command(options, "flotilla", List.of(), source, arguments);
    }

    /** The command that runs a program with another implementation of MPI whose processes use TCP although they are on one machine. */
    public List<String> commandOverTcp(MpiSystem system, int ranks, int pes, String source, List<String> arguments) throws TrialException {
        var words = new ArrayList<>(system.launcherOverTcp(home, ranks, pes));
        words.add(programs.built(system, source).toString());
        words.addAll(arguments);
        return words;
    }

    /**
     * The command that runs a program with a method of privatization.
     *
     * @param flags for the compiler
     */
    public List<String> command(String method, List<String> flags, int ranks, int pes, String source, List<String> arguments) throws TrialException {
        var words = new ArrayList<>(MpiSystem.FLOTILLA.launcher(home, ranks, pes));
        words.add("--privatize=" + method);
        words.add(programs.built(MpiSystem.FLOTILLA, flags.isEmpty() ? "flotilla" : "flotilla-" + method, flags, source).toString());
        words.addAll(arguments);
        return words;
    }

    /** Whether perf(1) can count misses of the cache for code here; virtual machines often have no counters. */
    public boolean hasPerformanceCounters() {
        if (counters == null) {
            counters = CodeMisses.canBeCounted(commands);
            if (!counters) {
                remarks.add("misses of the cache for code: perf has no counter for them here");
            }
        }
        return counters;
    }

    public long codeMisses(List<String> command, Duration limit) throws TrialException {
        return CodeMisses.of(commands, command, limit);
    }

    /** Makes the command that a trial runs; the program may have to be compiled first. */
    public interface CommandMaker {
        List<String> make() throws TrialException;
    }

    /** Runs a program that prints its samples, and answers the median of each series. */
    public List<Reading> readings(List<String> command, Duration limit) throws TrialException {
        return GuestOutput.parse(commands.run(command, limit));
    }

    /** A trial of one of Flotilla's programs that print their samples. */
    public Trial printed(String what, Duration limit, CommandMaker command, Function<Reading, Reading> naming) {
        return new Trial(what, MpiSystem.FLOTILLA.label(), () -> GuestOutput.parse(commands.run(command.make(), limit)).stream().map(naming).toList());
    }

    /** A trial of a program that prints its samples; {@code naming} makes of what it says what the group calls it. */
    public Trial printed(String what, MpiSystem system, int ranks, int pes, Duration limit, String source, List<String> arguments,
            Function<Reading, Reading> naming) {
        return new Trial(what, system.label(), () -> GuestOutput.parse(
                commands.run(command(system, ranks, pes, source, arguments), limit)).stream().map(naming).toList());
    }

    /** Takes all trials in turn, again and again. One that fails is left out from then on. */
    public void sample(Group group, List<Trial> trials) {
        Set<Trial> failed = new HashSet<>();
        for (int round = 1; round <= samples; round++) {
            for (Trial trial : trials) {
                if (failed.contains(trial)) {
                    continue;
                }
                progress.show("%s, sample %d of %d: %s with %s".formatted(group.name(), round, samples, trial.what(), trial.system()));
                try {
                    for (Reading one : trial.sampling().take()) {
                        values.computeIfAbsent(new Key(group.name(), one.series(), one.x(), trial.system(), one.unit()),
                                k -> new ArrayList<>()).add(one.value());
                    }
                } catch (TrialException failure) {
                    failed.add(trial);
                    remarks.add(group.name() + ": " + trial.what() + " with " + trial.system() + ": " + failure.getMessage());
                    complete &= !trial.system().equals(MpiSystem.FLOTILLA.label());
                }
            }
        }
        progress.clear();
    }

    /** Whether Flotilla has passed all trials; what others have not is only noted. */
    public boolean isComplete() {
        return complete;
    }

    /** All that is known so far. */
    public BenchRun run() {
        List<Measurement> measurements = values.entrySet().stream()
                .map(entry -> Measurement.of(entry.getKey().group, entry.getKey().series, entry.getKey().x, entry.getKey().system,
                        entry.getKey().unit, entry.getValue()))
                .toList();
        return new BenchRun(BenchRun.FORMAT, date, Machine.here(), versions, quick, measurements, remarks);
    }

    @Override
    public void close() {
        commands.close();
    }
}
