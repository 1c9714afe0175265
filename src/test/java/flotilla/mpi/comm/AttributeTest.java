package flotilla.mpi.comm;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.ControlBlock;
import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.Arguments;
import flotilla.mpi.calls.AttributeCalls;
import flotilla.mpi.calls.CommunicatorCalls;
import flotilla.mpi.calls.DatatypeCalls;
import flotilla.mpi.calls.EnvironmentCalls;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Errhandler;
import flotilla.mpi.core.Language;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributeTest {
    private static final long NULL_FN = 0;

    private static int keyval(Guest guest, long copy, long delete, long extra, int language) {
        long result = guest.allocate(8);
        guest.succeed(() -> AttributeCalls.commCreateKeyval(guest.rank, copy, delete, result, extra, language));
        return guest.rank.face.handleAt(HandleKind.KEYVAL, result, 0);
    }

    private static void set(Guest guest, Comm comm, int keyval, long value, int language) {
        guest.succeed(() -> AttributeCalls.commSetAttr(guest.rank, comm, keyval, value, language));
    }

    /** The value that the language sees, or null. */
    private static Long get(Guest guest, Comm comm, int keyval, int language) {
        long value = guest.allocate(8);
        long flag = guest.allocate(4);
        long values = guest.allocate(128);
        guest.succeed(() -> AttributeCalls.commGetAttr(guest.rank, comm, keyval, value, flag, language, values));
        return Memory.getInt(flag) != 0 ? Memory.getLong(value) : null;
    }

    private static Comm dup(Guest guest, Comm comm) {
        long result = guest.allocate(8);
        guest.succeed(() -> CommunicatorCalls.commDup(guest.rank, comm, result));
        return guest.rank.comms.get(guest.rank.face.handleAt(HandleKind.COMM, result, 0));
    }

    private static void alone(RankHarness.Program program) {
        try (var job = RankHarness.ordered(1, 1)) {
            job.run(program);
        }
    }

    @Test
    void predefinedAttributesArePointersInCAndValuesInFortran() {
        alone(guest -> {
            assertThat(Memory.getInt(get(guest, guest.world(), StandardAbi.TAG_UB, Language.C))).isEqualTo(Arguments.TAG_UB);
            assertThat(get(guest, guest.world(), StandardAbi.TAG_UB, Language.FORTRAN)).isEqualTo(Arguments.TAG_UB);
            assertThat(get(guest, guest.world(), StandardAbi.UNIVERSE_SIZE, Language.FORTRAN)).isEqualTo(1);
            assertThat(get(guest, guest.world(), StandardAbi.HOST, Language.FORTRAN_MPI1)).isEqualTo(StandardAbi.PROC_NULL);
            CommunicatorTest.fails(ErrorClass.KEYVAL, "predefined",
                    () -> AttributeCalls.commSetAttr(guest.rank, guest.world(), StandardAbi.TAG_UB, 1, Language.C));
        });
    }

    @Test
    void languagesSeeEachOthersValues() {
        alone(guest -> {
            int key = keyval(guest, NULL_FN, NULL_FN, 0, Language.C);
            Comm comm = guest.world();
            set(guest, comm, key, 0x1234_5678_9abcL, Language.C);
            assertThat(get(guest, comm, key, Language.FORTRAN)).isEqualTo(0x1234_5678_9abcL);
            set(guest, comm, key, -5, Language.FORTRAN_MPI1);
            assertThat(get(guest, comm, key, Language.FORTRAN)).isEqualTo(-5);
            long pointer = get(guest, comm, key, Language.C);
            assertThat(pointer).isEqualTo(guest.rank.control + ControlBlock.ATTRIBUTE_CELLS);
            assertThat(Memory.getInt(pointer)).isEqualTo(-5);
            assertThat(get(guest, comm, key, Language.C)).as("stays where it is").isEqualTo(pointer);
            int other = keyval(guest, NULL_FN, NULL_FN, 0, Language.FORTRAN);
            set(guest, comm, other, 1L << 40, Language.FORTRAN);
            long second = get(guest, comm, other, Language.C);
            assertThat(second).isNotEqualTo(pointer);
            assertThat(Memory.getLong(second)).isEqualTo(1L << 40);
            guest.succeed(() -> AttributeCalls.commDeleteAttr(guest.rank, comm, key));
            assertThat(get(guest, comm, key, Language.C)).isNull();
            set(guest, comm, key, 3, Language.FORTRAN);
            assertThat(get(guest, comm, key, Language.C)).as("the cell is free again").isEqualTo(pointer);
        });
    }

    @Test
    void copyFunctionsDecideWhatADuplicateGets() {
        try (var job = RankHarness.ordered(1, 1)) {
            var seen = new ArrayList<List<Long>>();
            long doubles = job.function((guest, a) -> {
                seen.add(List.of(a[0], a[2], a[3]));
                Memory.putLong(a[4], 2 * a[3]);
                Memory.putInt(a[5], 1);
                return 0;
            });
            long declines = job.function((guest, a) -> 0);
            long fortran = job.function((guest, a) -> {
                Memory.putLong(a[4], Memory.getLong(a[3]) + Memory.getLong(a[2]));
                Memory.putInt(a[5], 1);
                Memory.putInt(a[6], 0);
                return 0;
            });
            job.run(guest -> {
                Comm comm = guest.world();
                int doubled = keyval(guest, doubles, NULL_FN, 77, Language.C);
                int declined = keyval(guest, declines, NULL_FN, 0, Language.C);
                int copied = keyval(guest, Face.DUP_FN, NULL_FN, 0, Language.C);
                int dropped = keyval(guest, NULL_FN, NULL_FN, 0, Language.C);
                int added = keyval(guest, fortran, NULL_FN, 100, Language.FORTRAN);
                for (int key : new int[] {doubled, declined, copied, dropped, added}) {
                    set(guest, comm, key, 21, Language.C);
                }
                Comm dup = dup(guest, comm);
                assertThat(get(guest, dup, doubled, Language.C)).isEqualTo(42);
                assertThat(get(guest, dup, declined, Language.C)).isNull();
                assertThat(get(guest, dup, copied, Language.C)).isEqualTo(21);
                assertThat(get(guest, dup, dropped, Language.C)).isNull();
                assertThat(get(guest, dup, added, Language.FORTRAN)).isEqualTo(121);
                assertThat(seen).containsExactly(List.of((long) StandardAbi.COMM_WORLD, 77L, 21L));
            });
        }
    }

    @Test
    void aFailingCopyFunctionFailsTheDuplication() {
        try (var job = RankHarness.ordered(1, 1)) {
            long fails = job.function((guest, a) -> ErrorClass.NO_MEM);
            job.run(guest -> {
                Rank rank = guest.rank;
                rank.commWorld.errhandler = Errhandler.ERRORS_RETURN;
                int key = keyval(guest, fails, NULL_FN, 0, Language.C);
                set(guest, rank.commWorld, key, 1, Language.C);
                rank.currentComm = rank.commWorld;
                assertThat(guest.call(() -> CommunicatorCalls.commDup(rank, rank.commWorld, guest.allocate(8)))).isEqualTo(ErrorClass.NO_MEM);
                assertThat(rank.comms.size()).isZero();
            });
        }
    }

    @Test
    void deleteFunctionsRunOnDeleteOverwriteAndFree() {
        try (var job = RankHarness.ordered(1, 1)) {
            var deleted = new ArrayList<Long>();
            long c = job.function((guest, a) -> {
                deleted.add(a[2]);
                return 0;
            });
            long fortran = job.function((guest, a) -> {
                deleted.add(Memory.getLong(a[2]) + Memory.getLong(a[3]));
                Memory.putInt(a[4], 0);
                return 99;
            });
            job.run(guest -> {
                Comm comm = dup(guest, guest.world());
                int first = keyval(guest, NULL_FN, c, 0, Language.C);
                int second = keyval(guest, NULL_FN, fortran, 1000, Language.FORTRAN);
                set(guest, comm, first, 1, Language.C);
                set(guest, comm, first, 2, Language.C);
                assertThat(deleted).containsExactly(1L);
                guest.succeed(() -> AttributeCalls.commDeleteAttr(guest.rank, comm, first));
                assertThat(deleted).containsExactly(1L, 2L);
                set(guest, comm, first, 3, Language.C);
                set(guest, comm, second, 4, Language.FORTRAN);
                long handle = guest.allocate(8);
                guest.rank.face.putHandle(HandleKind.KEYVAL, handle, first);
                guest.succeed(() -> AttributeCalls.commFreeKeyval(guest.rank, handle));
                assertThat(Memory.getInt(handle)).isEqualTo(StandardAbi.KEYVAL_INVALID);
                guest.rank.face.putHandle(HandleKind.COMM, handle, comm.handle);
                guest.succeed(() -> CommunicatorCalls.commFree(guest.rank, handle));
                assertThat(deleted).as("the last one set goes first").containsExactly(1L, 2L, 1004L, 3L);
            });
        }
    }

    @Test
    void aFreedKeyLivesAsLongAsItsAttributes() {
        alone(guest -> {
            int key = keyval(guest, NULL_FN, NULL_FN, 0, Language.C);
            set(guest, guest.world(), key, 6, Language.C);
            long handle = guest.allocate(8);
            guest.rank.face.putHandle(HandleKind.KEYVAL, handle, key);
            guest.succeed(() -> AttributeCalls.commFreeKeyval(guest.rank, handle));
            assertThat(get(guest, guest.world(), key, Language.C)).isEqualTo(6);
            CommunicatorTest.fails(ErrorClass.KEYVAL, "freed",
                    () -> AttributeCalls.commSetAttr(guest.rank, guest.rank.commSelf, key, 1, Language.C));
            guest.succeed(() -> AttributeCalls.commDeleteAttr(guest.rank, guest.world(), key));
            assertThat(guest.rank.keyvals.size()).isZero();
        });
    }

    @Test
    void aFailingDeleteFunctionKeepsTheAttribute() {
        try (var job = RankHarness.ordered(1, 1)) {
            long fails = job.function((guest, a) -> 999_999);
            job.run(guest -> {
                guest.world().errhandler = Errhandler.ERRORS_RETURN;
                int key = keyval(guest, NULL_FN, fails, 0, Language.C);
                set(guest, guest.world(), key, 8, Language.C);
                assertThat(guest.call(() -> AttributeCalls.commDeleteAttr(guest.rank, guest.world(), key))).isNotZero();
                assertThat(get(guest, guest.world(), key, Language.C)).isEqualTo(8);
            });
        }
    }

    @Test
    void finalizeDeletesAttributesOfSelfFirstWhileMpiStillWorks() {
        try (var job = RankHarness.ordered(2, 9)) {
            var order = new ArrayList<Long>();
            long delete = job.function((guest, a) -> {
                assertThat(guest.rank.environment).isEqualTo(Rank.Environment.INITIALIZED);
                if (guest.index() == 0) {
                    order.add(a[2]);
                }
                return 0;
            });
            job.run(guest -> {
                set(guest, guest.world(), keyval(guest, NULL_FN, delete, 0, Language.C), 1, Language.C);
                set(guest, guest.rank.commSelf, keyval(guest, NULL_FN, delete, 0, Language.C), 2, Language.C);
                set(guest, guest.rank.commSelf, keyval(guest, NULL_FN, delete, 0, Language.C), 3, Language.C);
                guest.succeed(() -> EnvironmentCalls.finalize(guest.rank));
            });
            assertThat(order).containsExactly(3L, 2L, 1L);
        }
    }

    @Test
    void aDeleteFunctionMayDeleteOtherAttributes() {
        try (var job = RankHarness.ordered(1, 1)) {
            var deleted = new ArrayList<Long>();
            var keys = new int[2];
            long inner = job.function((guest, a) -> {
                deleted.add(a[2]);
                return 0;
            });
            long outer = job.function((guest, a) -> {
                deleted.add(a[2]);
                guest.succeed(() -> AttributeCalls.commDeleteAttr(guest.rank, guest.rank.comm(a[0]), keys[0]));
                return 0;
            });
            job.run(guest -> {
                Comm comm = dup(guest, guest.world());
                keys[0] = keyval(guest, NULL_FN, inner, 0, Language.C);
                keys[1] = keyval(guest, NULL_FN, outer, 0, Language.C);
                set(guest, comm, keys[0], 10, Language.C);
                set(guest, comm, keys[1], 11, Language.C);
                long handle = guest.allocate(8);
                guest.rank.face.putHandle(HandleKind.COMM, handle, comm.handle);
                guest.succeed(() -> CommunicatorCalls.commFree(guest.rank, handle));
                assertThat(deleted).containsExactly(11L, 10L);
            });
        }
    }

    @Test
    void predefinedDatatypesHaveAttributesAndNamesOfTheirRank() {
        try (var job = RankHarness.ordered(2, 3)) {
            job.run(guest -> {
                Rank rank = guest.rank;
                long result = guest.allocate(8);
                guest.argument(0, rank.face.raw(HandleKind.DATATYPE, StandardAbi.INT));
                guest.succeed(() -> AttributeCalls.typeCreateKeyval(rank, Face.DUP_FN, NULL_FN, result, 0, Language.C));
                int key = rank.face.handleAt(HandleKind.KEYVAL, result, 0);
                Datatype integer = PredefinedDatatypes.get(StandardAbi.INT);
                long flag = guest.allocate(4);
                if (guest.index() == 0) {
                    guest.succeed(() -> AttributeCalls.typeSetAttr(rank, integer, key, 5, Language.C));
                    guest.succeed(() -> DatatypeCalls.typeSetName(rank, integer, "mine"));
                    guest.succeed(() -> DatatypeCalls.typeDup(rank, integer, result));
                    Datatype copy = rank.datatypes.get(rank.face.handleAt(HandleKind.DATATYPE, result, 0));
                    guest.succeed(() -> AttributeCalls.typeGetAttr(rank, copy, key, result, flag, Language.C, 0));
                    assertThat(Memory.getInt(flag)).isOne();
                    assertThat(Memory.getLong(result)).isEqualTo(5);
                } else {
                    guest.succeed(() -> AttributeCalls.typeGetAttr(rank, integer, key, result, flag, Language.C, 0));
                    assertThat(Memory.getInt(flag)).isZero();
                }
                long name = guest.allocate(StandardAbi.MAX_OBJECT_NAME);
                guest.succeed(() -> DatatypeCalls.typeGetName(rank, integer, name, flag));
                assertThat(Memory.getString(name)).isEqualTo(guest.index() == 0 ? "mine" : "MPI_INT");
            });
        }
    }
}
