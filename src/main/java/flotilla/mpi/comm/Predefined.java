package flotilla.mpi.comm;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Errhandler;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.face.Face;
import java.util.Map;

/**
 * The objects that a rank has from the start: MPI_COMM_WORLD and MPI_COMM_SELF of its own; groups, datatypes, operations
 * and error handlers that all ranks share; and MPI_INFO_ENV, which the ranks of one program share.
 */
public final class Predefined {
    /** Context of every rank's MPI_COMM_SELF. One is enough: messages on it never reach another rank. */
    private static final int SELF_CONTEXT = 2;

    private static final HandleTable<Group> GROUPS = new HandleTable<>();
    private static final HandleTable<Datatype> DATATYPES = new HandleTable<>();
    private static final HandleTable<Op> OPS = new HandleTable<>();
    private static final HandleTable<Errhandler> ERRHANDLERS = new HandleTable<>();
    private static final Predefined WITHOUT_ENVIRONMENT = new Predefined(Map.of());

    static {
        GROUPS.predefine(StandardAbi.GROUP_EMPTY, Group.EMPTY);
        for (var entry : PredefinedDatatypes.all()) {
            DATATYPES.predefine(entry.number(), PredefinedDatatypes.get(entry.number()));
        }
        int[] commutative = {StandardAbi.SUM, StandardAbi.MIN, StandardAbi.MAX, StandardAbi.PROD, StandardAbi.BAND,
            StandardAbi.BOR, StandardAbi.BXOR, StandardAbi.LAND, StandardAbi.LOR, StandardAbi.LXOR, StandardAbi.MINLOC,
            StandardAbi.MAXLOC};
        for (int op : commutative) {
            OPS.predefine(op, Op.predefined(op, true));
        }
        // For accumulates only, where the last one, or the target's own value, wins.
        OPS.predefine(StandardAbi.REPLACE, Op.predefined(StandardAbi.REPLACE, false));
        OPS.predefine(StandardAbi.NO_OP, Op.predefined(StandardAbi.NO_OP, false));
        predefine(StandardAbi.ERRORS_ARE_FATAL, Errhandler.ERRORS_ARE_FATAL);
        predefine(StandardAbi.ERRORS_RETURN, Errhandler.ERRORS_RETURN);
        predefine(StandardAbi.ERRORS_ABORT, Errhandler.ERRORS_ABORT);
        predefine(Face.ERRORS_THROW_EXCEPTIONS, Errhandler.ERRORS_THROW_EXCEPTIONS);
    }

    private static void predefine(int handle, Errhandler errhandler) {
        errhandler.handle = handle;
        ERRHANDLERS.predefine(handle, errhandler);
    }

    private final HandleTable<Info> infos = new HandleTable<>();

    /**
     * For the ranks of one program.
     *
     * @param environment keys and values of MPI_INFO_ENV (MPI-3.1 section 8.7): command, argv, maxprocs, soft, host, arch,
     *     wdir, file, thread_level, as far as they are known
     */
    public Predefined(Map<String, String> environment) {
        var info = new Info();
        info.entries.putAll(environment);
        info.handle = StandardAbi.INFO_ENV;
        infos.predefine(StandardAbi.INFO_ENV, info);
    }

    /** Gives {@code rank} its predefined objects; once, before it runs. */
    public void installInto(Rank rank) {
        rank.groups.sharePredefined(GROUPS);
        rank.datatypes.sharePredefined(DATATYPES);
        rank.ops.sharePredefined(OPS);
        rank.errhandlers.sharePredefined(ERRHANDLERS);
        rank.infos.sharePredefined(infos);
        rank.commWorld = predefine(rank, StandardAbi.COMM_WORLD, "MPI_COMM_WORLD",
                new Comm(rank.world.worldShared, rank.world.group, null, rank.worldRank, 0));
        rank.commSelf = predefine(rank, StandardAbi.COMM_SELF, "MPI_COMM_SELF",
                new Comm(new Comm.Shared(SELF_CONTEXT), Group.consecutive(rank.worldRank, 1), null, 0, 0));
    }

    /** As {@link #installInto}, with an empty MPI_INFO_ENV. */
    public static void install(Rank rank) {
        WITHOUT_ENVIRONMENT.installInto(rank);
    }

    private static Comm predefine(Rank rank, int handle, String name, Comm comm) {
        comm.handle = handle;
        comm.name = name;
        comm.errhandler = Errhandler.ERRORS_ARE_FATAL;
        rank.comms.predefine(handle, comm);
        return comm;
    }
}
