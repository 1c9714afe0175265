package flotilla.abi;

/**
 * Constants of the ABI of MPICH and its family (libmpi.so.12), by the names of {@link StandardAbi}.
 *
 * <p>A handle is an int: two bits of storage class, four of kind, the rest an index; the second byte of a basic datatype is its size.
 */
public final class MpichAbi {
    // [handle MPI_Op] Operations.
    public static final int OP_NULL = 0x18000000;
    public static final int SUM = 0x58000003;
    public static final int MIN = 0x58000002;
    public static final int MAX = 0x58000001;
    public static final int PROD = 0x58000004;
    public static final int BAND = 0x58000006;
    public static final int BOR = 0x58000008;
    public static final int BXOR = 0x5800000a;
    public static final int LAND = 0x58000005;
    public static final int LOR = 0x58000007;
    public static final int LXOR = 0x58000009;
    public static final int MINLOC = 0x5800000b;
    public static final int MAXLOC = 0x5800000c;
    public static final int REPLACE = 0x5800000d;
    public static final int NO_OP = 0x5800000e;

    // [handle MPI_Comm] Communicators.
    public static final int COMM_NULL = 0x04000000;
    public static final int COMM_WORLD = 0x44000000;
    public static final int COMM_SELF = 0x44000001;

    // [handle MPI_Group] Groups.
    public static final int GROUP_NULL = 0x08000000;
    public static final int GROUP_EMPTY = 0x48000000;

    // [handle MPI_Win] Windows.
    public static final int WIN_NULL = 0x20000000;

    // [handle MPI_File] Files. MPICH has pointers here.
    public static final int FILE_NULL = 0;

    // [handle MPI_Session] Sessions.
    public static final int SESSION_NULL = 0x38000000;

    // [handle MPI_Message] Matched messages.
    public static final int MESSAGE_NULL = 0x2c000000;
    public static final int MESSAGE_NO_PROC = 0x6c000000;

    // [handle MPI_Info] Info objects.
    public static final int INFO_NULL = 0x1c000000;
    public static final int INFO_ENV = 0x5c000001;

    // [handle MPI_Errhandler] Error handlers.
    public static final int ERRHANDLER_NULL = 0x14000000;
    public static final int ERRORS_ARE_FATAL = 0x54000000;
    public static final int ERRORS_ABORT = 0x54000003;
    public static final int ERRORS_RETURN = 0x54000001;

    // [handle MPI_Request] Requests.
    public static final int REQUEST_NULL = 0x2c000000;

    // [handle MPI_Datatype] Datatypes. A name that would begin with a digit has TWO_ instead: MPI_2INT is TWO_INT.
    public static final int DATATYPE_NULL = 0x0c000000;
    public static final int AINT = 0x4c000843;
    public static final int COUNT = 0x4c000845;
    public static final int OFFSET = 0x4c000844;
    public static final int PACKED = 0x4c00010f;
    public static final int SHORT = 0x4c000203;
    public static final int INT = 0x4c000405;
    public static final int LONG = 0x4c000807;
    public static final int LONG_LONG = 0x4c000809;
    public static final int UNSIGNED_SHORT = 0x4c000204;
    public static final int UNSIGNED = 0x4c000406;
    public static final int UNSIGNED_LONG = 0x4c000808;
    public static final int UNSIGNED_LONG_LONG = 0x4c000819;
    public static final int FLOAT = 0x4c00040a;
    public static final int C_FLOAT_COMPLEX = 0x4c000840;
    public static final int CXX_FLOAT_COMPLEX = 0x4c000834;
    public static final int DOUBLE = 0x4c00080b;
    public static final int C_DOUBLE_COMPLEX = 0x4c001041;
    public static final int CXX_DOUBLE_COMPLEX = 0x4c001035;
    public static final int LOGICAL = 0x4c00041d;
    public static final int INTEGER = 0x4c00041b;
    public static final int REAL = 0x4c00041c;
    public static final int COMPLEX = 0x4c00081e;
    public static final int DOUBLE_PRECISION = 0x4c00081f;
    public static final int DOUBLE_COMPLEX = 0x4c001022;
    public static final int CHARACTER = 0x4c00011a;
    public static final int LONG_DOUBLE = 0x4c00100c;
    public static final int C_LONG_DOUBLE_COMPLEX = 0x4c002042;
    public static final int CXX_LONG_DOUBLE_COMPLEX = 0x4c002036;
    public static final int FLOAT_INT = 0x8c000000;
    public static final int DOUBLE_INT = 0x8c000001;
    public static final int LONG_INT = 0x8c000002;
    public static final int TWO_INT = 0x4c000816;
    public static final int SHORT_INT = 0x8c000003;
    public static final int LONG_DOUBLE_INT = 0x8c000004;
    public static final int TWO_REAL = 0x4c000821;
    public static final int TWO_DOUBLE_PRECISION = 0x4c001023;
    public static final int TWO_INTEGER = 0x4c000820;
    public static final int C_BOOL = 0x4c00013f;
    public static final int CXX_BOOL = 0x4c000133;
    public static final int WCHAR = 0x4c00040e;
    public static final int INT8_T = 0x4c000137;
    public static final int UINT8_T = 0x4c00013b;
    public static final int CHAR = 0x4c000101;
    public static final int SIGNED_CHAR = 0x4c000118;
    public static final int UNSIGNED_CHAR = 0x4c000102;
    public static final int BYTE = 0x4c00010d;
    public static final int INT16_T = 0x4c000238;
    public static final int UINT16_T = 0x4c00023c;
    public static final int INT32_T = 0x4c000439;
    public static final int UINT32_T = 0x4c00043d;
    public static final int INT64_T = 0x4c00083a;
    public static final int UINT64_T = 0x4c00083e;
    public static final int INTEGER1 = 0x4c00012d;
    public static final int INTEGER2 = 0x4c00022f;
    public static final int INTEGER4 = 0x4c000430;
    public static final int REAL4 = 0x4c000427;
    public static final int INTEGER8 = 0x4c000831;
    public static final int REAL8 = 0x4c000829;
    public static final int COMPLEX8 = 0x4c000828;
    public static final int REAL16 = 0x4c00102b;
    public static final int COMPLEX16 = 0x4c00102a;
    public static final int COMPLEX32 = 0x4c00202c;

    // [canonical] Datatypes that the standard ABI does not have, for faces that do: numbers of our own.
    public static final int LB = 0x4c000010;
    public static final int UB = 0x4c000011;
    public static final int C_FLOAT16 = 0x4c000246;

    // [int] Ranks and tags with a meaning.
    public static final int ANY_SOURCE = -2;
    public static final int ANY_TAG = -1;
    public static final int PROC_NULL = -1;
    public static final int ROOT = -3;
    public static final int UNDEFINED = -32766;

    // [int] Thread levels (section 12.4).
    public static final int THREAD_SINGLE = 0;
    public static final int THREAD_FUNNELED = 1;
    public static final int THREAD_SERIALIZED = 2;
    public static final int THREAD_MULTIPLE = 3;

    // [int] Array orders and distributions of subarray and darray types.
    public static final int ORDER_C = 56;
    public static final int ORDER_FORTRAN = 57;
    public static final int DISTRIBUTE_NONE = 123;
    public static final int DISTRIBUTE_BLOCK = 121;
    public static final int DISTRIBUTE_CYCLIC = 122;
    public static final int DISTRIBUTE_DFLT_DARG = -49767;

    // [int] Combiners of MPI_Type_get_envelope.
    public static final int COMBINER_NAMED = 1;
    public static final int COMBINER_DUP = 2;
    public static final int COMBINER_CONTIGUOUS = 3;
    public static final int COMBINER_VECTOR = 4;
    public static final int COMBINER_HVECTOR = 6;
    public static final int COMBINER_INDEXED = 7;
    public static final int COMBINER_HINDEXED = 9;
    public static final int COMBINER_INDEXED_BLOCK = 10;
    public static final int COMBINER_HINDEXED_BLOCK = 19;
    public static final int COMBINER_STRUCT = 12;
    public static final int COMBINER_SUBARRAY = 13;
    public static final int COMBINER_DARRAY = 14;
    public static final int COMBINER_F90_REAL = 15;
    public static final int COMBINER_F90_COMPLEX = 16;
    public static final int COMBINER_F90_INTEGER = 17;
    public static final int COMBINER_RESIZED = 18;

    // [int] Type classes of MPI_Type_match_size.
    public static final int TYPECLASS_INTEGER = 2;
    public static final int TYPECLASS_REAL = 1;
    public static final int TYPECLASS_COMPLEX = 3;

    // [int] Results of comparisons.
    public static final int IDENT = 0;
    public static final int CONGRUENT = 1;
    public static final int SIMILAR = 2;
    public static final int UNEQUAL = 3;

    // [int] Topologies.
    public static final int CART = 2;
    public static final int GRAPH = 1;
    public static final int DIST_GRAPH = 3;

    // [int] Split types.
    public static final int COMM_TYPE_SHARED = 1;
    public static final int COMM_TYPE_HW_UNGUIDED = 3;
    public static final int COMM_TYPE_HW_GUIDED = 2;

    // [int] Windows: lock types, flavors, memory models.
    public static final int LOCK_EXCLUSIVE = 234;
    public static final int LOCK_SHARED = 235;
    public static final int WIN_FLAVOR_CREATE = 1;
    public static final int WIN_FLAVOR_ALLOCATE = 2;
    public static final int WIN_FLAVOR_DYNAMIC = 3;
    public static final int WIN_FLAVOR_SHARED = 4;
    public static final int WIN_UNIFIED = 2;
    public static final int WIN_SEPARATE = 1;

    // [int] File positions.
    public static final int SEEK_CUR = 602;
    public static final int SEEK_END = 604;
    public static final int SEEK_SET = 600;

    // [int] File access modes and window assertions.
    public static final int MODE_APPEND = 128;
    public static final int MODE_CREATE = 1;
    public static final int MODE_DELETE_ON_CLOSE = 16;
    public static final int MODE_EXCL = 64;
    public static final int MODE_RDONLY = 2;
    public static final int MODE_RDWR = 8;
    public static final int MODE_SEQUENTIAL = 256;
    public static final int MODE_UNIQUE_OPEN = 32;
    public static final int MODE_WRONLY = 4;
    public static final int MODE_NOCHECK = 1024;
    public static final int MODE_NOPRECEDE = 8192;
    public static final int MODE_NOPUT = 4096;
    public static final int MODE_NOSTORE = 2048;
    public static final int MODE_NOSUCCEED = 16384;

    // [int] Attribute keys.
    public static final int KEYVAL_INVALID = 0x24000000;
    public static final int TAG_UB = 0x64400001;
    public static final int IO = 0x64400005;
    public static final int HOST = 0x64400003;
    public static final int WTIME_IS_GLOBAL = 0x64400007;
    public static final int APPNUM = 0x6440000d;
    public static final int LASTUSEDCODE = 0x6440000b;
    public static final int UNIVERSE_SIZE = 0x64400009;
    public static final int WIN_BASE = 0x66000001;
    public static final int WIN_DISP_UNIT = 0x66000005;
    public static final int WIN_SIZE = 0x66000003;
    public static final int WIN_CREATE_FLAVOR = 0x66000007;
    public static final int WIN_MODEL = 0x66000009;

    // [size] Sizes of character arrays, in C with the terminating NUL.
    public static final int MAX_DATAREP_STRING = 128;
    public static final int MAX_ERROR_STRING = 512;
    public static final int MAX_INFO_KEY = 255;
    public static final int MAX_INFO_VAL = 1024;
    public static final int MAX_LIBRARY_VERSION_STRING = 8192;
    public static final int MAX_OBJECT_NAME = 128;
    public static final int MAX_PORT_NAME = 256;
    public static final int MAX_PROCESSOR_NAME = 128;
    public static final int MAX_STRINGTAG_LEN = 256;
    public static final int MAX_PSET_NAME_LEN = 256;

    // [int] Cost of one buffered message beside its data, in bytes.
    public static final int BSEND_OVERHEAD = 96;

    // [int] Version of MPI and of the ABI.
    public static final int VERSION = 4;
    public static final int SUBVERSION = 0;

    // Combiners of the Fortran calls that MPI-3 removed.
    public static final int COMBINER_HVECTOR_INTEGER = 5;
    public static final int COMBINER_HINDEXED_INTEGER = 8;
    public static final int COMBINER_STRUCT_INTEGER = 11;

    /** Predefined handler of the C++ bindings, MPI::ERRORS_THROW_EXCEPTIONS. */
    public static final int ERRORS_THROW_EXCEPTIONS = 0x54000002;
    /** Added to a predefined keyval by Fortran. */
    public static final int FORTRAN_KEYVAL = 1;

    // Layout of MPI_Status. Of the second word, bit 0 tells cancelled and the rest is the high part of the byte count.
    public static final int STATUS_COUNT_LOW = 0;
    public static final int STATUS_COUNT_HIGH_AND_CANCELLED = 4;
    public static final int STATUS_SOURCE = 8;
    public static final int STATUS_TAG = 12;
    public static final int STATUS_ERROR = 16;
    public static final int STATUS_SIZE = 20;

    private MpichAbi() {}
}
