package flotilla.mpi.error;

/**
 * The error classes of MPI (MPI-3.1 section 8.4 and MPI-4), with the numbers of the standard ABI (MPI-5.0 section 20.3).
 * Constants have the name of the MPI constant without {@code MPI_ERR_}. Every error code that the host raises is a class;
 * programs add classes and codes of their own above {@link #LAST}.
 */
public final class ErrorClass {
    public static final int SUCCESS = 0;
    public static final int BUFFER = 1;
    public static final int COUNT = 2;
    public static final int TYPE = 3;
    public static final int TAG = 4;
    public static final int COMM = 5;
    public static final int RANK = 6;
    public static final int REQUEST = 7;
    public static final int ROOT = 8;
    public static final int GROUP = 9;
    public static final int OP = 10;
    public static final int TOPOLOGY = 11;
    public static final int DIMS = 12;
    public static final int ARG = 13;
    public static final int UNKNOWN = 14;
    public static final int TRUNCATE = 15;
    public static final int OTHER = 16;
    public static final int INTERN = 17;
    public static final int PENDING = 18;
    public static final int IN_STATUS = 19;
    public static final int ACCESS = 20;
    public static final int AMODE = 21;
    public static final int ASSERT = 22;
    public static final int BAD_FILE = 23;
    public static final int BASE = 24;
    public static final int CONVERSION = 25;
    public static final int DISP = 26;
    public static final int DUP_DATAREP = 27;
    public static final int FILE_EXISTS = 28;
    public static final int FILE_IN_USE = 29;
    public static final int FILE = 30;
    public static final int INFO_KEY = 31;
    public static final int INFO_NOKEY = 32;
    public static final int INFO_VALUE = 33;
    public static final int INFO = 34;
    public static final int IO = 35;
    public static final int KEYVAL = 36;
    public static final int LOCKTYPE = 37;
    public static final int NAME = 38;
    public static final int NO_MEM = 39;
    public static final int NOT_SAME = 40;
    public static final int NO_SPACE = 41;
    public static final int NO_SUCH_FILE = 42;
    public static final int PORT = 43;
    public static final int QUOTA = 44;
    public static final int READ_ONLY = 45;
    public static final int RMA_ATTACH = 46;
    public static final int RMA_CONFLICT = 47;
    public static final int RMA_RANGE = 48;
    public static final int RMA_SHARED = 49;
    public static final int RMA_SYNC = 50;
    public static final int SERVICE = 51;
    public static final int SIZE = 52;
    public static final int SPAWN = 53;
    public static final int UNSUPPORTED_DATAREP = 54;
    public static final int UNSUPPORTED_OPERATION = 55;
    public static final int WIN = 56;
    public static final int RMA_FLAVOR = 57;
    public static final int PROC_ABORTED = 58;
    public static final int VALUE_TOO_LARGE = 59;
    public static final int SESSION = 60;
    public static final int ERRHANDLER = 61;
    public static final int ABI = 62;
    /** The largest predefined class. */
    public static final int LAST = ABI;
    /** MPI_ERR_LASTCODE: the largest code that MPI itself may use (first value of attribute MPI_LASTUSEDCODE). */
    public static final int LASTCODE = 0x3fff;

    /** Name without prefix and text, by class. */
    private static final String[][] CLASSES = {
        {"SUCCESS", "no error"},
        {"BUFFER", "invalid buffer pointer"},
        {"COUNT", "invalid count argument"},
        {"TYPE", "invalid datatype argument"},
        {"TAG", "invalid tag argument"},
        {"COMM", "invalid communicator"},
        {"RANK", "invalid rank"},
        {"REQUEST", "invalid request"},
        {"ROOT", "invalid root"},
        {"GROUP", "invalid group"},
        {"OP", "invalid operation"},
        {"TOPOLOGY", "invalid topology"},
        {"DIMS", "invalid dimension argument"},
        {"ARG", "invalid argument of some other kind"},
        {"UNKNOWN", "unknown error"},
        {"TRUNCATE", "message truncated on receive"},
        {"OTHER", "known error not in this list"},
        {"INTERN", "internal MPI error"},
        {"PENDING", "pending request"},
        {"IN_STATUS", "error code is in status"},
        {"ACCESS", "permission denied"},
        {"AMODE", "error related to the access mode"},
        {"ASSERT", "invalid assertion argument"},
        {"BAD_FILE", "invalid file name"},
        {"BASE", "invalid base address"},
        {"CONVERSION", "error in a user-defined data conversion function"},
        {"DISP", "invalid displacement argument"},
        {"DUP_DATAREP", "data representation is already registered"},
        {"FILE_EXISTS", "file exists"},
        {"FILE_IN_USE", "file is in use"},
        {"FILE", "invalid file handle"},
        {"INFO_KEY", "info key is too long"},
        {"INFO_NOKEY", "info key is not defined"},
        {"INFO_VALUE", "info value is too long"},
        {"INFO", "invalid info object"},
        {"IO", "other I/O error"},
        {"KEYVAL", "invalid attribute key"},
        {"LOCKTYPE", "invalid lock type"},
        {"NAME", "service name is not published"},
        {"NO_MEM", "out of memory"},
        {"NOT_SAME", "collective arguments differ between processes"},
        {"NO_SPACE", "not enough space"},
        {"NO_SUCH_FILE", "file does not exist"},
        {"PORT", "invalid port name"},
        {"QUOTA", "quota exceeded"},
        {"READ_ONLY", "file or file system is read-only"},
        {"RMA_ATTACH", "memory cannot be attached"},
        {"RMA_CONFLICT", "conflicting accesses to a window"},
        {"RMA_RANGE", "target memory is not part of the window"},
        {"RMA_SHARED", "memory cannot be shared"},
        {"RMA_SYNC", "wrong synchronization of one-sided calls"},
        {"SERVICE", "invalid service name"},
        {"SIZE", "invalid size argument"},
        {"SPAWN", "processes could not be spawned"},
        {"UNSUPPORTED_DATAREP", "unsupported data representation"},
        {"UNSUPPORTED_OPERATION", "unsupported operation"},
        {"WIN", "invalid window"},
        {"RMA_FLAVOR", "window has the wrong flavor"},
        {"PROC_ABORTED", "a peer process has aborted"},
        {"VALUE_TOO_LARGE", "value does not fit its argument"},
        {"SESSION", "invalid session"},
        {"ERRHANDLER", "invalid error handler"},
        {"ABI", "unsupported ABI"},
    };

    /** The constant's full name, such as MPI_ERR_RANK; "error code N" for a code that MPI does not define. */
    public static String name(int errorClass) {
        if (!isPredefined(errorClass)) {
            return "error code " + errorClass;
        }
        return errorClass == SUCCESS ? "MPI_SUCCESS" : "MPI_ERR_" + CLASSES[errorClass][0];
    }

    /** What MPI_Error_string answers for a predefined class. @throws IndexOutOfBoundsException for any other */
    public static String text(int errorClass) {
        return name(errorClass) + ": " + CLASSES[errorClass][1];
    }

    public static boolean isPredefined(int errorClass) {
        return errorClass >= SUCCESS && errorClass <= LAST;
    }

    private ErrorClass() {}
}
