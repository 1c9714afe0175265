package flotilla.mpi.face;

import flotilla.abi.MpichAbi;
import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.error.ErrorClass;

/** The ABI of MPICH and its family: handles are ints, as in Fortran. */
public final class MpichFace extends Face {
    public static final MpichFace INSTANCE = new MpichFace();

    /** Bits of an object made at run time; the kind stands at bit 26. */
    private static final int DYNAMIC = 0x80000000;
    private static final int KIND_SHIFT = 26;
    private static final int INDEX_MASK = (1 << KIND_SHIFT) - 1;
    /** Indices below are MPICH's own: it counts the pair types (MPI_FLOAT_INT, ...) among the datatypes made at run time. */
    private static final int FIRST_INDEX = 8;

    /** MPICH's number of each kind, by ordinal. Messages are requests to it. */
    private static final int[] KINDS = {1, 3, 6, 2, 11, 7, 5, 11, 8, 4, 14, 9};

    private static final int[] DATATYPES = {
        StandardAbi.AINT, MpichAbi.AINT,
        StandardAbi.COUNT, MpichAbi.COUNT,
        StandardAbi.OFFSET, MpichAbi.OFFSET,
        StandardAbi.PACKED, MpichAbi.PACKED,
        StandardAbi.SHORT, MpichAbi.SHORT,
        StandardAbi.INT, MpichAbi.INT,
        StandardAbi.LONG, MpichAbi.LONG,
        StandardAbi.LONG_LONG, MpichAbi.LONG_LONG,
        StandardAbi.UNSIGNED_SHORT, MpichAbi.UNSIGNED_SHORT,
        StandardAbi.UNSIGNED, MpichAbi.UNSIGNED,
        StandardAbi.UNSIGNED_LONG, MpichAbi.UNSIGNED_LONG,
        StandardAbi.UNSIGNED_LONG_LONG, MpichAbi.UNSIGNED_LONG_LONG,
        StandardAbi.FLOAT, MpichAbi.FLOAT,
        StandardAbi.C_FLOAT_COMPLEX, MpichAbi.C_FLOAT_COMPLEX,
        StandardAbi.CXX_FLOAT_COMPLEX, MpichAbi.CXX_FLOAT_COMPLEX,
        StandardAbi.DOUBLE, MpichAbi.DOUBLE,
        StandardAbi.C_DOUBLE_COMPLEX, MpichAbi.C_DOUBLE_COMPLEX,
        StandardAbi.CXX_DOUBLE_COMPLEX, MpichAbi.CXX_DOUBLE_COMPLEX,
        StandardAbi.LOGICAL, MpichAbi.LOGICAL,
        StandardAbi.INTEGER, MpichAbi.INTEGER,
        StandardAbi.REAL, MpichAbi.REAL,
        StandardAbi.COMPLEX, MpichAbi.COMPLEX,
        StandardAbi.DOUBLE_PRECISION, MpichAbi.DOUBLE_PRECISION,
        StandardAbi.DOUBLE_COMPLEX, MpichAbi.DOUBLE_COMPLEX,
        StandardAbi.CHARACTER, MpichAbi.CHARACTER,
        StandardAbi.LONG_DOUBLE, MpichAbi.LONG_DOUBLE,
        StandardAbi.C_LONG_DOUBLE_COMPLEX, MpichAbi.C_LONG_DOUBLE_COMPLEX,
        StandardAbi.CXX_LONG_DOUBLE_COMPLEX, MpichAbi.CXX_LONG_DOUBLE_COMPLEX,
        StandardAbi.FLOAT_INT, MpichAbi.FLOAT_INT,
        StandardAbi.DOUBLE_INT, MpichAbi.DOUBLE_INT,
        StandardAbi.LONG_INT, MpichAbi.LONG_INT,
        StandardAbi.TWO_INT, MpichAbi.TWO_INT,
        StandardAbi.SHORT_INT, MpichAbi.SHORT_INT,
        StandardAbi.LONG_DOUBLE_INT, MpichAbi.LONG_DOUBLE_INT,
        StandardAbi.TWO_REAL, MpichAbi.TWO_REAL,
        StandardAbi.TWO_DOUBLE_PRECISION, MpichAbi.TWO_DOUBLE_PRECISION,
        StandardAbi.TWO_INTEGER, MpichAbi.TWO_INTEGER,
        StandardAbi.C_BOOL, MpichAbi.C_BOOL,
        StandardAbi.CXX_BOOL, MpichAbi.CXX_BOOL,
        StandardAbi.WCHAR, MpichAbi.WCHAR,
        StandardAbi.INT8_T, MpichAbi.INT8_T,
        StandardAbi.UINT8_T, MpichAbi.UINT8_T,
        StandardAbi.CHAR, MpichAbi.CHAR,
        StandardAbi.SIGNED_CHAR, MpichAbi.SIGNED_CHAR,
        StandardAbi.UNSIGNED_CHAR, MpichAbi.UNSIGNED_CHAR,
        StandardAbi.BYTE, MpichAbi.BYTE,
        StandardAbi.INT16_T, MpichAbi.INT16_T,
        StandardAbi.UINT16_T, MpichAbi.UINT16_T,
        StandardAbi.INT32_T, MpichAbi.INT32_T,
        StandardAbi.UINT32_T, MpichAbi.UINT32_T,
        StandardAbi.INT64_T, MpichAbi.INT64_T,
        StandardAbi.UINT64_T, MpichAbi.UINT64_T,
        StandardAbi.INTEGER1, MpichAbi.INTEGER1,
        StandardAbi.INTEGER2, MpichAbi.INTEGER2,
        StandardAbi.INTEGER4, MpichAbi.INTEGER4,
        StandardAbi.REAL4, MpichAbi.REAL4,
        StandardAbi.INTEGER8, MpichAbi.INTEGER8,
        StandardAbi.REAL8, MpichAbi.REAL8,
        StandardAbi.COMPLEX8, MpichAbi.COMPLEX8,
        StandardAbi.REAL16, MpichAbi.REAL16,
        StandardAbi.COMPLEX16, MpichAbi.COMPLEX16,
        StandardAbi.COMPLEX32, MpichAbi.COMPLEX32,
        StandardAbi.LB, MpichAbi.LB,
        StandardAbi.UB, MpichAbi.UB,
        StandardAbi.C_FLOAT16, MpichAbi.C_FLOAT16,
    };

    private static final int[] OPS = {
        StandardAbi.SUM, MpichAbi.SUM,
        StandardAbi.MIN, MpichAbi.MIN,
        StandardAbi.MAX, MpichAbi.MAX,
        StandardAbi.PROD, MpichAbi.PROD,
        StandardAbi.BAND, MpichAbi.BAND,
        StandardAbi.BOR, MpichAbi.BOR,
        StandardAbi.BXOR, MpichAbi.BXOR,
        StandardAbi.LAND, MpichAbi.LAND,
        StandardAbi.LOR, MpichAbi.LOR,
        StandardAbi.LXOR, MpichAbi.LXOR,
        StandardAbi.MINLOC, MpichAbi.MINLOC,
        StandardAbi.MAXLOC, MpichAbi.MAXLOC,
        StandardAbi.REPLACE, MpichAbi.REPLACE,
        StandardAbi.NO_OP, MpichAbi.NO_OP,
    };

    private static final int[] OTHERS = {
        StandardAbi.COMM_WORLD, MpichAbi.COMM_WORLD,
        StandardAbi.COMM_SELF, MpichAbi.COMM_SELF,
        StandardAbi.GROUP_EMPTY, MpichAbi.GROUP_EMPTY,
        StandardAbi.MESSAGE_NO_PROC, MpichAbi.MESSAGE_NO_PROC,
        StandardAbi.INFO_ENV, MpichAbi.INFO_ENV,
        StandardAbi.ERRORS_ARE_FATAL, MpichAbi.ERRORS_ARE_FATAL,
        StandardAbi.ERRORS_ABORT, MpichAbi.ERRORS_ABORT,
        StandardAbi.ERRORS_RETURN, MpichAbi.ERRORS_RETURN,
        ERRORS_THROW_EXCEPTIONS, MpichAbi.ERRORS_THROW_EXCEPTIONS,
    };

    private static final int[] KEYVALS = {
        StandardAbi.TAG_UB, MpichAbi.TAG_UB,
        StandardAbi.IO, MpichAbi.IO,
        StandardAbi.HOST, MpichAbi.HOST,
        StandardAbi.WTIME_IS_GLOBAL, MpichAbi.WTIME_IS_GLOBAL,
        StandardAbi.APPNUM, MpichAbi.APPNUM,
        StandardAbi.LASTUSEDCODE, MpichAbi.LASTUSEDCODE,
        StandardAbi.UNIVERSE_SIZE, MpichAbi.UNIVERSE_SIZE,
        StandardAbi.WIN_BASE, MpichAbi.WIN_BASE,
        StandardAbi.WIN_DISP_UNIT, MpichAbi.WIN_DISP_UNIT,
        StandardAbi.WIN_SIZE, MpichAbi.WIN_SIZE,
        StandardAbi.WIN_CREATE_FLAVOR, MpichAbi.WIN_CREATE_FLAVOR,
        StandardAbi.WIN_MODEL, MpichAbi.WIN_MODEL,
    };

    private static final int[] COMBINERS = {
        StandardAbi.COMBINER_NAMED, MpichAbi.COMBINER_NAMED,
        StandardAbi.COMBINER_DUP, MpichAbi.COMBINER_DUP,
        StandardAbi.COMBINER_CONTIGUOUS, MpichAbi.COMBINER_CONTIGUOUS,
        StandardAbi.COMBINER_VECTOR, MpichAbi.COMBINER_VECTOR,
        StandardAbi.COMBINER_HVECTOR, MpichAbi.COMBINER_HVECTOR,
        StandardAbi.COMBINER_INDEXED, MpichAbi.COMBINER_INDEXED,
        StandardAbi.COMBINER_HINDEXED, MpichAbi.COMBINER_HINDEXED,
        StandardAbi.COMBINER_INDEXED_BLOCK, MpichAbi.COMBINER_INDEXED_BLOCK,
        StandardAbi.COMBINER_HINDEXED_BLOCK, MpichAbi.COMBINER_HINDEXED_BLOCK,
        StandardAbi.COMBINER_STRUCT, MpichAbi.COMBINER_STRUCT,
        StandardAbi.COMBINER_SUBARRAY, MpichAbi.COMBINER_SUBARRAY,
        StandardAbi.COMBINER_DARRAY, MpichAbi.COMBINER_DARRAY,
        StandardAbi.COMBINER_F90_REAL, MpichAbi.COMBINER_F90_REAL,
        StandardAbi.COMBINER_F90_COMPLEX, MpichAbi.COMBINER_F90_COMPLEX,
        StandardAbi.COMBINER_F90_INTEGER, MpichAbi.COMBINER_F90_INTEGER,
        StandardAbi.COMBINER_RESIZED, MpichAbi.COMBINER_RESIZED,
    };

    /** MPICH's number of each canonical error class; classes that it lacks become MPI_ERR_OTHER. */
    private static final int[] ERRORS = {
        0, 1, 2, 3, 4, 5, 6, 19, 7, 8, 9, 10, 11, 12, 13, 14,
        15, 16, 18, 17, 20, 21, 53, 22, 46, 23, 52, 24, 25, 26, 27, 29,
        31, 30, 28, 32, 48, 47, 33, 34, 35, 36, 37, 38, 39, 40, 56, 49,
        55, 57, 50, 41, 51, 42, 43, 44, 45, 58, 76, 77, 75, 15, 15,
    };
    private static final int LASTCODE = 0x3fffffff;

    /** Canonical handle by the low byte of a builtin datatype or operation: MPICH numbers both from 1. */
    private static final int[] DATATYPE_BY_INDEX = byLowByte(DATATYPES, 0x4c);
    private static final int[] PAIR_BY_INDEX = byLowByte(DATATYPES, 0x8c);
    private static final int[] OP_BY_INDEX = byLowByte(OPS, 0x58);
    /** Raw value of each predefined canonical handle but keyvals, by handle; 0 where MPICH has none. */
    private static final int[] RAW = rawByHandle();
    private static final int[] CLASS_BY_ERROR = classByError();

    private MpichFace() {}

    private static int[] byLowByte(int[] pairs, int highByte) {
        var table = new int[256];
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] >>> 24 == highByte) {
                table[pairs[i + 1] & 0xff] = pairs[i];
            }
        }
        return table;
    }

    private static int[] rawByHandle() {
        var table = new int[0x400];
        for (int[] pairs : new int[][] {DATATYPES, OPS, OTHERS}) {
            for (int i = 0; i < pairs.length; i += 2) {
                table[pairs[i]] = pairs[i + 1];
            }
        }
        return table;
    }

    private static int[] classByError() {
        var table = new int[128];
        java.util.Arrays.fill(table, INVALID);
        for (int i = ERRORS.length - 1; i >= 0; i--) {
            table[ERRORS[i]] = i;
        }
        table[ERRORS[ErrorClass.OTHER]] = ErrorClass.OTHER;
        return table;
    }

    /** The null handles of MPICH are "invalid" handles of their kind, with index 0. */
    private static int rawNull(HandleKind kind) {
        return kind == HandleKind.FILE ? 0 : KINDS[kind.ordinal()] << KIND_SHIFT;
    }

    @Override
    public String name() {
        return "mpich";
    }

    @Override
    public int handle(HandleKind kind, long raw) {
        int value = (int) raw;
        int ours = DYNAMIC | KINDS[kind.ordinal()] << KIND_SHIFT;
        if ((value & ~INDEX_MASK) == ours && (value & INDEX_MASK) >= FIRST_INDEX) {
            return FIRST_DYNAMIC + (value & INDEX_MASK) - FIRST_INDEX;
        }
        if (value == rawNull(kind)) {
            return kind.nullHandle;
        }
        if (kind == HandleKind.KEYVAL) {
            return keyval(value);
        }
        int handle = switch (kind) {
            case COMM -> value == MpichAbi.COMM_WORLD ? StandardAbi.COMM_WORLD : StandardAbi.COMM_SELF;
            case DATATYPE -> (value >>> 24 == 0x8c ? PAIR_BY_INDEX : DATATYPE_BY_INDEX)[value & 0xff];
            case OP -> OP_BY_INDEX[value & 0xff];
            case GROUP -> StandardAbi.GROUP_EMPTY;
            case MESSAGE -> StandardAbi.MESSAGE_NO_PROC;
            case INFO -> StandardAbi.INFO_ENV;
            case ERRHANDLER -> errhandler(value);
            case REQUEST, WINDOW, FILE, SESSION, KEYVAL -> 0;
        };
        return handle != 0 && RAW[handle] == value ? handle : INVALID;
    }

    private static int errhandler(int raw) {
        return switch (raw) {
            case MpichAbi.ERRORS_ARE_FATAL -> StandardAbi.ERRORS_ARE_FATAL;
            case MpichAbi.ERRORS_ABORT -> StandardAbi.ERRORS_ABORT;
            case MpichAbi.ERRORS_RETURN -> StandardAbi.ERRORS_RETURN;
            case MpichAbi.ERRORS_THROW_EXCEPTIONS -> ERRORS_THROW_EXCEPTIONS;
            default -> 0;
        };
    }

    private static int keyval(int raw) {
        for (int i = 0; i < KEYVALS.length; i += 2) {
            if (raw == KEYVALS[i + 1] || raw == KEYVALS[i + 1] + MpichAbi.FORTRAN_KEYVAL) {
                return KEYVALS[i];
            }
        }
        return INVALID;
    }

    @Override
    public long raw(HandleKind kind, int handle) {
        if (handle >= FIRST_DYNAMIC) {
            return DYNAMIC | KINDS[kind.ordinal()] << KIND_SHIFT | handle - FIRST_DYNAMIC + FIRST_INDEX;
        }
        if (kind == HandleKind.KEYVAL && handle != kind.nullHandle) {
            return rawKeyval(handle);
        }
        return handle == kind.nullHandle ? rawNull(kind) : RAW[handle];
    }

    private static int rawKeyval(int handle) {
        for (int i = 0; i < KEYVALS.length; i += 2) {
            if (handle == KEYVALS[i]) {
                return KEYVALS[i + 1];
            }
        }
        return MpichAbi.KEYVAL_INVALID;
    }

    @Override
    public int handleBytes(HandleKind kind) {
        return kind == HandleKind.FILE ? Long.BYTES : Integer.BYTES;
    }

    @Override
    public long rawAt(HandleKind kind, long address) {
        return Memory.getInt(address);
    }

    @Override
    public void putHandle(HandleKind kind, long address, int handle) {
        if (kind == HandleKind.FILE) {
            Memory.putLong(address, raw(kind, handle));
        } else {
            Memory.putInt(address, (int) raw(kind, handle));
        }
    }

    @Override
    public int rank(int raw) {
        return raw >= 0 ? raw : switch (raw) {
            case MpichAbi.ANY_SOURCE -> StandardAbi.ANY_SOURCE;
            case MpichAbi.PROC_NULL -> StandardAbi.PROC_NULL;
            case MpichAbi.ROOT -> StandardAbi.ROOT;
            // Not a valid rank here, and must not become canonical MPI_ROOT.
            case StandardAbi.ROOT -> StandardAbi.ROOT - 1;
            default -> raw;
        };
    }

    @Override
    public int rawRank(int rank) {
        return rank >= 0 ? rank : switch (rank) {
            case StandardAbi.ANY_SOURCE -> MpichAbi.ANY_SOURCE;
            case StandardAbi.PROC_NULL -> MpichAbi.PROC_NULL;
            case StandardAbi.ROOT -> MpichAbi.ROOT;
            default -> rank;
        };
    }

    @Override
    public int tag(int raw) {
        return raw >= 0 ? raw : raw == MpichAbi.ANY_TAG ? StandardAbi.ANY_TAG : raw == StandardAbi.ANY_TAG ? raw - 1 : raw;
    }

    @Override
    public int rawTag(int tag) {
        return tag == StandardAbi.ANY_TAG ? MpichAbi.ANY_TAG : tag;
    }

    @Override
    public int rawComparison(int comparison) {
        return comparison - StandardAbi.IDENT + MpichAbi.IDENT;
    }

    @Override
    public int rawTopology(int topology) {
        return switch (topology) {
            case StandardAbi.CART -> MpichAbi.CART;
            case StandardAbi.GRAPH -> MpichAbi.GRAPH;
            case StandardAbi.DIST_GRAPH -> MpichAbi.DIST_GRAPH;
            default -> topology;
        };
    }

    @Override
    public int rawCombiner(int combiner) {
        for (int i = 0; i < COMBINERS.length; i += 2) {
            if (combiner == COMBINERS[i]) {
                return COMBINERS[i + 1];
            }
        }
        return combiner;
    }

    @Override
    public int threadLevel(int raw) {
        return switch (raw) {
            case MpichAbi.THREAD_SINGLE -> StandardAbi.THREAD_SINGLE;
            case MpichAbi.THREAD_FUNNELED -> StandardAbi.THREAD_FUNNELED;
            case MpichAbi.THREAD_SERIALIZED -> StandardAbi.THREAD_SERIALIZED;
            case MpichAbi.THREAD_MULTIPLE -> StandardAbi.THREAD_MULTIPLE;
            default -> INVALID;
        };
    }

    @Override
    public int rawThreadLevel(int level) {
        return switch (level) {
            case StandardAbi.THREAD_FUNNELED -> MpichAbi.THREAD_FUNNELED;
            case StandardAbi.THREAD_SERIALIZED -> MpichAbi.THREAD_SERIALIZED;
            case StandardAbi.THREAD_MULTIPLE -> MpichAbi.THREAD_MULTIPLE;
            default -> MpichAbi.THREAD_SINGLE;
        };
    }

    @Override
    public int splitType(int raw) {
        return switch (raw) {
            case MpichAbi.COMM_TYPE_SHARED -> StandardAbi.COMM_TYPE_SHARED;
            case MpichAbi.COMM_TYPE_HW_GUIDED -> StandardAbi.COMM_TYPE_HW_GUIDED;
            case MpichAbi.COMM_TYPE_HW_UNGUIDED -> StandardAbi.COMM_TYPE_HW_UNGUIDED;
            case MpichAbi.UNDEFINED -> StandardAbi.UNDEFINED;
            default -> INVALID;
        };
    }

    @Override
    public int distribution(int raw) {
        return switch (raw) {
            case MpichAbi.DISTRIBUTE_BLOCK -> StandardAbi.DISTRIBUTE_BLOCK;
            case MpichAbi.DISTRIBUTE_CYCLIC -> StandardAbi.DISTRIBUTE_CYCLIC;
            case MpichAbi.DISTRIBUTE_NONE -> StandardAbi.DISTRIBUTE_NONE;
            default -> INVALID;
        };
    }

    @Override
    public int rawDistribution(int distribution) {
        return switch (distribution) {
            case StandardAbi.DISTRIBUTE_BLOCK -> MpichAbi.DISTRIBUTE_BLOCK;
            case StandardAbi.DISTRIBUTE_CYCLIC -> MpichAbi.DISTRIBUTE_CYCLIC;
            default -> MpichAbi.DISTRIBUTE_NONE;
        };
    }

    @Override
    public int distributeDarg(int raw) {
        return raw == MpichAbi.DISTRIBUTE_DFLT_DARG ? Face.DEFAULT_DARG : raw;
    }

    @Override
    public int rawDistributeDarg(int darg) {
        return darg == Face.DEFAULT_DARG ? MpichAbi.DISTRIBUTE_DFLT_DARG : darg;
    }

    @Override
    public int order(int raw) {
        return raw == MpichAbi.ORDER_C ? StandardAbi.ORDER_C
                : raw == MpichAbi.ORDER_FORTRAN ? StandardAbi.ORDER_FORTRAN : INVALID;
    }

    @Override
    public int rawOrder(int order) {
        return order == StandardAbi.ORDER_C ? MpichAbi.ORDER_C : MpichAbi.ORDER_FORTRAN;
    }

    @Override
    public int typeClass(int raw) {
        return switch (raw) {
            case MpichAbi.TYPECLASS_REAL -> StandardAbi.TYPECLASS_REAL;
            case MpichAbi.TYPECLASS_INTEGER -> StandardAbi.TYPECLASS_INTEGER;
            case MpichAbi.TYPECLASS_COMPLEX -> StandardAbi.TYPECLASS_COMPLEX;
            default -> INVALID;
        };
    }

    @Override
    public int lockType(int raw) {
        return raw == MpichAbi.LOCK_EXCLUSIVE ? StandardAbi.LOCK_EXCLUSIVE
                : raw == MpichAbi.LOCK_SHARED ? StandardAbi.LOCK_SHARED : INVALID;
    }

    @Override
    public int rawWindowFlavor(int flavor) {
        return flavor - StandardAbi.WIN_FLAVOR_CREATE + MpichAbi.WIN_FLAVOR_CREATE;
    }

    @Override
    public int rawWindowModel(int model) {
        return model == StandardAbi.WIN_UNIFIED ? MpichAbi.WIN_UNIFIED : MpichAbi.WIN_SEPARATE;
    }

    @Override
    public int errorClass(int raw) {
        if (raw > LASTCODE) {
            return raw - LASTCODE + ErrorClass.LASTCODE;
        }
        int known = raw >= 0 && raw < CLASS_BY_ERROR.length ? CLASS_BY_ERROR[raw] : INVALID;
        return known >= 0 ? known : raw < 0 ? INVALID : ~raw;
    }

    @Override
    public int errorCode(int errorClass) {
        if (errorClass < 0) {
            return ~errorClass;
        }
        if (errorClass < ERRORS.length) {
            return ERRORS[errorClass];
        }
        return errorClass > ErrorClass.LASTCODE ? errorClass - ErrorClass.LASTCODE + LASTCODE : errorClass;
    }

    @Override
    public long buffer(long raw) {
        return raw; // MPI_BOTTOM is 0, MPI_IN_PLACE -1, as it shall be
    }

    @Override
    public long status(long raw) {
        return raw == 1 ? 0 : raw;
    }

    @Override
    public int statusBytes() {
        return MpichAbi.STATUS_SIZE;
    }

    @Override
    public void putStatusWithoutError(long address, int source, int tag, long bytes, boolean cancelled) {
        if (address != 0) {
            Memory.putInt(address + MpichAbi.STATUS_COUNT_LOW, (int) bytes);
            Memory.putInt(address + MpichAbi.STATUS_COUNT_HIGH_AND_CANCELLED, (int) (bytes >> 32) << 1 | (cancelled ? 1 : 0));
            Memory.putInt(address + MpichAbi.STATUS_SOURCE, rawRank(source));
            Memory.putInt(address + MpichAbi.STATUS_TAG, rawTag(tag));
        }
    }

    @Override
    public void putStatus(long address, int source, int tag, int error, long bytes, boolean cancelled) {
        if (address != 0) {
            putStatusWithoutError(address, source, tag, bytes, cancelled);
            Memory.putInt(address + MpichAbi.STATUS_ERROR, errorCode(error));
        }
    }

    @Override
    public int statusSource(long address) {
        return rank(Memory.getInt(address + MpichAbi.STATUS_SOURCE));
    }

    @Override
    public int statusTag(long address) {
        return tag(Memory.getInt(address + MpichAbi.STATUS_TAG));
    }

    @Override
    public int statusError(long address) {
        return errorClass(Memory.getInt(address + MpichAbi.STATUS_ERROR));
    }

    @Override
    public long statusByteCount(long address) {
        long high = Memory.getInt(address + MpichAbi.STATUS_COUNT_HIGH_AND_CANCELLED) >>> 1;
        return high << 32 | Memory.getInt(address + MpichAbi.STATUS_COUNT_LOW) & 0xffffffffL;
    }

    @Override
    public boolean statusCancelled(long address) {
        return (Memory.getInt(address + MpichAbi.STATUS_COUNT_HIGH_AND_CANCELLED) & 1) != 0;
    }

    @Override
    public void putStatusError(long address, int error) {
        Memory.putInt(address + MpichAbi.STATUS_ERROR, errorCode(error));
    }

    @Override
    public void putStatusByteCount(long address, long bytes) {
        int cancelled = Memory.getInt(address + MpichAbi.STATUS_COUNT_HIGH_AND_CANCELLED) & 1;
        Memory.putInt(address + MpichAbi.STATUS_COUNT_LOW, (int) bytes);
        Memory.putInt(address + MpichAbi.STATUS_COUNT_HIGH_AND_CANCELLED, (int) (bytes >> 32) << 1 | cancelled);
    }

    @Override
    public void putStatusCancelled(long address, boolean cancelled) {
        long word = address + MpichAbi.STATUS_COUNT_HIGH_AND_CANCELLED;
        Memory.putInt(word, Memory.getInt(word) & ~1 | (cancelled ? 1 : 0));
    }

    @Override
    public int version() {
        return MpichAbi.VERSION;
    }

    @Override
    public int subversion() {
        return MpichAbi.SUBVERSION;
    }

    @Override
    public int maxProcessorName() {
        return MpichAbi.MAX_PROCESSOR_NAME;
    }

    @Override
    public int maxErrorString() {
        return MpichAbi.MAX_ERROR_STRING;
    }

    @Override
    public int maxObjectName() {
        return MpichAbi.MAX_OBJECT_NAME;
    }

    @Override
    public int maxLibraryVersionString() {
        return MpichAbi.MAX_LIBRARY_VERSION_STRING;
    }

    @Override
    public int maxPortName() {
        return MpichAbi.MAX_PORT_NAME;
    }

    @Override
    public int maxInfoKey() {
        return MpichAbi.MAX_INFO_KEY;
    }

    @Override
    public int maxInfoValue() {
        return MpichAbi.MAX_INFO_VAL;
    }

    @Override
    public int maxDatarepString() {
        return MpichAbi.MAX_DATAREP_STRING;
    }

    @Override
    public int bsendOverhead() {
        return MpichAbi.BSEND_OVERHEAD;
    }

    @Override
    public int lastCode() {
        return LASTCODE;
    }
}
