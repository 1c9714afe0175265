package flotilla.abi;

/**
 * Constants of the MPI 5.0 standard ABI (MPI-5.0 chapter 20, appendix A), without the prefix {@code MPI_}. They are also the
 * numbers that the host uses inside, whatever ABI a program was compiled for.
 *
 * <p>The build writes the constants of mpi.h, mpif.h and the Fortran module from this file: a comment in brackets gives the kind
 * of the constants that follow it.
 */
public final class StandardAbi {
    // [handle MPI_Op] Operations.
    public static final int OP_NULL = 0x020;
    public static final int SUM = 0x021;
    public static final int MIN = 0x022;
    public static final int MAX = 0x023;
    public static final int PROD = 0x024;
    public static final int BAND = 0x028;
    public static final int BOR = 0x029;
    public static final int BXOR = 0x02a;
    public static final int LAND = 0x030;
    public static final int LOR = 0x031;
    public static final int LXOR = 0x032;
    public static final int MINLOC = 0x038;
    public static final int MAXLOC = 0x039;
    public static final int REPLACE = 0x03c;
    public static final int NO_OP = 0x03d;

    // [handle MPI_Comm] Communicators.
    public static final int COMM_NULL = 0x100;
    public static final int COMM_WORLD = 0x101;
    public static final int COMM_SELF = 0x102;

    // [handle MPI_Group] Groups.
    public static final int GROUP_NULL = 0x108;
    public static final int GROUP_EMPTY = 0x109;

    // [handle MPI_Win] Windows.
    public static final int WIN_NULL = 0x110;

    // [handle MPI_File] Files. MPICH has pointers here.
    public static final int FILE_NULL = 0x118;

    // [handle MPI_Session] Sessions.
    public static final int SESSION_NULL = 0x120;

    // [handle MPI_Message] Matched messages.
    public static final int MESSAGE_NULL = 0x128;
    public static final int MESSAGE_NO_PROC = 0x129;

    // [handle MPI_Info] Info objects.
    public static final int INFO_NULL = 0x130;
    public static final int INFO_ENV = 0x131;

    // [handle MPI_Errhandler] Error handlers.
    public static final int ERRHANDLER_NULL = 0x140;
    public static final int ERRORS_ARE_FATAL = 0x141;
    public static final int ERRORS_ABORT = 0x142;
    public static final int ERRORS_RETURN = 0x143;

    // [handle MPI_Request] Requests.
    public static final int REQUEST_NULL = 0x180;

    // [handle MPI_Datatype] Datatypes. A name that would begin with a digit has TWO_ instead: MPI_2INT is TWO_INT.
    public static final int DATATYPE_NULL = 0x200;
    public static final int AINT = 0x201;
    public static final int COUNT = 0x202;
    public static final int OFFSET = 0x203;
    public static final int PACKED = 0x207;
    public static final int SHORT = 0x208;
    public static final int INT = 0x209;
    public static final int LONG = 0x20a;
    public static final int LONG_LONG = 0x20b;
    public static final int UNSIGNED_SHORT = 0x20c;
    public static final int UNSIGNED = 0x20d;
    public static final int UNSIGNED_LONG = 0x20e;
    public static final int UNSIGNED_LONG_LONG = 0x20f;
    public static final int FLOAT = 0x210;
    public static final int C_FLOAT_COMPLEX = 0x212;
    public static final int CXX_FLOAT_COMPLEX = 0x213;
    public static final int DOUBLE = 0x214;
    public static final int C_DOUBLE_COMPLEX = 0x216;
    public static final int CXX_DOUBLE_COMPLEX = 0x217;
    public static final int LOGICAL = 0x218;
    public static final int INTEGER = 0x219;
    public static final int REAL = 0x21a;
    public static final int COMPLEX = 0x21b;
    public static final int DOUBLE_PRECISION = 0x21c;
    public static final int DOUBLE_COMPLEX = 0x21d;
    public static final int CHARACTER = 0x21e;
    public static final int LONG_DOUBLE = 0x220;
    public static final int C_LONG_DOUBLE_COMPLEX = 0x224;
    public static final int CXX_LONG_DOUBLE_COMPLEX = 0x225;
    public static final int FLOAT_INT = 0x228;
    public static final int DOUBLE_INT = 0x229;
    public static final int LONG_INT = 0x22a;
    public static final int TWO_INT = 0x22b;
    public static final int SHORT_INT = 0x22c;
    public static final int LONG_DOUBLE_INT = 0x22d;
    public static final int TWO_REAL = 0x230;
    public static final int TWO_DOUBLE_PRECISION = 0x231;
    public static final int TWO_INTEGER = 0x232;
    public static final int C_BOOL = 0x238;
    public static final int CXX_BOOL = 0x239;
    public static final int WCHAR = 0x23c;
    public static final int INT8_T = 0x240;
    public static final int UINT8_T = 0x241;
    public static final int CHAR = 0x243;
    public static final int SIGNED_CHAR = 0x244;
    public static final int UNSIGNED_CHAR = 0x245;
    public static final int BYTE = 0x247;
    public static final int INT16_T = 0x248;
    public static final int UINT16_T = 0x249;
    public static final int INT32_T = 0x250;
    public static final int UINT32_T = 0x251;
    public static final int INT64_T = 0x258;
    public static final int UINT64_T = 0x259;
    public static final int LOGICAL1 = 0x2c0;
    public static final int INTEGER1 = 0x2c1;
    public static final int LOGICAL2 = 0x2c8;
    public static final int INTEGER2 = 0x2c9;
    public static final int REAL2 = 0x2ca;
    public static final int LOGICAL4 = 0x2d0;
    public static final int INTEGER4 = 0x2d1;
    public static final int REAL4 = 0x2d2;
    public static final int COMPLEX4 = 0x2d3;
    public static final int LOGICAL8 = 0x2d8;
    public static final int INTEGER8 = 0x2d9;
    public static final int REAL8 = 0x2da;
    public static final int COMPLEX8 = 0x2db;
    public static final int LOGICAL16 = 0x2e0;
    public static final int INTEGER16 = 0x2e1;
    public static final int REAL16 = 0x2e2;
    public static final int COMPLEX16 = 0x2e3;
    public static final int COMPLEX32 = 0x2eb;

    // [canonical] Datatypes that the standard ABI does not have, for faces that do: numbers of our own.
    public static final int LB = 0x2f0;
    public static final int UB = 0x2f1;
    public static final int C_FLOAT16 = 0x2f2;

    // [int] Ranks and tags with a meaning.
    public static final int ANY_SOURCE = -1;
    public static final int ANY_TAG = -2;
    public static final int PROC_NULL = -3;
    public static final int ROOT = -4;
    public static final int UNDEFINED = -32766;

    // [int] Thread levels (section 12.4).
    public static final int THREAD_SINGLE = 0;
    public static final int THREAD_FUNNELED = 1024;
    public static final int THREAD_SERIALIZED = 2048;
    public static final int THREAD_MULTIPLE = 4096;

    // [int] Array orders and distributions of subarray and darray types.
    public static final int ORDER_C = 12;
    public static final int ORDER_FORTRAN = 15;
    public static final int DISTRIBUTE_NONE = 16;
    public static final int DISTRIBUTE_BLOCK = 17;
    public static final int DISTRIBUTE_CYCLIC = 18;
    public static final int DISTRIBUTE_DFLT_DARG = 19;

    // [int] Combiners of MPI_Type_get_envelope.
    public static final int COMBINER_NAMED = 101;
    public static final int COMBINER_DUP = 102;
    public static final int COMBINER_CONTIGUOUS = 103;
    public static final int COMBINER_VECTOR = 104;
    public static final int COMBINER_HVECTOR = 105;
    public static final int COMBINER_INDEXED = 106;
    public static final int COMBINER_HINDEXED = 107;
    public static final int COMBINER_INDEXED_BLOCK = 108;
    public static final int COMBINER_HINDEXED_BLOCK = 109;
    public static final int COMBINER_STRUCT = 110;
    public static final int COMBINER_SUBARRAY = 111;
    public static final int COMBINER_DARRAY = 112;
    public static final int COMBINER_F90_REAL = 113;
    public static final int COMBINER_F90_COMPLEX = 114;
    public static final int COMBINER_F90_INTEGER = 115;
    public static final int COMBINER_RESIZED = 116;
    public static final int COMBINER_VALUE_INDEX = 117;

    // [int] Type classes of MPI_Type_match_size.
    public static final int TYPECLASS_INTEGER = 192;
    public static final int TYPECLASS_REAL = 193;
    public static final int TYPECLASS_COMPLEX = 194;

    // [int] Results of comparisons.
    public static final int IDENT = 201;
    public static final int CONGRUENT = 202;
    public static final int SIMILAR = 203;
    public static final int UNEQUAL = 204;

    // [int] Topologies.
    public static final int CART = 211;
    public static final int GRAPH = 212;
    public static final int DIST_GRAPH = 213;

    // [int] Split types.
    public static final int COMM_TYPE_SHARED = 221;
    public static final int COMM_TYPE_HW_UNGUIDED = 222;
    public static final int COMM_TYPE_HW_GUIDED = 223;
    public static final int COMM_TYPE_RESOURCE_GUIDED = 224;

    // [int] Windows: lock types, flavors, memory models.
    public static final int LOCK_EXCLUSIVE = 301;
    public static final int LOCK_SHARED = 302;
    public static final int WIN_FLAVOR_CREATE = 311;
    public static final int WIN_FLAVOR_ALLOCATE = 312;
    public static final int WIN_FLAVOR_DYNAMIC = 313;
    public static final int WIN_FLAVOR_SHARED = 314;
    public static final int WIN_UNIFIED = 321;
    public static final int WIN_SEPARATE = 322;

    // [int] File positions.
    public static final int SEEK_CUR = 401;
    public static final int SEEK_END = 402;
    public static final int SEEK_SET = 403;

    // [int] File access modes and window assertions.
    public static final int MODE_APPEND = 1;
    public static final int MODE_CREATE = 2;
    public static final int MODE_DELETE_ON_CLOSE = 4;
    public static final int MODE_EXCL = 8;
    public static final int MODE_RDONLY = 16;
    public static final int MODE_RDWR = 32;
    public static final int MODE_SEQUENTIAL = 64;
    public static final int MODE_UNIQUE_OPEN = 128;
    public static final int MODE_WRONLY = 256;
    public static final int MODE_NOCHECK = 1024;
    public static final int MODE_NOPRECEDE = 2048;
    public static final int MODE_NOPUT = 4096;
    public static final int MODE_NOSTORE = 8192;
    public static final int MODE_NOSUCCEED = 16384;

    // [int] Attribute keys.
    public static final int KEYVAL_INVALID = 0;
    public static final int TAG_UB = 501;
    public static final int IO = 502;
    public static final int HOST = 503;
    public static final int WTIME_IS_GLOBAL = 504;
    public static final int APPNUM = 505;
    public static final int LASTUSEDCODE = 506;
    public static final int UNIVERSE_SIZE = 507;
    public static final int WIN_BASE = 601;
    public static final int WIN_DISP_UNIT = 602;
    public static final int WIN_SIZE = 603;
    public static final int WIN_CREATE_FLAVOR = 604;
    public static final int WIN_MODEL = 605;

    // [size] Sizes of character arrays, in C with the terminating NUL.
    public static final int MAX_DATAREP_STRING = 128;
    public static final int MAX_ERROR_STRING = 512;
    public static final int MAX_INFO_KEY = 256;
    public static final int MAX_INFO_VAL = 1024;
    public static final int MAX_LIBRARY_VERSION_STRING = 8192;
    public static final int MAX_OBJECT_NAME = 128;
    public static final int MAX_PORT_NAME = 1024;
    public static final int MAX_PROCESSOR_NAME = 256;
    public static final int MAX_STRINGTAG_LEN = 1024;
    public static final int MAX_PSET_NAME_LEN = 1024;

    // [int] Cost of one buffered message beside its data, in bytes.
    public static final int BSEND_OVERHEAD = 512;

    // [int] Version of MPI and of the ABI.
    public static final int VERSION = 5;
    public static final int SUBVERSION = 0;
    public static final int ABI_VERSION = 1;
    public static final int ABI_SUBVERSION = 0;

    // Layout of MPI_Status: five ints follow MPI_ERROR for the library.
    public static final int STATUS_SOURCE = 0;
    public static final int STATUS_TAG = 4;
    public static final int STATUS_ERROR = 8;
    /** Bytes received, 8 bytes; unaligned. */
    public static final int STATUS_BYTES = 12;
    /** 1 when the operation was cancelled. */
    public static final int STATUS_CANCELLED = 20;
    public static final int STATUS_SIZE = 32;

    private StandardAbi() {}
}
