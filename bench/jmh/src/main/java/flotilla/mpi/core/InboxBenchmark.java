package flotilla.mpi.core;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/** Deliveries pushed and taken: by one thread, and by one for each side. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class InboxBenchmark {
    private static final class Parcel extends Delivery {
        @Override
        public void deliver(Rank receiver) {}
    }

    /** An inbox that one thread uses. */
    @State(Scope.Thread)
    public static class Own {
        /** Deliveries that are taken at once. */
        @Param({"1", "64"})
        public int batch;

        private final Inbox inbox = new Inbox();
        private Parcel[] parcels;

        @Setup
        public void make() {
            parcels = new Parcel[batch];
            for (int i = 0; i < batch; i++) {
                parcels[i] = new Parcel();
            }
        }
    }

    /** Two inboxes between which one delivery goes there and back, as a message and its answer do. */
    @State(Scope.Group)
    public static class Shared {
        private final Inbox there = new Inbox();
        private final Inbox back = new Inbox();
        private final Parcel parcel = new Parcel();

        @Setup
        public void begin() {
            back.push(parcel);
        }
    }

    @Benchmark
    public Delivery pushAndTakeAll(Own own) {
        for (Parcel parcel : own.parcels) {
            own.inbox.push(parcel);
        }
        return own.inbox.takeAll();
    }

    @Benchmark
    public Delivery lookIntoEmpty(Own own) {
        return own.inbox.takeAll();
    }

    @Benchmark
    @Group("betweenThreads")
    public void ping(Shared shared, Control control) {
        move(shared.back, shared.there, control);
    }

    @Benchmark
    @Group("betweenThreads")
    public void pong(Shared shared, Control control) {
        move(shared.there, shared.back, control);
    }

    private static void move(Inbox from, Inbox to, Control control) {
        Delivery taken = from.takeAll();
        // The other thread stops when the time is over, and leaves nothing to wait for.
        while (taken == null && !control.stopMeasurement) {
            Thread.onSpinWait();
            taken = from.takeAll();
        }
        if (taken != null) {
            to.push(taken);
        }
    }
}
