package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.CollectiveCalls;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Op;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.face.HandleKind;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Collective calls on intercommunicators (MPI-3.1 section 5.2.3): the result of one group's data goes to the other group. */
class IntercommunicatorTest {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);

    @Property(tries = 160, edgeCases = EdgeCasesMode.NONE)
    void oneAtATime(@ForAll @IntRange(min = 1, max = 12) int first, @ForAll @IntRange(min = 1, max = 12) int second,
            @ForAll @IntRange(max = 4) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.ordered(first + second, seed, nodes)) {
            run(harness, first, seed);
        }
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void allAtTheSameTime(@ForAll @IntRange(min = 1, max = 12) int first, @ForAll @IntRange(min = 1, max = 12) int second,
            @ForAll @IntRange(max = 4) int nodes, @ForAll long seed) {
        try (var harness = RankHarness.concurrent(first + second, nodes)) {
            run(harness, first, seed);
        }
    }

    private static void run(RankHarness harness, int first, long seed) {
        Comm[] comms = harness.intercommunicator(first);
        long sum = harness.function((guest, arguments) -> {
            for (int i = 0; i < Memory.getInt(arguments[2]); i++) {
                Memory.putInt(arguments[1] + 4L * i, Memory.getInt(arguments[0] + 4L * i) + Memory.getInt(arguments[1] + 4L * i));
            }
            return 0;
        });
        harness.run(guest -> new Member(guest, comms[guest.index()], seed, sum).run());
    }

    /** Value of an element that the member of one side sends to a part. */
    private static int value(int step, int side, int rank, int part, int item) {
        return ((step * 7 + side) * 1009 + rank) * 10007 + part * 101 + item;
    }

    private static final class Member {
        final Guest guest;
        final Comm comm;
        final Random common;
        final long sum;
        final int rank;
        final int side;
        final int remote;

        Member(Guest guest, Comm comm, long seed, long sum) {
            this.guest = guest;
            this.comm = comm;
            this.sum = sum;
            common = new Random(seed);
            rank = comm.rank;
            side = comm.side;
            remote = comm.remoteGroup.size();
        }

        void run() {
            for (int step = 0; step < 10; step++) {
                int kind = common.nextInt(9);
                int count = common.nextInt(3) == 0 ? 3000 : common.nextInt(20);
                int rootSide = common.nextInt(2);
                int rootOfTwo = common.nextInt(1 << 20);
                int root = rootOfTwo % (side == rootSide ? comm.size() : remote);
                boolean user = common.nextBoolean();
                switch (kind) {
                    case 0 -> guest.succeed(() -> CollectiveCalls.barrier(guest.rank, comm));
                    case 1 -> bcast(step, count, rootSide, root);
                    case 2 -> gather(step, count, rootSide, root);
                    case 3 -> scatter(step, count, rootSide, root);
                    case 4 -> allgather(step, count);
                    case 5 -> alltoall(step, Math.min(count, 300));
                    case 6 -> reduce(step, count, rootSide, root, user);
                    case 7 -> allreduce(step, count, user);
                    default -> reduceScatter(step, Math.min(count, 400), user);
                }
            }
        }

        private boolean isRoot(int rootSide, int root) {
            return side == rootSide && rank == root;
        }

        /** The root argument of this member. */
        private int argument(int rootSide, int root) {
            return side != rootSide ? root : rank == root ? StandardAbi.ROOT : StandardAbi.PROC_NULL;
        }

        private long filled(int step, int parts, int count) {
            long address = guest.allocate(4L * parts * count);
            for (int p = 0; p < parts; p++) {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(address + 4L * (p * count + i), value(step, side, rank, p, i));
                }
            }
            return address;
        }

        private Op op(boolean user) {
            guest.argument(3, guest.rank.face.raw(HandleKind.DATATYPE, INT.number()));
            return user ? Op.user(true, sum, 0) : guest.rank.ops.get(StandardAbi.SUM);
        }

        private void bcast(int step, int count, int rootSide, int root) {
            long buffer = isRoot(rootSide, root) ? filled(step, 1, count) : guest.allocate(4L * count);
            guest.succeed(() -> CollectiveCalls.bcast(guest.rank, buffer, count, INT, argument(rootSide, root), comm));
            for (int i = 0; side != rootSide && i < count; i++) {
                assertThat(Memory.getInt(buffer + 4L * i)).isEqualTo(value(step, rootSide, root, 0, i));
            }
        }

        private void gather(int step, int count, int rootSide, int root) {
            long buffer = filled(step, 1, count);
            long result = guest.allocate(4L * count * remote);
            guest.succeed(() -> CollectiveCalls.gather(guest.rank, buffer, count, INT, result, count, INT, argument(rootSide, root), comm));
            for (int r = 0; isRoot(rootSide, root) && r < remote; r++) {
                for (int i = 0; i < count; i++) {
                    assertThat(Memory.getInt(result + 4L * (r * count + i))).isEqualTo(value(step, 1 - side, r, 0, i));
                }
            }
        }

        private void scatter(int step, int count, int rootSide, int root) {
            long buffer = isRoot(rootSide, root) ? filled(step, remote, count) : 0;
            long result = guest.allocate(4L * count);
            guest.succeed(() -> CollectiveCalls.scatter(guest.rank, buffer, count, INT, result, count, INT, argument(rootSide, root), comm));
            for (int i = 0; side != rootSide && i < count; i++) {
                assertThat(Memory.getInt(result + 4L * i)).isEqualTo(value(step, rootSide, root, rank, i));
            }
        }

        private void allgather(int step, int count) {
            long buffer = filled(step, 1, count);
            long result = guest.allocate(4L * count * remote);
            guest.succeed(() -> CollectiveCalls.allgather(guest.rank, buffer, count, INT, result, count, INT, comm));
            for (int r = 0; r < remote; r++) {
                for (int i = 0; i < count; i++) {
                    assertThat(Memory.getInt(result + 4L * (r * count + i))).isEqualTo(value(step, 1 - side, r, 0, i));
                }
            }
        }

        private void alltoall(int step, int count) {
            long buffer = filled(step, remote, count);
            long result = guest.allocate(4L * count * remote);
            guest.succeed(() -> CollectiveCalls.alltoall(guest.rank, buffer, count, INT, result, count, INT, comm));
            for (int r = 0; r < remote; r++) {
                for (int i = 0; i < count; i++) {
                    assertThat(Memory.getInt(result + 4L * (r * count + i))).isEqualTo(value(step, 1 - side, r, rank, i));
                }
            }
        }

        private int total(int step, int ofSide, int members, int item) {
            int total = 0;
            for (int r = 0; r < members; r++) {
                total += value(step, ofSide, r, 0, item);
            }
            return total;
        }

        private void reduce(int step, int count, int rootSide, int root, boolean user) {
            long buffer = filled(step, 1, count);
            long result = guest.allocate(4L * count);
            guest.succeed(() -> CollectiveCalls.reduce(guest.rank, buffer, result, count, INT, op(user), argument(rootSide, root), comm));
            for (int i = 0; isRoot(rootSide, root) && i < count; i++) {
                assertThat(Memory.getInt(result + 4L * i)).isEqualTo(total(step, 1 - side, remote, i));
            }
        }

        private void allreduce(int step, int count, boolean user) {
            long buffer = filled(step, 1, count);
            long result = guest.allocate(4L * count);
            guest.succeed(() -> CollectiveCalls.allreduce(guest.rank, buffer, result, count, INT, op(user), comm));
            for (int i = 0; i < count; i++) {
                assertThat(Memory.getInt(result + 4L * i)).isEqualTo(total(step, 1 - side, remote, i));
            }
        }

        private void reduceScatter(int step, int count, boolean user) {
            // Each group's counts add up to the same.
            int all = comm.size() * remote * count;
            long buffer = filled(step, 1, all);
            int mine = remote * count;
            long result = guest.allocate(4L * mine);
            guest.succeed(() -> CollectiveCalls.reduceScatterBlock(guest.rank, buffer, result, mine, INT, op(user), comm));
            for (int i = 0; i < mine; i++) {
                assertThat(Memory.getInt(result + 4L * i)).isEqualTo(total(step, 1 - side, remote, rank * mine + i));
            }
        }
    }
}
