package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.CollectiveCalls;
import flotilla.mpi.calls.RequestCalls;
import flotilla.mpi.core.Op;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.DerivedDatatypes;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.Face;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What wrong arguments lead to: an error of the right class, in the member concerned, and never worse. */
class CollectiveErrorsTest {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);
    private static final Datatype DOUBLE = PredefinedDatatypes.get(BasicType.DOUBLE);

    private static void fails(int errorClass, Guest guest, IntSupplier call) {
        assertThatThrownBy(() -> guest.call(call))
                .isInstanceOfSatisfying(MpiException.class, e -> assertThat(ErrorClass.name(e.errorClass())).as(e.getMessage()).isEqualTo(ErrorClass.name(errorClass)));
    }

    private static Op sum(Guest guest) {
        return guest.rank.ops.get(StandardAbi.SUM);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void argumentsAreChecked(int nodes) {
        try (var harness = RankHarness.ordered(1, 0, nodes)) {
            harness.run(guest -> {
                var rank = guest.rank;
                var comm = guest.world();
                long a = guest.allocate(64);
                long b = guest.allocate(64);
                fails(ErrorClass.ROOT, guest, () -> CollectiveCalls.bcast(rank, a, 1, INT, 1, comm));
                fails(ErrorClass.ROOT, guest, () -> CollectiveCalls.bcast(rank, a, 1, INT, StandardAbi.PROC_NULL, comm));
                fails(ErrorClass.ROOT, guest, () -> CollectiveCalls.reduce(rank, a, b, 1, INT, sum(guest), -1, comm));
                fails(ErrorClass.COUNT, guest, () -> CollectiveCalls.bcast(rank, a, -1, INT, 0, comm));
                fails(ErrorClass.COUNT, guest, () -> CollectiveCalls.allreduce(rank, a, b, -3, INT, sum(guest), comm));
                fails(ErrorClass.COUNT, guest, () -> CollectiveCalls.allgatherv(rank, a, 1, INT, b, guest.ints(-1), guest.ints(0), INT, comm));
                fails(ErrorClass.BUFFER, guest, () -> CollectiveCalls.bcast(rank, 0, 1, INT, 0, comm));
                fails(ErrorClass.BUFFER, guest, () -> CollectiveCalls.bcast(rank, Face.IN_PLACE, 1, INT, 0, comm));
                fails(ErrorClass.BUFFER, guest, () -> CollectiveCalls.allreduce(rank, a, a, 1, INT, sum(guest), comm));
                fails(ErrorClass.BUFFER, guest, () -> CollectiveCalls.allreduce(rank, a, Face.IN_PLACE, 1, INT, sum(guest), comm));
                fails(ErrorClass.BUFFER, guest, () -> CollectiveCalls.gather(rank, a, 1, INT, a, 1, INT, 0, comm));
                fails(ErrorClass.TYPE, guest, () -> CollectiveCalls.allgather(rank, a, 1, null, b, 1, INT, comm));
                fails(ErrorClass.TYPE, guest, () -> CollectiveCalls.bcast(rank, a, 1, DerivedDatatypes.contiguous(2, INT), 0, comm));
                fails(ErrorClass.OP, guest, () -> CollectiveCalls.allreduce(rank, a, b, 1, DOUBLE, rank.ops.get(StandardAbi.BAND), comm));
                fails(ErrorClass.OP, guest, () -> CollectiveCalls.reduceLocal(rank, a, b, 1, DOUBLE, rank.ops.get(StandardAbi.MAXLOC)));
                fails(ErrorClass.TRUNCATE, guest, () -> CollectiveCalls.gather(rank, a, 2, INT, b, 1, INT, 0, comm));
                fails(ErrorClass.TRUNCATE, guest, () -> CollectiveCalls.allgather(rank, a, 2, INT, b, 1, INT, comm));
                fails(ErrorClass.TRUNCATE, guest, () -> CollectiveCalls.alltoall(rank, a, 2, INT, b, 1, INT, comm));
                guest.succeed(() -> CollectiveCalls.allreduce(rank, 0, 0, 0, INT, sum(guest), comm));
                guest.succeed(() -> CollectiveCalls.barrier(rank, comm));
            });
        }
    }

    /** The receivers with too little room fail, the others get what they asked for. */
    @ParameterizedTest
    @CsvSource({"4,0", "4000,0", "4,1", "4000,1", "4,2", "4000,3", "200000,2"})
    void truncationIsTheReceiversError(int count, int nodes) {
        for (int seed = 0; seed < 20; seed++) {
            try (var harness = RankHarness.ordered(5, seed, nodes)) {
                harness.run(guest -> {
                    long buffer = guest.allocate(4L * count);
                    Memory.putInt(buffer, guest.index() + 7);
                    int room = guest.index() == 3 ? count - 1 : count;
                    IntSupplier call = () -> CollectiveCalls.bcast(guest.rank, buffer, room, INT, 1, guest.world());
                    if (guest.index() == 3) {
                        fails(ErrorClass.TRUNCATE, guest, call);
                    } else {
                        guest.succeed(call);
                        assertThat(Memory.getInt(buffer)).isEqualTo(8);
                    }
                    long all = guest.allocate(20L * count);
                    IntSupplier gather = () -> CollectiveCalls.gather(guest.rank, buffer, count, INT, all, count - 1, INT, 2, guest.world());
                    if (guest.index() == 2) {
                        fails(ErrorClass.TRUNCATE, guest, gather);
                    } else {
                        guest.succeed(gather);
                    }
                    guest.succeed(() -> CollectiveCalls.barrier(guest.rank, guest.world()));
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1,0", "5000,0", "1,1", "5000,1", "2030,1", "1,2", "5000,2", "2030,3"})
    void differentVectorsFailForAll(int count, int nodes) {
        try (var harness = RankHarness.ordered(3, 1, nodes)) {
            harness.run(guest -> {
                long a = guest.allocate(16L * count);
                long b = guest.allocate(16L * count);
                fails(ErrorClass.COUNT, guest, () -> CollectiveCalls.allreduce(guest.rank, a, b, guest.index() == 1 ? count + 1 : count, INT,
                        sum(guest), guest.world()));
                fails(ErrorClass.OP, guest, () -> CollectiveCalls.allreduce(guest.rank, a, b, count, guest.index() == 1 ? DOUBLE : INT,
                        sum(guest), guest.world()));
            });
        }
    }

    @Test
    void differentCallsAndRootsAreNamed() {
        try (var harness = RankHarness.ordered(2, 3)) {
            long buffer = harness.guest(0).allocate(16);
            var first = harness.guest(0);
            var second = harness.guest(1);
            CollectiveCalls.barrier(first.rank, first.world());
            assertThatThrownBy(() -> CollectiveCalls.bcast(second.rank, buffer, 1, INT, 0, second.world()))
                    .isInstanceOf(MpiException.class).hasMessageContaining("MPI_Barrier").hasMessageContaining("MPI_Bcast");
        }
        try (var harness = RankHarness.ordered(2, 3)) {
            long buffer = harness.guest(0).allocate(16);
            var first = harness.guest(0);
            var second = harness.guest(1);
            CollectiveCalls.bcast(first.rank, buffer, 1, INT, 0, first.world());
            assertThatThrownBy(() -> CollectiveCalls.bcast(second.rank, buffer, 1, INT, 1, second.world()))
                    .isInstanceOfSatisfying(MpiException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.ROOT));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aNonblockingFailureShowsWhenItIsWaitedFor(int nodes) {
        try (var harness = RankHarness.ordered(2, 5, nodes)) {
            harness.run(guest -> {
                long buffer = guest.allocate(64);
                long request = guest.allocate(8);
                int count = guest.index() == 0 ? 4 : 2;
                guest.succeed(() -> CollectiveCalls.ibcast(guest.rank, buffer, count, INT, 0, guest.world(), request));
                IntSupplier wait = () -> RequestCalls.wait(guest.rank, request, 0);
                if (guest.index() == 1) {
                    fails(ErrorClass.TRUNCATE, guest, wait);
                } else {
                    guest.succeed(wait);
                }
            });
        }
    }

    @Test
    void aDeadlockReportSaysWhoIsMissing() {
        try (var harness = RankHarness.ordered(3, 1)) {
            assertThatThrownBy(() -> harness.run(guest -> {
                if (guest.index() > 0) {
                    guest.call(() -> CollectiveCalls.barrier(guest.rank, guest.world()));
                }
            })).hasMessageContaining("MPI_Barrier on MPI_COMM_WORLD (2 of 3 ranks are there)");
        }
    }
}
