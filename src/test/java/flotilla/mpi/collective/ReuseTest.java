package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.CollectiveCalls;
import flotilla.mpi.calls.RequestCalls;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Op;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.topology.Cartesian;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Calls of all kinds and sizes in long, random sequences: what an object of an earlier call still holds must not show. */
class ReuseTest {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);
    private static final int SIZE = 4;
    private static final int LARGE = 5000;
    private static final int CALLS = 120;

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void inAnyOrder(@ForAll long seed, @ForAll @IntRange(max = 2) int nodes) {
        for (boolean concurrent : new boolean[] {false, true}) {
            try (var harness = concurrent ? RankHarness.concurrent(SIZE, nodes) : RankHarness.ordered(SIZE, seed, nodes)) {
                Comm[] comms = harness.duplicate();
                for (int i = 0; i < SIZE; i++) {
                    comms[i].topology = new Cartesian(new int[] {SIZE}, new boolean[] {true}, i);
                }
                harness.run(guest -> new Caller(guest, comms[guest.index()]).run(seed));
            }
        }
    }

    /** One rank's calls. Part k of rank r in call c holds c + 1000 r + 10 k, and so does every element of it. */
    private static final class Caller {
        private final Guest guest;
        private final Comm comm;
        private final int rank;
        private final Op sum;
        private final long in;
        private final long out;
        private final long request;

        Caller(Guest guest, Comm comm) {
            this.guest = guest;
            this.comm = comm;
            rank = guest.index();
            sum = guest.rank.ops.get(StandardAbi.SUM);
            in = guest.allocate(4L * LARGE * SIZE);
            out = guest.allocate(4L * LARGE * SIZE);
            request = guest.allocate(8);
        }

        void run(long seed) {
            Random common = new Random(seed);
            for (int call = 0; call < CALLS; call++) {
                int kind = common.nextInt(12);
                int count = common.nextInt(3) == 0 ? LARGE : 1 + common.nextInt(3);
                int root = common.nextInt(SIZE);
                for (int part = 0; part < SIZE; part++) {
                    for (int i = 0; i < count; i++) {
                        Memory.putInt(in + 4L * (part * count + i), value(call, rank, part));
                        Memory.putInt(out + 4L * (part * count + i), -1);
                    }
                }
                make(kind, call, count, root);
            }
        }

        private static int value(int call, int rank, int part) {
            return call + 1000 * rank + 10 * part;
        }

        private void make(int kind, int call, int count, int root) {
            boolean isRoot = rank == root;
            int all = SIZE * call + 1000 * (SIZE * (SIZE - 1) / 2);
            switch (kind) {
                case 0 -> guest.succeed(() -> CollectiveCalls.barrier(guest.rank, comm));
                case 1 -> {
                    guest.succeed(() -> CollectiveCalls.bcast(guest.rank, isRoot ? in : out, count, INT, root, comm));
                    expect(isRoot ? in : out, 0, count, value(call, root, 0));
                }
                case 2 -> {
                    guest.succeed(() -> CollectiveCalls.reduce(guest.rank, in, out, count, INT, sum, root, comm));
                    expect(out, 0, count, isRoot ? all : -1);
                }
                case 3 -> {
                    guest.succeed(() -> CollectiveCalls.allreduce(guest.rank, in, out, count, INT, sum, comm));
                    expect(out, 0, count, all);
                }
                case 4 -> {
                    guest.succeed(() -> CollectiveCalls.gather(guest.rank, in, count, INT, out, count, INT, root, comm));
                    for (int r = 0; r < SIZE; r++) {
                        expect(out, r, count, isRoot ? value(call, r, 0) : -1);
                    }
                }
                case 5 -> {
                    guest.succeed(() -> CollectiveCalls.scatter(guest.rank, in, count, INT, out, count, INT, root, comm));
                    expect(out, 0, count, value(call, root, rank));
                }
                case 6 -> {
                    guest.succeed(() -> CollectiveCalls.allgather(guest.rank, in, count, INT, out, count, INT, comm));
                    for (int r = 0; r < SIZE; r++) {
                        expect(out, r, count, value(call, r, 0));
                    }
                }
                case 7 -> {
                    guest.succeed(() -> CollectiveCalls.alltoall(guest.rank, in, count, INT, out, count, INT, comm));
                    for (int r = 0; r < SIZE; r++) {
                        expect(out, r, count, value(call, r, rank));
                    }
                }
                case 8 -> {
                    guest.succeed(() -> CollectiveCalls.scan(guest.rank, in, out, count, INT, sum, comm));
                    expect(out, 0, count, (rank + 1) * call + 1000 * (rank * (rank + 1) / 2));
                }
                case 9 -> {
                    guest.succeed(() -> CollectiveCalls.neighborAllgather(guest.rank, in, count, INT, out, count, INT, comm));
                    expect(out, 0, count, value(call, (rank + SIZE - 1) % SIZE, 0));
                    expect(out, 1, count, value(call, (rank + 1) % SIZE, 0));
                }
                case 10 -> {
                    guest.succeed(() -> CollectiveCalls.iallreduce(guest.rank, in, out, count, INT, sum, comm, request));
                    guest.succeed(() -> CollectiveCalls.barrier(guest.rank, comm));
                    guest.succeed(() -> RequestCalls.wait(guest.rank, request, 0));
                    expect(out, 0, count, all);
                }
                default -> {
                    guest.succeed(() -> CollectiveCalls.ibarrier(guest.rank, comm, request));
                    guest.succeed(() -> RequestCalls.wait(guest.rank, request, 0));
                }
            }
        }

        private static void expect(long buffer, int part, int count, int value) {
            for (int i = 0; i < count; i++) {
                assertThat(Memory.getInt(buffer + 4L * (part * count + i))).isEqualTo(value);
            }
        }
    }
}
