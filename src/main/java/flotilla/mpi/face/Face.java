package flotilla.mpi.face;

import flotilla.abi.StandardAbi;

/**
 * One MPI ABI as the host sees it: translates the values of a compiled program into canonical ones and back. Faces have
 * no state and are shared by all ranks and threads.
 *
 * <p>Methods without a direction in their name take what the guest passed and answer the canonical value; those that
 * begin with {@code raw} or {@code put} go back.
 */
public abstract class Face {
    /** What {@link #buffer} answers for MPI_IN_PLACE: no valid address. */
    public static final long IN_PLACE = -1L;
    /** What {@link #buffer} answers for MPI_BUFFER_AUTOMATIC (MPI-4.1). */
    public static final long BUFFER_AUTOMATIC = -2L;
    /** What {@link #weights} answers for MPI_UNWEIGHTED. */
    public static final long UNWEIGHTED = -1L;
    /** What {@link #weights} answers for MPI_WEIGHTS_EMPTY. */
    public static final long WEIGHTS_EMPTY = -2L;
    /** The first canonical handle of an object made at run time. */
    public static final int FIRST_DYNAMIC = 0x1000;
    /** What {@link #handle} answers for a value that is no handle of the kind. */
    public static final int INVALID = -1;
    /** Canonical handle of MPI::ERRORS_THROW_EXCEPTIONS, which the standard ABI lacks. */
    public static final int ERRORS_THROW_EXCEPTIONS = 0x14f;
    /** Canonical MPI_DISTRIBUTE_DFLT_DARG. */
    public static final int DEFAULT_DARG = StandardAbi.DISTRIBUTE_DFLT_DARG;
    /** What {@link #attributeFunction} answers for MPI_COMM_DUP_FN and its like; the null functions are 0. */
    public static final long DUP_FN = 1L;

    // Handles.

    /** Name for messages and for the version string: "standard" or "mpich". */
    public abstract String name();

    /** Canonical handle, or {@link #INVALID}. That a dynamic handle exists is for the rank's table to say. */
    public abstract int handle(HandleKind kind, long raw);

    /** What the guest holds for a canonical handle. */
    public abstract long raw(HandleKind kind, int handle);

    /** Bytes of a handle in guest memory: 8 in the standard ABI, 4 in MPICH's. */
    public abstract int handleBytes(HandleKind kind);

    /** Raw handle in guest memory. */
    public abstract long rawAt(HandleKind kind, long address);

    /** Canonical handle at {@code address[index]} of a guest array. */
    public final int handleAt(HandleKind kind, long address, int index) {
        return handle(kind, rawAt(kind, address + (long) index * handleBytes(kind)));
    }

    /** Raw handle at {@code address[index]} of a guest array, for {@code rank.comm(raw)} and the like. */
    public final long rawAt(HandleKind kind, long address, int index) {
        return rawAt(kind, address + (long) index * handleBytes(kind));
    }

    /** Stores a canonical handle into guest memory. */
    public abstract void putHandle(HandleKind kind, long address, int handle);

    public final void putHandleAt(HandleKind kind, long address, int index, int handle) {
        putHandle(kind, address + (long) index * handleBytes(kind), handle);
    }

    /** Canonical null handle of a kind. */
    public final int nullHandle(HandleKind kind) {
        return kind.nullHandle;
    }

    // Special integers, canonical names in {@link StandardAbi}.

    /** Source of a receive, destination, or root: MPI_ANY_SOURCE, MPI_PROC_NULL and MPI_ROOT become canonical. */
    public abstract int rank(int raw);

    public abstract int rawRank(int rank);

    public abstract int tag(int raw);

    public abstract int rawTag(int tag);

    /** Result of a comparison: MPI_IDENT, ... */
    public abstract int rawComparison(int comparison);

    /** Topology kind: MPI_CART, MPI_GRAPH, MPI_DIST_GRAPH; MPI_UNDEFINED is the same in all faces. */
    public abstract int rawTopology(int topology);

    public abstract int rawCombiner(int combiner);

    public abstract int threadLevel(int raw);

    public abstract int rawThreadLevel(int level);

    /** Split type of MPI_Comm_split_type. */
    public abstract int splitType(int raw);

    /** MPI_DISTRIBUTE_BLOCK, _CYCLIC, _NONE. Not the darg argument: see {@link #distributeDarg}. */
    public abstract int distribution(int raw);

    public abstract int rawDistribution(int distribution);

    public abstract int distributeDarg(int raw);

    public abstract int rawDistributeDarg(int darg);

    public abstract int order(int raw);

    public abstract int rawOrder(int order);

    public abstract int typeClass(int raw);

    public abstract int lockType(int raw);

    public abstract int rawWindowFlavor(int flavor);

    public abstract int rawWindowModel(int model);

    /**
     * Canonical error class of what the guest passed. Classes and codes that the program added are above
     * {@link flotilla.mpi.error.ErrorClass#LASTCODE}. A value that means nothing becomes negative, and {@link #errorCode}
     * gives it back, so that a code which a callback returned survives.
     */
    public abstract int errorClass(int raw);

    /** The error code that a call returns to the guest; MPI_SUCCESS is 0 in all faces. */
    public abstract int errorCode(int errorClass);

    // Pointers with a meaning.

    /** Address of a buffer: MPI_BOTTOM becomes 0, MPI_IN_PLACE {@link #IN_PLACE}. */
    public abstract long buffer(long raw);

    /**
     * Weights of a distributed graph: an address, {@link #UNWEIGHTED} or {@link #WEIGHTS_EMPTY}. Entry points of all
     * faces pass the standard ABI's 10 and 11: where the sentinels are variables, only the guest knows their addresses.
     */
    public final long weights(long raw) {
        return raw == 10 ? UNWEIGHTED : raw == 11 ? WEIGHTS_EMPTY : raw;
    }

    /** Address of a status, or of statuses: 0 for MPI_STATUS_IGNORE and MPI_STATUSES_IGNORE. */
    public abstract long status(long raw);

    /** Copy or delete function of a keyval: 0 for the null functions, {@link #DUP_FN}, or an address in the guest. */
    public final long attributeFunction(long raw) {
        return raw; // all faces define the null functions as 0, and their entry points pass 1 for the others
    }

    // Statuses in guest memory.

    /** Bytes of an MPI_Status. */
    public abstract int statusBytes();

    /** Writes all fields but MPI_ERROR, which single completions leave alone (MPI-3.1 section 3.2.5). Nothing for address 0. */
    public abstract void putStatusWithoutError(long address, int source, int tag, long bytes, boolean cancelled);

    /** Writes all fields; {@code error} is canonical. Nothing for address 0. */
    public abstract void putStatus(long address, int source, int tag, int error, long bytes, boolean cancelled);

    /** The status of an inactive or null request: any source, any tag, success, nothing received (MPI-3.1 section 3.7.3). */
    public final void putEmptyStatus(long address) {
        putStatus(address, StandardAbi.ANY_SOURCE, StandardAbi.ANY_TAG, 0, 0, false);
    }

    /** Address of the {@code index}-th of an array of statuses, 0 when the array is ignored. */
    public final long statusAt(long address, int index) {
        return address == 0 ? 0 : address + (long) index * statusBytes();
    }

    public abstract int statusSource(long address);

    public abstract int statusTag(long address);

    /** Canonical error class. */
    public abstract int statusError(long address);

    public abstract long statusByteCount(long address);

    public abstract boolean statusCancelled(long address);

    /** Changes MPI_ERROR alone. */
    public abstract void putStatusError(long address, int error);

    /** Changes the byte count alone (MPI_Status_set_elements). */
    public abstract void putStatusByteCount(long address, long bytes);

    public abstract void putStatusCancelled(long address, boolean cancelled);

    // Limits of the ABI: sizes of C arrays, their terminating NUL included.

    public abstract int maxProcessorName();

    public abstract int maxErrorString();

    public abstract int maxObjectName();

    public abstract int maxLibraryVersionString();

    public abstract int maxPortName();

    public abstract int maxInfoKey();

    public abstract int maxInfoValue();

    public abstract int maxDatarepString();

    /** MPI_VERSION of the ABI's mpi.h. */
    public abstract int version();

    public abstract int subversion();

    /** MPI_BSEND_OVERHEAD: bytes of an attached buffer that one buffered message may cost beside its data. */
    public abstract int bsendOverhead();

    /** Largest valid error class or code of the ABI itself, the first value of MPI_LASTUSEDCODE. */
    public abstract int lastCode();
}
