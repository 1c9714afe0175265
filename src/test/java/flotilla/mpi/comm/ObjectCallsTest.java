package flotilla.mpi.comm;

import static flotilla.mpi.comm.CommunicatorTest.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.RankHarness;
import flotilla.mpi.RankHarness.Guest;
import flotilla.mpi.calls.Arguments;
import flotilla.mpi.calls.DatatypeCalls;
import flotilla.mpi.calls.EnvironmentCalls;
import flotilla.mpi.calls.ErrhandlerCalls;
import flotilla.mpi.calls.GroupCalls;
import flotilla.mpi.calls.InfoCalls;
import flotilla.mpi.core.Errhandler;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Language;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.face.Face;
import flotilla.mpi.face.HandleKind;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Info objects, error handlers, error codes, datatypes and the environment, as a program sees them. */
class ObjectCallsTest {
    private static void alone(RankHarness.Program program) {
        try (var job = RankHarness.ordered(1, 1)) {
            job.run(program);
        }
    }

    @Test
    void infoKeepsKeysInOrder() {
        alone(guest -> {
            Rank rank = guest.rank;
            long handle = guest.allocate(8);
            guest.succeed(() -> InfoCalls.infoCreate(rank, handle));
            Info info = rank.info(rank.face.rawAt(HandleKind.INFO, handle));
            guest.succeed(() -> InfoCalls.infoSet(rank, info, "b", "one"));
            guest.succeed(() -> InfoCalls.infoSet(rank, info, "a", "two"));
            guest.succeed(() -> InfoCalls.infoSet(rank, info, "b", "three"));
            long text = guest.allocate(64);
            long flag = guest.allocate(4);
            guest.succeed(() -> InfoCalls.infoGetNthkey(rank, info, 0, text));
            assertThat(Memory.getString(text)).isEqualTo("b");
            guest.succeed(() -> InfoCalls.infoGet(rank, info, "b", 3, text, flag));
            assertThat(Memory.getString(text)).as("cut to valuelen").isEqualTo("thr");
            guest.succeed(() -> InfoCalls.infoGetValuelen(rank, info, "b", text, flag));
            assertThat(Memory.getInt(text)).isEqualTo(5);
            guest.succeed(() -> InfoCalls.infoGet(rank, info, "c", 3, text, flag));
            assertThat(Memory.getInt(flag)).isZero();
            fails(ErrorClass.INFO_NOKEY, "\"c\"", () -> InfoCalls.infoDelete(rank, info, "c"));
            fails(ErrorClass.INFO_KEY, "256 characters", () -> InfoCalls.infoSet(rank, info, "k".repeat(256), ""));
            fails(ErrorClass.INFO_KEY, "0 characters", () -> InfoCalls.infoSet(rank, info, "", ""));
            fails(ErrorClass.INFO_VALUE, "1024 characters", () -> InfoCalls.infoSet(rank, info, "k", "v".repeat(1024)));
            fails(ErrorClass.ARG, "n = 2", () -> InfoCalls.infoGetNthkey(rank, info, 2, text));
            fails(ErrorClass.INFO, "MPI_INFO_NULL", () -> InfoCalls.infoSet(rank, null, "k", "v"));
            fails(ErrorClass.INFO, "MPI_INFO_ENV", () -> InfoCalls.infoSet(rank, rank.infos.get(StandardAbi.INFO_ENV), "k", "v"));
            guest.succeed(() -> InfoCalls.infoDelete(rank, info, "b"));
            long buflen = guest.ints(2);
            guest.succeed(() -> InfoCalls.infoGetString(rank, info, "a", buflen, text, flag));
            assertThat(Memory.getString(text)).isEqualTo("t");
            assertThat(Memory.getInt(buflen)).isEqualTo(4);
            guest.succeed(() -> InfoCalls.infoFree(rank, handle));
            assertThat(rank.infos.size()).isZero();
        });
    }

    @Test
    void errorHandlersLiveAsLongAsTheyHaveHandles() {
        alone(guest -> {
            Rank rank = guest.rank;
            long first = guest.allocate(8);
            long second = guest.allocate(8);
            guest.succeed(() -> ErrhandlerCalls.commCreateErrhandler(rank, 0x700000, first, Language.C));
            Errhandler handler = rank.errhandler(rank.face.rawAt(HandleKind.ERRHANDLER, first));
            guest.succeed(() -> ErrhandlerCalls.commSetErrhandler(rank, rank.commWorld, handler));
            guest.succeed(() -> ErrhandlerCalls.commGetErrhandler(rank, rank.commWorld, second));
            assertThat(Memory.getLong(second)).isEqualTo(Memory.getLong(first));
            guest.succeed(() -> ErrhandlerCalls.errhandlerFree(rank, first));
            assertThat(rank.errhandlers.size()).isOne();
            guest.succeed(() -> ErrhandlerCalls.errhandlerFree(rank, second));
            assertThat(rank.errhandlers.size()).isZero();
            assertThat(rank.commWorld.errhandler).isSameAs(handler);
            guest.succeed(() -> ErrhandlerCalls.commGetErrhandler(rank, rank.commWorld, second));
            assertThat(rank.errhandler(rank.face.rawAt(HandleKind.ERRHANDLER, second))).isSameAs(handler);
            rank.commWorld.errhandler = Errhandler.ERRORS_RETURN;
            guest.succeed(() -> ErrhandlerCalls.commGetErrhandler(rank, rank.commWorld, first));
            assertThat(rank.face.handleAt(HandleKind.ERRHANDLER, first, 0)).isEqualTo(StandardAbi.ERRORS_RETURN);
            guest.succeed(() -> ErrhandlerCalls.errhandlerFree(rank, first));
            assertThat(rank.face.handleAt(HandleKind.ERRHANDLER, first, 0)).isEqualTo(StandardAbi.ERRHANDLER_NULL);
        });
    }

    @Test
    void errorHandlersAreCalledWithCommunicatorAndCode() {
        try (var job = RankHarness.ordered(1, 1)) {
            var seen = new ArrayList<Integer>();
            long c = job.function((guest, a) -> {
                seen.add(guest.rank.face.handleAt(HandleKind.COMM, a[0], 0));
                seen.add(Memory.getInt(a[1]));
                return 0;
            });
            long proxy = job.function((guest, a) -> {
                seen.add((int) a[0]);
                seen.add(Memory.getInt(a[2]));
                seen.add(a[3] == c ? 1 : 0);
                return 0;
            });
            job.run(guest -> {
                Rank rank = guest.rank;
                rank.commWorld.errhandler = new Errhandler(Errhandler.Kind.FUNCTION, c, Language.C);
                guest.succeed(() -> ErrhandlerCalls.commCallErrhandler(rank, rank.commWorld, ErrorClass.TAG));
                assertThat(seen).containsExactly(StandardAbi.COMM_WORLD, ErrorClass.TAG);
                seen.clear();
                guest.succeed(() -> ErrhandlerCalls.errhandlerSetCxx(rank, rank.commWorld.errhandler, proxy));
                guest.succeed(() -> ErrhandlerCalls.commCallErrhandler(rank, rank.commWorld, ErrorClass.ROOT));
                assertThat(seen).containsExactly(0, ErrorClass.ROOT, 1);
                rank.commWorld.errhandler = Errhandler.ERRORS_RETURN;
                guest.succeed(() -> ErrhandlerCalls.commCallErrhandler(rank, rank.commWorld, ErrorClass.TAG));
            });
        }
        assertThatThrownBy(() -> alone(guest -> guest.call(() -> ErrhandlerCalls.commCallErrhandler(guest.rank, guest.world(), ErrorClass.TAG))))
                .hasMessageContaining("MPI_ERR_TAG").hasMessageContaining("MPI_COMM_WORLD");
    }

    @Test
    void programsAddErrorsOfTheirOwn() {
        alone(guest -> {
            Rank rank = guest.rank;
            long number = guest.allocate(4);
            guest.succeed(() -> ErrhandlerCalls.addErrorClass(rank, number));
            int added = Memory.getInt(number);
            assertThat(added).isEqualTo(rank.face.lastCode() + 1);
            guest.succeed(() -> ErrhandlerCalls.addErrorCode(rank, added, number));
            int code = Memory.getInt(number);
            guest.succeed(() -> ErrhandlerCalls.addErrorString(rank, code, "the frobnicator is stuck"));
            guest.succeed(() -> ErrhandlerCalls.errorClass(rank, code, number));
            assertThat(Memory.getInt(number)).isEqualTo(added);
            long text = guest.allocate(StandardAbi.MAX_ERROR_STRING);
            guest.succeed(() -> ErrhandlerCalls.errorString(rank, code, text, number));
            assertThat(Memory.getString(text)).isEqualTo("the frobnicator is stuck");
            guest.succeed(() -> ErrhandlerCalls.errorString(rank, ErrorClass.RANK, text, number));
            assertThat(Memory.getString(text)).startsWith("MPI_ERR_RANK");
            fails(ErrorClass.ARG, "errorcode", () -> ErrhandlerCalls.addErrorString(rank, ErrorClass.RANK, "no"));
            fails(ErrorClass.ARG, "errorcode", () -> ErrhandlerCalls.errorString(rank, code + 1, text, number));
            fails(ErrorClass.ARG, "errorcode", () -> ErrhandlerCalls.errorClass(rank, -1, number));
        });
    }

    private static Datatype made(Guest guest, long handle) {
        return guest.rank.datatypes.get(guest.rank.face.handleAt(HandleKind.DATATYPE, handle, 0));
    }

    @Test
    void datatypesTellHowTheyWereMade() {
        alone(guest -> {
            Rank rank = guest.rank;
            Datatype integer = PredefinedDatatypes.get(StandardAbi.INT);
            long inner = guest.allocate(8);
            long outer = guest.allocate(8);
            guest.succeed(() -> DatatypeCalls.typeVector(rank, 3, 1, 2, integer, inner));
            Datatype vector = made(guest, inner);
            long types = guest.allocate(16);
            rank.face.putHandleAt(HandleKind.DATATYPE, types, 0, StandardAbi.DOUBLE);
            rank.face.putHandleAt(HandleKind.DATATYPE, types, 1, rank.face.handleAt(HandleKind.DATATYPE, inner, 0));
            guest.succeed(() -> DatatypeCalls.typeCreateStruct(rank, 2, guest.ints(1, 2), guest.longs(0, 16), types, outer));
            Datatype struct = made(guest, outer);
            long counts = guest.allocate(16);
            guest.succeed(() -> DatatypeCalls.typeGetEnvelope(rank, struct, counts, counts + 4, counts + 8, counts + 12));
            assertThat(Memory.getInt(counts)).isEqualTo(3);
            assertThat(Memory.getInt(counts + 4)).isEqualTo(2);
            assertThat(Memory.getInt(counts + 8)).isEqualTo(2);
            assertThat(Memory.getInt(counts + 12)).isEqualTo(StandardAbi.COMBINER_STRUCT);
            long integers = guest.allocate(12);
            long addresses = guest.allocate(16);
            long found = guest.allocate(16);
            guest.succeed(() -> DatatypeCalls.typeGetContents(rank, struct, 3, 2, 2, integers, addresses, found));
            assertThat(Memory.getInt(integers + 8)).isEqualTo(2);
            assertThat(Memory.getLong(addresses + 8)).isEqualTo(16);
            assertThat(rank.face.handleAt(HandleKind.DATATYPE, found, 0)).isEqualTo(StandardAbi.DOUBLE);
            assertThat(made(guest, found + 8)).isSameAs(vector);
            assertThat(Memory.getLong(found + 8)).isNotEqualTo(Memory.getLong(inner));
            guest.succeed(() -> DatatypeCalls.typeFree(rank, found + 8));
            assertThat(made(guest, inner)).isSameAs(vector);
            guest.succeed(() -> DatatypeCalls.typeFree(rank, inner));
            guest.succeed(() -> DatatypeCalls.typeFree(rank, outer));
            assertThat(rank.datatypes.size()).isZero();
            fails(ErrorClass.TYPE, "MPI_INT", () -> DatatypeCalls.typeGetContents(rank, integer, 0, 0, 0, 0, 0, 0));
            rank.face.putHandle(HandleKind.DATATYPE, inner, StandardAbi.INT);
            fails(ErrorClass.TYPE, "MPI_INT is predefined", () -> DatatypeCalls.typeFree(rank, inner));
            fails(ErrorClass.COUNT, "count", () -> DatatypeCalls.typeContiguous(rank, -1, integer, inner));
        });
    }

    @Test
    void fortranKindsAlwaysHaveTheSameHandle() {
        alone(guest -> {
            Rank rank = guest.rank;
            long first = guest.allocate(8);
            long second = guest.allocate(8);
            guest.succeed(() -> DatatypeCalls.typeCreateF90Real(rank, 15, 307, first));
            guest.succeed(() -> DatatypeCalls.typeCreateF90Real(rank, 15, 307, second));
            assertThat(Memory.getLong(second)).isEqualTo(Memory.getLong(first));
            assertThat(made(guest, first).size()).isEqualTo(8);
            fails(ErrorClass.TYPE, "predefined", () -> DatatypeCalls.typeFree(rank, first));
            long counts = guest.allocate(16);
            guest.succeed(() -> DatatypeCalls.typeGetEnvelope(rank, made(guest, first), counts, counts + 4, counts + 8, counts + 12));
            assertThat(Memory.getInt(counts)).isEqualTo(2);
            assertThat(Memory.getInt(counts + 12)).isEqualTo(StandardAbi.COMBINER_F90_REAL);
        });
    }

    @Test
    void packingAdvancesThePosition() {
        alone(guest -> {
            Rank rank = guest.rank;
            Datatype integer = PredefinedDatatypes.get(StandardAbi.INT);
            long buffer = guest.allocate(16);
            long position = guest.ints(0);
            guest.succeed(() -> DatatypeCalls.pack(rank, guest.ints(1, 2), 2, integer, buffer, 12, position, rank.commWorld));
            assertThat(Memory.getInt(position)).isEqualTo(8);
            fails(ErrorClass.ARG, "outsize = 12 is too small",
                    () -> DatatypeCalls.pack(rank, guest.ints(3, 4), 2, integer, buffer, 12, position, rank.commWorld));
            Memory.putInt(position, 4);
            long out = guest.allocate(4);
            guest.succeed(() -> DatatypeCalls.unpack(rank, buffer, 8, position, out, 1, integer, rank.commWorld));
            assertThat(Memory.getInt(out)).isEqualTo(2);
            long place = guest.longs(0);
            guest.succeed(() -> DatatypeCalls.packExternal(rank, "external32", guest.ints(0x01020304), 1, integer, buffer, 16, place));
            assertThat(Memory.getByte(buffer)).isEqualTo((byte) 1);
            assertThat(Memory.getLong(place)).isEqualTo(4);
            fails(ErrorClass.ARG, "\"native\"", () -> DatatypeCalls.packExternalSize(rank, "native", 1, integer, place));
        });
    }

    @Test
    void groupsOfNobodyAreTheEmptyGroup() {
        alone(guest -> {
            Rank rank = guest.rank;
            long handle = guest.allocate(8);
            guest.succeed(() -> GroupCalls.groupIncl(rank, rank.world.group, 0, 0, handle));
            assertThat(rank.face.handleAt(HandleKind.GROUP, handle, 0)).isEqualTo(StandardAbi.GROUP_EMPTY);
            guest.succeed(() -> GroupCalls.groupFree(rank, handle));
            assertThat(rank.face.handleAt(HandleKind.GROUP, handle, 0)).isEqualTo(StandardAbi.GROUP_NULL);
            long ranks = guest.ints(StandardAbi.PROC_NULL, 0);
            long translated = guest.allocate(8);
            guest.succeed(() -> GroupCalls.groupTranslateRanks(rank, rank.world.group, 2, ranks, Group.EMPTY, translated));
            assertThat(Memory.getInt(translated)).isEqualTo(StandardAbi.PROC_NULL);
            assertThat(Memory.getInt(translated + 4)).isEqualTo(StandardAbi.UNDEFINED);
        });
    }

    @Test
    void theEnvironmentGoesFromInitToFinalize() {
        alone(guest -> {
            Rank rank = guest.rank;
            rank.environment = Rank.Environment.BEFORE_INIT;
            long value = guest.allocate(4);
            guest.succeed(() -> EnvironmentCalls.initialized(rank, value));
            assertThat(Memory.getInt(value)).isZero();
            fails(ErrorClass.OTHER, "call MPI_Init first", () -> {
                EnvironmentCalls.checkInitialized(rank);
                return 0;
            });
            guest.succeed(() -> EnvironmentCalls.initThread(rank, 0, 0, StandardAbi.THREAD_MULTIPLE, value));
            assertThat(Memory.getInt(value)).isEqualTo(StandardAbi.THREAD_MULTIPLE);
            fails(ErrorClass.OTHER, "initialized already", () -> EnvironmentCalls.init(rank, 0, 0));
            guest.succeed(() -> EnvironmentCalls.finalize(rank));
            guest.succeed(() -> EnvironmentCalls.initialized(rank, value));
            assertThat(Memory.getInt(value)).isOne();
            guest.succeed(() -> EnvironmentCalls.finalized(rank, value));
            assertThat(Memory.getInt(value)).isOne();
        });
        assertThatThrownBy(() -> alone(guest -> guest.call(() -> EnvironmentCalls.abort(guest.rank, guest.world(), 3))))
                .hasMessageContaining("rank 0 called MPI_Abort(MPI_COMM_WORLD, 3)");
    }

    @Test
    void argumentsOfMessagesAreChecked() {
        alone(guest -> {
            Datatype integer = PredefinedDatatypes.get(StandardAbi.INT);
            long vector = guest.allocate(8);
            guest.succeed(() -> DatatypeCalls.typeVector(guest.rank, 3, 1, 2, integer, vector));
            checkFails(ErrorClass.COUNT, "sendcount = -2", () -> Arguments.checkCount(-2, "sendcount"));
            checkFails(ErrorClass.TAG, "tag = -7", () -> Arguments.checkTag(-7));
            checkFails(ErrorClass.TAG, "MPI_ANY_TAG", () -> Arguments.checkTag(StandardAbi.ANY_TAG));
            checkFails(ErrorClass.RANK, "dest = 1", () -> Arguments.checkRank(guest.world(), 1, "dest"));
            checkFails(ErrorClass.RANK, "dest = MPI_ANY_SOURCE", () -> Arguments.checkRank(guest.world(), StandardAbi.ANY_SOURCE, "dest"));
            checkFails(ErrorClass.ROOT, "root = MPI_PROC_NULL", () -> Arguments.checkRoot(guest.world(), StandardAbi.PROC_NULL));
            checkFails(ErrorClass.TYPE, "not been committed", () -> Arguments.checkCommitted(made(guest, vector), "sendtype"));
            checkFails(ErrorClass.BUFFER, "buf is a null pointer", () -> Arguments.checkBuffer(0, 1, integer, "buf"));
            checkFails(ErrorClass.BUFFER, "MPI_IN_PLACE", () -> Arguments.checkBuffer(Face.IN_PLACE, 1, integer, "buf"));
            Arguments.checkBuffer(0, 0, integer, "buf");
            Arguments.checkSource(guest.world(), StandardAbi.ANY_SOURCE, "source");
            Arguments.checkReceiveTag(StandardAbi.ANY_TAG);
            Arguments.checkRank(guest.world(), StandardAbi.PROC_NULL, "dest");
        });
    }

    private static void checkFails(int errorClass, String detail, Runnable check) {
        fails(errorClass, detail, () -> {
            check.run();
            return 0;
        });
    }
}
