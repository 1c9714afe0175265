package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.comm.AttributeCallbacks;
import flotilla.mpi.comm.Gathering;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Rank.Environment;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/** MPI-3.1 chapter 8 and section 12.4. A parameter that is a {@code long} is an address of guest memory. */
public final class EnvironmentCalls {
    private static final int VERSION = 3;
    private static final int SUBVERSION = 1;

    /** Version of this build, from the jar's manifest. */
    private static final String BUILD = version();

    private static String version() {
        String built = EnvironmentCalls.class.getPackage().getImplementationVersion();
        return built == null ? "development build" : built;
    }

    /** The arguments of {@code main} are neither needed nor changed. */
    public static int init(Rank rank, long argc, long argv) {
        return begin(rank, StandardAbi.THREAD_SINGLE);
    }

    public static int initThread(Rank rank, long argc, long argv, int required, long provided) {
        Arguments.checkPointer(provided, "provided");
        if (required < StandardAbi.THREAD_SINGLE || required > StandardAbi.THREAD_MULTIPLE) {
            throw new MpiException(ErrorClass.ARG, "required is not a thread level");
        }
        begin(rank, required);
        Memory.putInt(provided, rank.face.rawThreadLevel(required));
        return 0;
    }

    private static int begin(Rank rank, int threadLevel) {
        if (rank.environment != Environment.BEFORE_INIT) {
            throw new MpiException(ErrorClass.OTHER, rank.environment == Environment.FINALIZED
                    ? "MPI has been finalized and cannot be initialized again" : "MPI is initialized already");
        }
        rank.environment = Environment.INITIALIZED;
        rank.threadLevel = threadLevel;
        return 0;
    }

    /**
     * Attributes of MPI_COMM_SELF go first (MPI-3.1 section 8.7.1), while MPI still works; then nobody leaves before all
     * have come.
     */
    public static int finalize(Rank rank) {
        checkInitialized(rank);
        return deleteAttributes(rank, rank.commSelf, () -> deleteAttributes(rank, rank.commWorld,
                () -> Gathering.call(rank, "MPI_Finalize", rank.commWorld, (r, unused) -> {
                    r.environment = Environment.FINALIZED;
                    return 0;
                })));
    }

    private interface Step {
        int run();
    }

    private static int deleteAttributes(Rank rank, Comm comm, Step then) {
        return AttributeCallbacks.deleteAll(rank, CommunicatorCalls.owner(comm), comm.attributes, (r, unused) -> then.run());
    }

    /** @throws MpiException MPI_ERR_OTHER unless the rank is between MPI_Init and MPI_Finalize */
    public static void checkInitialized(Rank rank) {
        if (rank.environment != Environment.INITIALIZED) {
            throw new MpiException(ErrorClass.OTHER, rank.environment == Environment.BEFORE_INIT
                    ? "MPI is not initialized; call MPI_Init first" : "MPI has been finalized");
        }
    }

    /** True until MPI is finalized, and after; like {@link #finalized} allowed at any time. */
    public static int initialized(Rank rank, long flag) {
        return putFlag(flag, rank.environment != Environment.BEFORE_INIT);
    }

    public static int finalized(Rank rank, long flag) {
        return putFlag(flag, rank.environment == Environment.FINALIZED);
    }

    /** Ends the whole job, whatever the communicator. Does not return to the guest. */
    public static int abort(Rank rank, Comm comm, int errorcode) {
        rank.world.scheduler().abort(rank, errorcode,
                "rank " + rank.worldRank + " called MPI_Abort(" + comm.describe() + ", " + errorcode + ")");
        return Rank.BLOCKED;
    }

    public static int queryThread(Rank rank, long provided) {
        Arguments.checkPointer(provided, "provided");
        Memory.putInt(provided, rank.face.rawThreadLevel(rank.threadLevel));
        return 0;
    }

    public static int isThreadMain(Rank rank, long flag) {
        return putFlag(flag, rank.control == rank.mainControl);
    }

    public static int getVersion(Rank rank, long version, long subversion) {
        return putTwo(version, "version", VERSION, subversion, "subversion", SUBVERSION);
    }

    public static int getLibraryVersion(Rank rank, long version, long resultlen) {
        return GuestStrings.put("Flotilla " + BUILD + " (MPI " + VERSION + "." + SUBVERSION + ", " + rank.face.name() + " ABI)",
                version, rank.face.maxLibraryVersionString(), resultlen, "version");
    }

    public static int getProcessorName(Rank rank, long name, long resultlen) {
        return GuestStrings.put(rank.world.processorName, name, rank.face.maxProcessorName(), resultlen, "name");
    }

    /** MPI-5.0 section 20.2. */
    public static int abiGetVersion(Rank rank, long major, long minor) {
        return putTwo(major, "abi_major", StandardAbi.ABI_VERSION, minor, "abi_minor", StandardAbi.ABI_SUBVERSION);
    }

    /** Sizes of the ABI's integer types, in bytes. */
    public static int abiGetInfo(Rank rank, long info) {
        var sizes = new Info();
        sizes.entries.put("mpi_aint_size", "8");
        sizes.entries.put("mpi_count_size", "8");
        sizes.entries.put("mpi_offset_size", "8");
        return InfoCalls.put(rank, info, sizes);
    }

    /** Sizes of Fortran's default types as gfortran has them, in bytes. */
    public static int abiGetFortranInfo(Rank rank, long info) {
        var sizes = new Info();
        sizes.entries.put("mpi_logical_size", "4");
        sizes.entries.put("mpi_integer_size", "4");
        sizes.entries.put("mpi_real_size", "4");
        sizes.entries.put("mpi_double_precision_size", "8");
        return InfoCalls.put(rank, info, sizes);
    }

    private static int putFlag(long flag, boolean value) {
        Arguments.checkPointer(flag, "flag");
        Memory.putInt(flag, value ? 1 : 0);
        return 0;
    }

    private static int putTwo(long first, String firstName, int firstValue, long second, String secondName, int secondValue) {
        Arguments.checkPointer(first, firstName);
        Arguments.checkPointer(second, secondName);
        Memory.putInt(first, firstValue);
        Memory.putInt(second, secondValue);
        return 0;
    }

    private EnvironmentCalls() {}
}
