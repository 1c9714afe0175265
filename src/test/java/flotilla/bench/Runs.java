package flotilla.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Runs made up for tests, of a group made up for tests. */
final class Runs {
    static final Machine MACHINE = new Machine("A Processor", 2, 4096, "6.1");

    /** Two series, with a target that is a number and one that is a multiple. */
    static final Group GROUP = new Group() {
        @Override
        public String name() {
            return "made-up";
        }

        @Override
        public String title() {
            return "What is made up.";
        }

        @Override
        public String parameter() {
            return "ranks";
        }

        @Override
        public List<Target> targets() {
            return List.of(Target.atMost("hop", 2, 100), Target.times("hop", 8, 1.5, "hop", 2, MpiSystem.MPICH));
        }

        /** Of ranks that take steps. */
        @Override
        public SpeedUp speedUp(String series) {
            return series.startsWith("balanced") ? new SpeedUp("not balanced", "ideal") : null;
        }

        @Override
        public List<ChartPlan> charts() {
            return List.of(new ChartPlan("hops", "Hops", List.of("hop"), "ranks", "ns", ChartPlan.Shape.LINES),
                    new ChartPlan("bars", "Bars", List.of("hop"), "", "ns", ChartPlan.Shape.BARS));
        }

        @Override
        public void measure(Bench bench) {
            throw new UnsupportedOperationException();
        }
    };

    static Measurement of(String series, long x, MpiSystem system, double... samples) {
        return Measurement.of(GROUP.name(), series, x, system.label(), "ns", DoubleStream.of(samples).boxed().toList());
    }

    static BenchRun run(Measurement... measurements) {
        return new BenchRun(BenchRun.FORMAT, "2026-01-02T03:04:05Z", MACHINE, Map.of("Java", "25"), false,
                Stream.of(measurements).toList(), List.of("something: did not work"));
    }

    private Runs() {}
}
