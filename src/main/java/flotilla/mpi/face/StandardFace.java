package flotilla.mpi.face;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.error.ErrorClass;

/**
 * The standard ABI of MPI 5.0. Its integers are the canonical ones, so most translations are the identity. A handle is a
 * pointer-sized value; those of objects made at run time also fit a Fortran INTEGER.
 */
public final class StandardFace extends Face {
    public static final StandardFace INSTANCE = new StandardFace();

    /** A dynamic handle is (ordinal of the kind + 1) << 24 | index. */
    private static final int KIND_SHIFT = 24;
    private static final int INDEX_MASK = (1 << KIND_SHIFT) - 1;

    private StandardFace() {}

    @Override
    public String name() {
        return "standard";
    }

    @Override
    public int handle(HandleKind kind, long raw) {
        if (raw >>> 12 == 0) {
            return (int) raw;
        }
        return raw >>> KIND_SHIFT == kind.ordinal() + 1 ? FIRST_DYNAMIC + ((int) raw & INDEX_MASK) : INVALID;
    }

    @Override
    public long raw(HandleKind kind, int handle) {
        return handle < FIRST_DYNAMIC ? handle : (kind.ordinal() + 1) << KIND_SHIFT | handle - FIRST_DYNAMIC;
    }

    @Override
    public int handleBytes(HandleKind kind) {
        return kind == HandleKind.KEYVAL ? Integer.BYTES : Long.BYTES;
    }

    @Override
    public long rawAt(HandleKind kind, long address) {
        return kind == HandleKind.KEYVAL ? Memory.getInt(address) : Memory.getLong(address);
    }

    @Override
    public void putHandle(HandleKind kind, long address, int handle) {
        if (kind == HandleKind.KEYVAL) {
            Memory.putInt(address, (int) raw(kind, handle));
        } else {
            Memory.putLong(address, raw(kind, handle));
        }
    }

    @Override
    public int rank(int raw) {
        return raw;
    }

    @Override
    public int rawRank(int rank) {
        return rank;
    }

    @Override
    public int tag(int raw) {
        return raw;
    }

    @Override
    public int rawTag(int tag) {
        return tag;
    }

    @Override
    public int rawComparison(int comparison) {
        return comparison;
    }

    @Override
    public int rawTopology(int topology) {
        return topology;
    }

    @Override
    public int rawCombiner(int combiner) {
        return combiner;
    }

    @Override
    public int threadLevel(int raw) {
        return raw;
    }

    @Override
    public int rawThreadLevel(int level) {
        return level;
    }

    @Override
    public int splitType(int raw) {
        return raw;
    }

    @Override
    public int distribution(int raw) {
        return raw;
    }

    @Override
    public int rawDistribution(int distribution) {
        return distribution;
    }

    @Override
    public int distributeDarg(int raw) {
        return raw;
    }

    @Override
    public int rawDistributeDarg(int darg) {
        return darg;
    }

    @Override
    public int order(int raw) {
        return raw;
    }

    @Override
    public int rawOrder(int order) {
        return order;
    }

    @Override
    public int typeClass(int raw) {
        return raw;
    }

    @Override
    public int lockType(int raw) {
        return raw;
    }

    @Override
    public int rawWindowFlavor(int flavor) {
        return flavor;
    }

    @Override
    public int rawWindowModel(int model) {
        return model;
    }

    @Override
    public int errorClass(int raw) {
        return raw;
    }

    @Override
    public int errorCode(int errorClass) {
        return errorClass;
    }

    @Override
    public long buffer(long raw) {
        // MPI_BOTTOM is 0, MPI_IN_PLACE 1, MPI_BUFFER_AUTOMATIC 2.
        return raw == 1 || raw == 2 ? -raw : raw;
    }

    @Override
    public long status(long raw) {
        return raw;
    }

    @Override
    public int statusBytes() {
        return StandardAbi.STATUS_SIZE;
    }

    @Override
    public void putStatusWithoutError(long address, int source, int tag, long bytes, boolean cancelled) {
        if (address != 0) {
            Memory.putInt(address + StandardAbi.STATUS_SOURCE, source);
            Memory.putInt(address + StandardAbi.STATUS_TAG, tag);
            Memory.putLong(address + StandardAbi.STATUS_BYTES, bytes);
            Memory.putInt(address + StandardAbi.STATUS_CANCELLED, cancelled ? 1 : 0);
        }
    }

    @Override
    public void putStatus(long address, int source, int tag, int error, long bytes, boolean cancelled) {
        if (address != 0) {
            putStatusWithoutError(address, source, tag, bytes, cancelled);
            Memory.putInt(address + StandardAbi.STATUS_ERROR, error);
        }
    }

    @Override
    public int statusSource(long address) {
        return Memory.getInt(address + StandardAbi.STATUS_SOURCE);
    }

    @Override
    public int statusTag(long address) {
        return Memory.getInt(address + StandardAbi.STATUS_TAG);
    }

    @Override
    public int statusError(long address) {
        return Memory.getInt(address + StandardAbi.STATUS_ERROR);
    }

    @Override
    public long statusByteCount(long address) {
        return Memory.getLong(address + StandardAbi.STATUS_BYTES);
    }

    @Override
    public boolean statusCancelled(long address) {
        return Memory.getInt(address + StandardAbi.STATUS_CANCELLED) != 0;
    }

    @Override
    public void putStatusError(long address, int error) {
        Memory.putInt(address + StandardAbi.STATUS_ERROR, error);
    }

    @Override
    public void putStatusByteCount(long address, long bytes) {
        Memory.putLong(address + StandardAbi.STATUS_BYTES, bytes);
    }

    @Override
    public void putStatusCancelled(long address, boolean cancelled) {
        Memory.putInt(address + StandardAbi.STATUS_CANCELLED, cancelled ? 1 : 0);
    }

    @Override
    public int version() {
        return StandardAbi.VERSION;
    }

    @Override
    public int subversion() {
        return StandardAbi.SUBVERSION;
    }

    @Override
    public int maxProcessorName() {
        return StandardAbi.MAX_PROCESSOR_NAME;
    }

    @Override
    public int maxErrorString() {
        return StandardAbi.MAX_ERROR_STRING;
    }

    @Override
    public int maxObjectName() {
        return StandardAbi.MAX_OBJECT_NAME;
    }

    @Override
    public int maxLibraryVersionString() {
        return StandardAbi.MAX_LIBRARY_VERSION_STRING;
    }

    @Override
    public int maxPortName() {
        return StandardAbi.MAX_PORT_NAME;
    }

    @Override
    public int maxInfoKey() {
        return StandardAbi.MAX_INFO_KEY;
    }

    @Override
    public int maxInfoValue() {
        return StandardAbi.MAX_INFO_VAL;
    }

    @Override
    public int maxDatarepString() {
        return StandardAbi.MAX_DATAREP_STRING;
    }

    @Override
    public int bsendOverhead() {
        return StandardAbi.BSEND_OVERHEAD;
    }

    @Override
    public int lastCode() {
        return ErrorClass.LASTCODE;
    }
}
