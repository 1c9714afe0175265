package flotilla.mpi.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.calls.CollectiveCalls;
import flotilla.mpi.calls.OpCalls;
import flotilla.mpi.calls.RequestCalls;
import flotilla.mpi.core.Op;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Progress of nonblocking operations, persistent ones, and operations of the program. */
class NonblockingTest {
    private static final Datatype INT = PredefinedDatatypes.get(BasicType.INT);
    private static final int LONG = 100_000;

    /** Leaves have started their part and compute; the root's blocking call completes nevertheless. */
    @RepeatedTest(20)
    void theRootDoesNotWaitForLeavesToMakeACall() {
        int size = 4;
        try (var harness = RankHarness.concurrent(size)) {
            var rootDone = new CountDownLatch(1);
            harness.run(guest -> {
                long buffer = guest.allocate(4L * LONG);
                long all = guest.allocate(4L * LONG * size);
                Memory.putInt(buffer, guest.index());
                long requests = guest.allocate(16);
                if (guest.index() == 0) {
                    guest.succeed(() -> CollectiveCalls.gather(guest.rank, buffer, LONG, INT, all, LONG, INT, 0, guest.world()));
                    guest.succeed(() -> CollectiveCalls.bcast(guest.rank, all, LONG * size, INT, 0, guest.world()));
                    rootDone.countDown();
                } else {
                    guest.succeed(() -> CollectiveCalls.igather(guest.rank, buffer, LONG, INT, 0, 0, null, 0, guest.world(), requests));
                    guest.succeed(() -> CollectiveCalls.ibcast(guest.rank, all, LONG * size, INT, 0, guest.world(), requests + 8));
                    rootDone.await();
                    guest.succeed(() -> RequestCalls.waitall(guest.rank, 2, requests, 0));
                }
                for (int i = 0; i < size; i++) {
                    assertThat(Memory.getInt(all + 4L * LONG * i)).isEqualTo(i);
                }
            });
        }
    }

    /** Two persistent operations are started in different orders. */
    @Test
    void persistentOperationsMeetWhateverTheOrderOfStarts() {
        for (int seed = 0; seed < 10; seed++) {
            try (var harness = RankHarness.ordered(4, seed, seed % 3)) {
                harness.run(guest -> {
                    long a = guest.ints(guest.index() + 1);
                    long b = guest.allocate(4);
                    long c = guest.ints(10 * guest.index());
                    long requests = guest.allocate(16);
                    Op sum = guest.rank.ops.get(StandardAbi.SUM);
                    guest.succeed(() -> CollectiveCalls.allreduceInit(guest.rank, a, b, 1, INT, sum, guest.world(), null, requests));
                    guest.succeed(() -> CollectiveCalls.bcastInit(guest.rank, c, 1, INT, 2, guest.world(), null, requests + 8));
                    for (int round = 1; round <= 3; round++) {
                        int first = guest.index() % 2;
                        Memory.putInt(a, round * (guest.index() + 1));
                        Memory.putInt(c, round * 10 * guest.index());
                        guest.succeed(() -> RequestCalls.start(guest.rank, requests + 8L * first));
                        guest.succeed(() -> RequestCalls.start(guest.rank, requests + 8L * (1 - first)));
                        guest.succeed(() -> RequestCalls.waitall(guest.rank, 2, requests, 0));
                        assertThat(Memory.getInt(b)).isEqualTo(round * 10);
                        assertThat(Memory.getInt(c)).isEqualTo(round * 20);
                    }
                    guest.succeed(() -> RequestCalls.requestFree(guest.rank, requests));
                    guest.succeed(() -> RequestCalls.requestFree(guest.rank, requests + 8));
                });
            }
        }
    }

    @Test
    void operationsOfTheProgram() {
        try (var harness = RankHarness.ordered(1, 0)) {
            long difference = harness.function((guest, arguments) -> {
                assertThat(guest.rank.datatype(Memory.getLong(arguments[3]))).isSameAs(INT);
                for (int i = 0; i < Memory.getInt(arguments[2]); i++) {
                    Memory.putInt(arguments[1] + 4L * i, Memory.getInt(arguments[0] + 4L * i) - Memory.getInt(arguments[1] + 4L * i));
                }
                return 0;
            });
            harness.run(guest -> {
                long handle = guest.allocate(8);
                long flag = guest.allocate(4);
                guest.succeed(() -> OpCalls.opCreate(guest.rank, difference, 0, handle, 0));
                Op op = guest.rank.op(Memory.getLong(handle));
                guest.succeed(() -> OpCalls.opCommutative(guest.rank, op, flag));
                assertThat(Memory.getInt(flag)).isZero();
                long in = guest.ints(10, 20, 30);
                long inout = guest.ints(1, 2, 3);
                guest.argument(3, guest.rank.face.raw(HandleKind.DATATYPE, INT.number()));
                guest.succeed(() -> CollectiveCalls.reduceLocal(guest.rank, in, inout, 3, INT, op));
                assertThat(Memory.getInt(inout + 8)).isEqualTo(27);
                guest.succeed(() -> OpCalls.opFree(guest.rank, handle));
                assertThat(guest.rank.face.handleAt(HandleKind.OP, handle, 0)).isEqualTo(StandardAbi.OP_NULL);
                long predefined = guest.longs(guest.rank.face.raw(HandleKind.OP, StandardAbi.SUM));
                assertThatThrownBy(() -> guest.call(() -> OpCalls.opFree(guest.rank, predefined)))
                        .isInstanceOfSatisfying(MpiException.class, e -> assertThat(e.errorClass()).isEqualTo(ErrorClass.OP));
                guest.succeed(() -> CollectiveCalls.reduceLocal(guest.rank, in, inout, 3, INT, guest.rank.ops.get(StandardAbi.MAX)));
                assertThat(Memory.getInt(inout + 8)).isEqualTo(30);
            });
        }
    }
}
