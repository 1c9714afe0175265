package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Errhandler;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Language;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.UserErrors;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;

/** MPI-3.1 sections 8.3 to 8.5. A parameter that is a {@code long} is an address of guest memory. */
public final class ErrhandlerCalls {
    public static int commCreateErrhandler(Rank rank, long function, long result, int language) {
        Arguments.checkPointer(function, "comm_errhandler_fn");
        return put(rank, result, new Errhandler(Errhandler.Kind.FUNCTION, function, language));
    }

    public static int commSetErrhandler(Rank rank, Comm comm, Errhandler errhandler) {
        comm.errhandler = errhandler;
        return 0;
    }

    public static int commGetErrhandler(Rank rank, Comm comm, long result) {
        return put(rank, result, comm.errhandler);
    }

    public static int commCallErrhandler(Rank rank, Comm comm, int errorcode) {
        check(rank, errorcode);
        return rank.invokeErrhandler(comm, new MpiException(errorcode, "the program called the error handler"));
    }

    /** The function of a handler made by MPICH's C++ binding is called through {@code proxy}. */
    public static int errhandlerSetCxx(Rank rank, Errhandler errhandler, long proxy) {
        errhandler.language = Language.CXX;
        errhandler.proxy = proxy;
        return 0;
    }

    /** Communicators that have the handler keep it. Predefined ones may be freed, as get_errhandler gives them out too. */
    public static int errhandlerFree(Rank rank, long address) {
        Arguments.checkPointer(address, "errhandler");
        Errhandler errhandler = rank.errhandler(rank.face.rawAt(HandleKind.ERRHANDLER, address));
        if (errhandler.kind == Errhandler.Kind.FUNCTION && --errhandler.references == 0) {
            rank.errhandlers.remove(errhandler.handle);
            errhandler.handle = 0;
        }
        rank.face.putHandle(HandleKind.ERRHANDLER, address, StandardAbi.ERRHANDLER_NULL);
        return 0;
    }

    /** Gives out a handle, which the program frees; all handles of one error handler are equal. */
    private static int put(Rank rank, long address, Errhandler errhandler) {
        Arguments.checkPointer(address, "errhandler");
        if (errhandler.kind == Errhandler.Kind.FUNCTION) {
            if (errhandler.handle < HandleTable.FIRST) {
                errhandler.handle = rank.errhandlers.add(errhandler);
            }
            errhandler.references++;
        }
        rank.face.putHandle(HandleKind.ERRHANDLER, address, errhandler.handle);
        return 0;
    }

    public static int errorString(Rank rank, int errorcode, long text, long resultlen) {
        check(rank, errorcode);
        String found = ErrorClass.isPredefined(errorcode) ? ErrorClass.text(errorcode) : rank.userErrors.text(errorcode);
        return GuestStrings.put(found, text, rank.face.maxErrorString(), resultlen, "string");
    }

    public static int errorClass(Rank rank, int errorcode, long errorclass) {
        Arguments.checkPointer(errorclass, "errorclass");
        check(rank, errorcode);
        int found = ErrorClass.isPredefined(errorcode) ? errorcode : rank.userErrors.classOf(errorcode);
        Memory.putInt(errorclass, rank.face.errorCode(found));
        return 0;
    }

    public static int addErrorClass(Rank rank, long errorclass) {
        Arguments.checkPointer(errorclass, "errorclass");
        Memory.putInt(errorclass, rank.face.errorCode(userErrors(rank).addClass()));
        return 0;
    }

    public static int addErrorCode(Rank rank, int errorclass, long errorcode) {
        Arguments.checkPointer(errorcode, "errorcode");
        check(rank, errorclass);
        Memory.putInt(errorcode, rank.face.errorCode(userErrors(rank).addCode(errorclass)));
        return 0;
    }

    public static int addErrorString(Rank rank, int errorcode, String text) {
        if (!isAdded(rank, errorcode)) {
            throw new MpiException(ErrorClass.ARG, "errorcode = " + errorcode + " was not made by MPI_Add_error_class or MPI_Add_error_code");
        }
        rank.userErrors.setText(errorcode, GuestStrings.cut(text, rank.face.maxErrorString()));
        return 0;
    }

    private static UserErrors userErrors(Rank rank) {
        if (rank.userErrors == null) {
            rank.userErrors = new UserErrors(rank.face.lastCode());
        }
        return rank.userErrors;
    }

    private static boolean isAdded(Rank rank, int code) {
        return rank.userErrors != null && rank.userErrors.contains(code);
    }

    private static void check(Rank rank, int code) {
        if (!ErrorClass.isPredefined(code) && !isAdded(rank, code)) {
            throw new MpiException(ErrorClass.ARG, "errorcode is not a code of MPI, nor one that was added");
        }
    }

    private ErrhandlerCalls() {}
}
