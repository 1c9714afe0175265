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
import flotilla.mpi.datatype.DerivedDatatypes;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A random sequence of collective calls on one communicator, the same on all ranks, each checked against what its arguments
 * say must come out. Nonblocking ones stay outstanding for a while and complete in any order.
 */
final class Scenario {
    /** A call of one rank: made once, checked once complete. */
    interface Call {
        int make(long request);

        void check();
    }

    private final RankHarness harness;
    private final Comm[] comms;
    private final int size;
    private final long seed;
    private final int steps;
    private final AtomicInteger[] entered;
    private final long composition;
    private final long sum;
    /** By world rank: the layouts of the vectors that its user-defined sum gets, by their datatypes. */
    private final List<Map<Datatype, Layout>> sumLayouts = new ArrayList<>();

    Scenario(RankHarness harness, Comm[] comms, long seed, int steps) {
        this.harness = harness;
        this.comms = comms;
        this.size = comms.length;
        this.seed = seed;
        this.steps = steps;
        entered = new AtomicInteger[steps];
        for (int i = 0; i < steps; i++) {
            entered[i] = new AtomicInteger();
        }
        for (int i = 0; i < size; i++) {
            sumLayouts.add(new IdentityHashMap<>());
        }
        composition = harness.function(Scenario::compose);
        sum = harness.function((guest, arguments) -> {
            Layout layout = sumLayouts.get(guest.index()).get(guest.rank.datatype(Memory.getLong(arguments[3])));
            for (int i = 0; i < Memory.getInt(arguments[2]); i++) {
                layout.put(arguments[1], i, layout.get(arguments[0], i) + layout.get(arguments[1], i));
            }
            return 0;
        });
    }

    /** x -> a x + b, as pairs (a, b) of ints: composing them is associative and not commutative. */
    private static long compose(Guest guest, long[] arguments) {
        assertThat(guest.rank.datatype(Memory.getLong(arguments[3])).size()).isEqualTo(8);
        for (int i = 0; i < Memory.getInt(arguments[2]); i++) {
            long in = arguments[0] + 8L * i;
            long inout = arguments[1] + 8L * i;
            int a = Memory.getInt(in);
            int b = Memory.getInt(in + 4);
            int c = Memory.getInt(inout);
            int d = Memory.getInt(inout + 4);
            Memory.putInt(inout, a * c);
            Memory.putInt(inout + 4, a * d + b);
        }
        return 0;
    }

    void run() {
        harness.run(guest -> new Member(guest).run());
    }

    private int value(int step, int rank, int part, int item) {
        long hash = ((seed * 31 + step) * 31 + rank) * 31 + part;
        hash = (hash * 1_000_003 + item) * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32);
    }

    private static int items(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1, 2 -> 1;
            case 3, 4 -> 1 + random.nextInt(20);
            case 5, 6 -> 1 + random.nextInt(400);
            default -> 1 + random.nextInt(6000);
        };
    }

    /** One rank's part of the scenario. */
    private final class Member {
        final Guest guest;
        final Comm comm;
        final int rank;
        /** Draws the same numbers in all ranks. */
        Random common;
        /** Draws this rank's own. */
        final Random own;
        int step;

        Member(Guest guest) {
            this.guest = guest;
            this.comm = comms[guest.index()];
            this.rank = comm.rank;
            own = new Random(seed ^ 0x5DEECE66DL * (rank + 1));
        }

        void run() {
            List<Call> pending = new ArrayList<>();
            long requests = guest.allocate(8L * steps);
            for (int i = 0; i < steps; i++) {
                Memory.putLong(requests + 8L * i, guest.rank.face.raw(HandleKind.REQUEST, StandardAbi.REQUEST_NULL));
                pending.add(null);
            }
            for (step = 0; step < steps; step++) {
                common = new Random(seed * 1000 + step);
                boolean nonblocking = common.nextInt(3) == 0;
                Call call = draw();
                int at = step;
                entered[step].incrementAndGet();
                guest.succeed(() -> call.make(nonblocking ? requests + 8L * at : 0));
                if (nonblocking) {
                    pending.set(step, call);
                } else {
                    call.check();
                }
                if (own.nextInt(3) == 0) {
                    finish(pending, requests, own.nextInt(step + 1));
                }
            }
            if (own.nextBoolean()) {
                guest.succeed(() -> RequestCalls.waitall(guest.rank, steps, requests, 0));
                for (Call call : pending) {
                    if (call != null) {
                        call.check();
                    }
                }
            } else {
                for (int i = steps - 1; i >= 0; i--) {
                    finish(pending, requests, i);
                }
            }
        }

        private void finish(List<Call> pending, long requests, int index) {
            Call call = pending.get(index);
            if (call == null) {
                return;
            }
            if (own.nextBoolean()) {
                long flag = guest.allocate(4);
                for (int i = 0; i < 3; i++) {
                    guest.succeed(() -> RequestCalls.test(guest.rank, requests + 8L * index, flag, 0));
                    if (Memory.getInt(flag) != 0) {
                        pending.set(index, null);
                        call.check();
                        return;
                    }
                }
            }
            guest.succeed(() -> RequestCalls.wait(guest.rank, requests + 8L * index, 0));
            pending.set(index, null);
            call.check();
        }

        private Call draw() {
            int kind = common.nextInt(17);
            return switch (kind) {
                case 0 -> barrier();
                case 1, 2 -> bcast();
                case 3, 4 -> gather(kind == 3);
                case 5, 6 -> scatter(kind == 5);
                case 7, 8 -> allgather(kind == 7);
                case 9, 10, 11 -> alltoall(kind - 9);
                default -> reduction(kind - 12);
            };
        }

        private Call barrier() {
            int at = step;
            return new Call() {
                @Override
                public int make(long request) {
                    return request == 0 ? CollectiveCalls.barrier(guest.rank, comm) : CollectiveCalls.ibarrier(guest.rank, comm, request);
                }

                @Override
                public void check() {
                    assertThat(entered[at].get()).isEqualTo(size);
                }
            };
        }

        private Call bcast() {
            int root = common.nextInt(size);
            int count = items(common);
            Layout layout = Layout.random(own);
            long buffer = layout.allocate(guest, count);
            int at = step;
            for (int i = 0; rank == root && i < count; i++) {
                layout.put(buffer, i, value(at, root, 0, i));
            }
            return new Call() {
                @Override
                public int make(long request) {
                    return request == 0
                            ? CollectiveCalls.bcast(guest.rank, buffer, count, layout.type(), root, comm)
                            : CollectiveCalls.ibcast(guest.rank, buffer, count, layout.type(), root, comm, request);
                }

                @Override
                public void check() {
                    for (int i = 0; i < count; i++) {
                        assertThat(layout.get(buffer, i)).isEqualTo(value(at, root, 0, i));
                    }
                }
            };
        }

        /** Counts and displacements of the v-variants, or the same count for all. */
        private final class Counts {
            final int[] counts = new int[size];
            final int[] displacements = new int[size];
            int total;

            Counts(boolean vary) {
                int same = items(common);
                for (int i = 0; i < size; i++) {
                    counts[i] = vary ? Math.min(items(common), 500) : Math.min(same, 3000);
                }
                for (int i = 0; i < size; i++) {
                    displacements[i] = total + (vary ? i % 3 : 0);
                    total = displacements[i] + counts[i];
                }
            }
        }

        private Call gather(boolean vary) {
            int root = common.nextInt(size);
            boolean inPlace = common.nextInt(3) == 0;
            var counts = new Counts(vary);
            Layout layout = Layout.random(own);
            Layout into = Layout.random(own);
            int mine = counts.counts[rank];
            long buffer = layout.allocate(guest, mine);
            long result = into.allocate(guest, counts.total + 1);
            int at = step;
            boolean place = inPlace && rank == root;
            for (int i = 0; i < mine; i++) {
                layout.put(buffer, i, value(at, rank, 0, i));
                if (place) {
                    into.put(result, counts.displacements[rank] + i, value(at, rank, 0, i));
                }
            }
            long send = place ? Face.IN_PLACE : buffer;
            long recvcounts = guest.ints(counts.counts);
            long displs = guest.ints(counts.displacements);
            Datatype recvtype = rank == root ? into.type() : null;
            return new Call() {
                @Override
                public int make(long request) {
                    if (vary) {
                        return request == 0
                                ? CollectiveCalls.gatherv(guest.rank, send, mine, layout.type(), result, recvcounts, displs, recvtype, root, comm)
                                : CollectiveCalls.igatherv(guest.rank, send, mine, layout.type(), result, recvcounts, displs, recvtype, root, comm, request);
                    }
                    return request == 0
                            ? CollectiveCalls.gather(guest.rank, send, mine, layout.type(), result, mine, recvtype, root, comm)
                            : CollectiveCalls.igather(guest.rank, send, mine, layout.type(), result, mine, recvtype, root, comm, request);
                }

                @Override
                public void check() {
                    for (int r = 0; rank == root && r < size; r++) {
                        for (int i = 0; i < counts.counts[r]; i++) {
                            assertThat(into.get(result, counts.displacements[r] + i)).isEqualTo(value(at, r, 0, i));
                        }
                    }
                }
            };
        }

        private Call scatter(boolean vary) {
            int root = common.nextInt(size);
            boolean inPlace = common.nextInt(3) == 0 && rank == root;
            var counts = new Counts(vary);
            Layout layout = Layout.random(own);
            Layout into = Layout.random(own);
            int mine = counts.counts[rank];
            long buffer = layout.allocate(guest, counts.total + 1);
            long result = into.allocate(guest, mine);
            int at = step;
            for (int r = 0; rank == root && r < size; r++) {
                for (int i = 0; i < counts.counts[r]; i++) {
                    layout.put(buffer, counts.displacements[r] + i, value(at, root, r, i));
                }
            }
            long receive = inPlace ? Face.IN_PLACE : result;
            long sendcounts = guest.ints(counts.counts);
            long displs = guest.ints(counts.displacements);
            Datatype sendtype = rank == root ? layout.type() : null;
            return new Call() {
                @Override
                public int make(long request) {
                    if (vary) {
                        return request == 0
                                ? CollectiveCalls.scatterv(guest.rank, buffer, sendcounts, displs, sendtype, receive, mine, into.type(), root, comm)
                                : CollectiveCalls.iscatterv(guest.rank, buffer, sendcounts, displs, sendtype, receive, mine, into.type(), root, comm, request);
                    }
                    return request == 0
                            ? CollectiveCalls.scatter(guest.rank, buffer, mine, sendtype, receive, mine, into.type(), root, comm)
                            : CollectiveCalls.iscatter(guest.rank, buffer, mine, sendtype, receive, mine, into.type(), root, comm, request);
                }

                @Override
                public void check() {
                    for (int i = 0; !inPlace && i < mine; i++) {
                        assertThat(into.get(result, i)).isEqualTo(value(at, root, rank, i));
                    }
                }
            };
        }

        private Call allgather(boolean vary) {
            boolean inPlace = common.nextInt(3) == 0;
            var counts = new Counts(vary);
            boolean plain = common.nextBoolean();
            Layout layout = plain ? Layout.PLAIN : Layout.random(own);
            Layout into = plain ? Layout.PLAIN : Layout.random(own);
            int mine = counts.counts[rank];
            long buffer = layout.allocate(guest, mine);
            long result = into.allocate(guest, counts.total + 1);
            int at = step;
            for (int i = 0; i < mine; i++) {
                layout.put(buffer, i, value(at, rank, 0, i));
                if (inPlace) {
                    into.put(result, counts.displacements[rank] + i, value(at, rank, 0, i));
                }
            }
            long send = inPlace ? Face.IN_PLACE : buffer;
            Datatype sendtype = inPlace ? null : layout.type();
            long recvcounts = guest.ints(counts.counts);
            long displs = guest.ints(counts.displacements);
            return new Call() {
                @Override
                public int make(long request) {
                    if (vary) {
                        return request == 0
                                ? CollectiveCalls.allgatherv(guest.rank, send, mine, sendtype, result, recvcounts, displs, into.type(), comm)
                                : CollectiveCalls.iallgatherv(guest.rank, send, mine, sendtype, result, recvcounts, displs, into.type(), comm, request);
                    }
                    return request == 0
                            ? CollectiveCalls.allgather(guest.rank, send, mine, sendtype, result, mine, into.type(), comm)
                            : CollectiveCalls.iallgather(guest.rank, send, mine, sendtype, result, mine, into.type(), comm, request);
                }

                @Override
                public void check() {
                    for (int r = 0; r < size; r++) {
                        for (int i = 0; i < counts.counts[r]; i++) {
                            assertThat(into.get(result, counts.displacements[r] + i)).isEqualTo(value(at, r, 0, i));
                        }
                    }
                }
            };
        }

        /** @param variant 0 plain, 1 with counts, 2 with types */
        private Call alltoall(int variant) {
            boolean inPlace = common.nextInt(3) == 0;
            int same = Math.min(items(common), 700);
            int spread = variant == 0 ? 0 : 1 + common.nextInt(50);
            Layout layout = Layout.random(own);
            Layout into = Layout.random(own);
            // In place, what two ranks exchange has one length.
            int[] sends = new int[size];
            int[] receives = new int[size];
            int[] sendAt = new int[size];
            int[] receiveAt = new int[size];
            int sendTotal = 0;
            int receiveTotal = 0;
            for (int r = 0; r < size; r++) {
                sends[r] = same + (spread == 0 ? 0 : (inPlace ? rank + r : rank + 3 * r) % spread);
                receives[r] = same + (spread == 0 ? 0 : (inPlace ? rank + r : r + 3 * rank) % spread);
                sendAt[r] = sendTotal;
                receiveAt[r] = receiveTotal;
                sendTotal += sends[r] + (variant == 0 ? 0 : 1);
                receiveTotal += receives[r] + (variant == 0 ? 0 : 2);
            }
            long buffer = layout.allocate(guest, sendTotal);
            long result = into.allocate(guest, receiveTotal);
            int at = step;
            for (int r = 0; r < size; r++) {
                for (int i = 0; i < sends[r]; i++) {
                    if (inPlace) {
                        into.put(result, receiveAt[r] + i, value(at, rank, r, i));
                    } else {
                        layout.put(buffer, sendAt[r] + i, value(at, rank, r, i));
                    }
                }
            }
            long send = inPlace ? Face.IN_PLACE : buffer;
            long sendcounts = guest.ints(sends);
            long recvcounts = guest.ints(receives);
            long sdispls = guest.ints(scaled(sendAt, variant == 2 ? layout.extent() : 1));
            long rdispls = guest.ints(scaled(receiveAt, variant == 2 ? into.extent() : 1));
            long sendtypes = types(layout.type());
            long recvtypes = types(into.type());
            return new Call() {
                @Override
                public int make(long request) {
                    return switch (variant) {
                        case 0 -> request == 0
                                ? CollectiveCalls.alltoall(guest.rank, send, same, layout.type(), result, same, into.type(), comm)
                                : CollectiveCalls.ialltoall(guest.rank, send, same, layout.type(), result, same, into.type(), comm, request);
                        case 1 -> request == 0
                                ? CollectiveCalls.alltoallv(guest.rank, send, sendcounts, sdispls, layout.type(), result, recvcounts, rdispls, into.type(), comm)
                                : CollectiveCalls.ialltoallv(guest.rank, send, sendcounts, sdispls, layout.type(), result, recvcounts, rdispls, into.type(), comm, request);
                        default -> request == 0
                                ? CollectiveCalls.alltoallw(guest.rank, send, sendcounts, sdispls, sendtypes, result, recvcounts, rdispls, recvtypes, comm)
                                : CollectiveCalls.ialltoallw(guest.rank, send, sendcounts, sdispls, sendtypes, result, recvcounts, rdispls, recvtypes, comm, request);
                    };
                }

                @Override
                public void check() {
                    for (int r = 0; r < size; r++) {
                        for (int i = 0; i < receives[r]; i++) {
                            assertThat(into.get(result, receiveAt[r] + i)).isEqualTo(value(at, r, rank, i));
                        }
                    }
                }
            };
        }

        private int[] scaled(int[] displacements, int by) {
            var bytes = new int[displacements.length];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = displacements[i] * by;
            }
            return bytes;
        }

        private long types(Datatype type) {
            long address = guest.allocate(8L * size);
            int handle = type.isPredefined() ? type.number() : guest.rank.datatypes.add(type);
            for (int i = 0; i < size; i++) {
                guest.rank.face.putHandleAt(HandleKind.DATATYPE, address, i, handle);
            }
            return address;
        }

        /** @param variant 0 reduce, 1 allreduce, 2 reduce_scatter or block, 3 scan, 4 exscan */
        private Call reduction(int variant) {
            int root = common.nextInt(size);
            boolean inPlace = common.nextInt(3) == 0 && (variant != 0 || rank == root);
            int algebra = common.nextInt(3); // 0 predefined sum, 1 composition of functions, 2 the program's own sum of any layout
            boolean block = common.nextBoolean();
            int[] counts = new int[size];
            int total = 0;
            int before = 0;
            int length = variant == 2 ? Math.min(items(common), 300) : items(common);
            for (int r = 0; r < size; r++) {
                counts[r] = block ? length : Math.max(0, length + r % 3 - 1);
                before = r == rank ? total : before;
                total += counts[r];
            }
            int count = variant == 2 ? total : length;
            int expectedStart = variant == 2 ? before : 0;
            int expectedCount = variant == 2 ? counts[rank] : count;
            int words = algebra == 1 ? 2 : 1;
            // One layout in all ranks, of a type that each has made itself.
            Layout layout = algebra == 2 ? Layout.random(common) : Layout.PLAIN;
            Datatype type = layout.type();
            if (algebra == 1) {
                type = DerivedDatatypes.contiguous(2, PredefinedDatatypes.get(BasicType.INT));
                type.commit();
            }
            sumLayouts.get(guest.index()).put(layout.type(), layout);
            Op op = algebra == 0 ? guest.rank.ops.get(StandardAbi.SUM) : Op.user(algebra == 2, algebra == 1 ? composition : sum, 0);
            long buffer = layout.allocate(guest, count * words);
            long result = layout.allocate(guest, count * words);
            int at = step;
            for (int i = 0; i < count * words; i++) {
                layout.put(inPlace ? result : buffer, i, value(at, rank, 0, i));
            }
            long send = inPlace ? Face.IN_PLACE : buffer;
            int handle = type.isPredefined() ? type.number() : guest.rank.datatypes.add(type);
            long rawType = guest.rank.face.raw(HandleKind.DATATYPE, handle);
            long recvcounts = guest.ints(counts);
            Datatype used = type;
            return new Call() {
                @Override
                public int make(long request) {
                    guest.argument(3, rawType);
                    return switch (variant) {
                        case 0 -> request == 0
                                ? CollectiveCalls.reduce(guest.rank, send, result, count, used, op, root, comm)
                                : CollectiveCalls.ireduce(guest.rank, send, result, count, used, op, root, comm, request);
                        case 1 -> request == 0
                                ? CollectiveCalls.allreduce(guest.rank, send, result, count, used, op, comm)
                                : CollectiveCalls.iallreduce(guest.rank, send, result, count, used, op, comm, request);
                        case 2 -> block
                                ? request == 0
                                        ? CollectiveCalls.reduceScatterBlock(guest.rank, send, result, counts[0], used, op, comm)
                                        : CollectiveCalls.ireduceScatterBlock(guest.rank, send, result, counts[0], used, op, comm, request)
                                : request == 0
                                        ? CollectiveCalls.reduceScatter(guest.rank, send, result, recvcounts, used, op, comm)
                                        : CollectiveCalls.ireduceScatter(guest.rank, send, result, recvcounts, used, op, comm, request);
                        case 3 -> request == 0
                                ? CollectiveCalls.scan(guest.rank, send, result, count, used, op, comm)
                                : CollectiveCalls.iscan(guest.rank, send, result, count, used, op, comm, request);
                        default -> request == 0
                                ? CollectiveCalls.exscan(guest.rank, send, result, count, used, op, comm)
                                : CollectiveCalls.iexscan(guest.rank, send, result, count, used, op, comm, request);
                    };
                }

                @Override
                public void check() {
                    int end = variant == 3 ? rank + 1 : variant == 4 ? rank : size;
                    if (end == 0 || variant == 0 && rank != root) {
                        return;
                    }
                    for (int i = 0; i < expectedCount; i++) {
                        int source = expectedStart + i;
                        if (words == 1) {
                            int wanted = 0;
                            for (int r = 0; r < end; r++) {
                                wanted += value(at, r, 0, source);
                            }
                            assertThat(layout.get(result, i)).isEqualTo(wanted);
                        } else {
                            int a = value(at, 0, 0, 2 * source);
                            int b = value(at, 0, 0, 2 * source + 1);
                            for (int r = 1; r < end; r++) {
                                b += a * value(at, r, 0, 2 * source + 1);
                                a *= value(at, r, 0, 2 * source);
                            }
                            assertThat(layout.get(result, 2 * i)).isEqualTo(a);
                            assertThat(layout.get(result, 2 * i + 1)).isEqualTo(b);
                        }
                    }
                }
            };
        }
    }
}
