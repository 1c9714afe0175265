package flotilla.bench.group;

import flotilla.bench.Bench;
import flotilla.bench.ChartPlan;
import flotilla.bench.Group;
import flotilla.bench.MpiSystem;
import flotilla.bench.Reading;
import flotilla.bench.Target;
import flotilla.bench.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Messages between the nodes of a job on one machine, there and back, by each transport. */
final class TransportsGroup implements Group {
    private static final String SHM = "shm";
    private static final String TCP = "tcp";
    private static final String UCX = "ucx";
    private static final String BANDWIDTH = ", bandwidth";
    private static final String SOURCE = "bench/guests/pingpong.c";
    /** From so many bytes on the bandwidth is shown as well. */
    private static final long LARGE = 64 << 10;
    private static final List<String> SIZES = List.of("8", "65536", "1048576", "4194304");
    private static final List<String> FEW_SIZES = SIZES.subList(0, 2);
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @Override
    public String name() {
        return "transports";
    }

    @Override
    public String title() {
        return "Ping-pong between two ranks on two nodes of this machine with one PE each, one way, by transport, and the bandwidth that comes of it; beside "
                + "`shm` two processes of others as they are, beside `tcp` such that use TCP on this machine as well.";
    }

    @Override
    public String parameter() {
        return "size";
    }

    @Override
    public List<Target> targets() {
        return List.of(Target.atMost(SHM, 8, 0.30), Target.atMost(SHM, 1 << 20, 45), Target.atMost(TCP, 8, 8), Target.atMost(TCP, 1 << 20, 130));
    }

    @Override
    public List<ChartPlan> charts() {
        return List.of(new ChartPlan("transports", "Ping-pong between two nodes", List.of(SHM, TCP), "size", "us one way", ChartPlan.Shape.LINES));
    }

    @Override
    public void measure(Bench bench) {
        List<String> shared = bench.quick() ? arguments("2000", FEW_SIZES) : arguments("200000", SIZES);
        List<String> connected = bench.quick() ? arguments("100", FEW_SIZES) : arguments("50000", SIZES);
        var trials = new ArrayList<Trial>();
        for (String transport : List.of(SHM, TCP, UCX)) {
            List<String> arguments = transport.equals(TCP) ? connected : shared;
            trials.add(trial(bench, transport, MpiSystem.FLOTILLA,
                    () -> bench.command(TwoNodes.options(2, "--transport", transport), SOURCE, arguments)));
        }
        for (MpiSystem system : bench.systems()) {
            if (system.isReference()) {
                trials.add(trial(bench, SHM, system, () -> bench.command(system, 2, 2, SOURCE, shared)));
                trials.add(trial(bench, TCP, system, () -> bench.commandOverTcp(system, 2, 2, SOURCE, connected)));
            }
        }
        bench.sample(this, trials);
    }

    private static Trial trial(Bench bench, String transport, MpiSystem system, Bench.CommandMaker command) {
        return new Trial(transport, system.label(),
                () -> bench.readings(command.make(), LIMIT).stream().flatMap(reading -> named(transport, reading)).toList());
    }

    private static List<String> arguments(String rounds, List<String> sizes) {
        return Stream.concat(Stream.of(sizes.getLast(), "3", rounds), sizes.stream()).toList();
    }

    private static Stream<Reading> named(String transport, Reading time) {
        var named = new Reading(transport, time.x(), time.value(), time.unit());
        // Bytes by microsecond are megabytes by second.
        return time.x() < LARGE ? Stream.of(named)
                : Stream.of(named, new Reading(transport + BANDWIDTH, time.x(), time.x() / time.value() / 1000, "GB/s"));
    }
}
