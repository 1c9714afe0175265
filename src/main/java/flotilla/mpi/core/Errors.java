package flotilla.mpi.core;

import flotilla.memory.Memory;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;

/** From a failed call to what the user sees: the error handlers of MPI-3.1 section 8.3. */
final class Errors {
    static int raise(Rank rank, int function, Comm comm, MpiException failure) {
        Comm where = comm != null ? comm : rank.commWorld;
        Errhandler handler = handler(where);
        int code = failure.errorClass();
        switch (handler.kind) {
            case ERRORS_RETURN -> {
                return code;
            }
            case FUNCTION -> {
                return call(rank, handler, where, code, (r, value) -> code);
            }
            default -> {
                rank.world.scheduler().abort(rank, code & 0xff, message(rank, function, comm, failure));
                return Rank.BLOCKED;
            }
        }
    }

    static boolean isFatal(Rank rank, Comm comm) {
        return switch (handler(comm != null ? comm : rank.commWorld).kind) {
            case ERRORS_ARE_FATAL, ERRORS_ABORT -> true;
            case ERRORS_RETURN, FUNCTION -> false;
        };
    }

    private static Errhandler handler(Comm comm) {
        return comm == null || comm.errhandler == null ? Errhandler.ERRORS_ARE_FATAL : comm.errhandler;
    }

    /** The handler that MPI_Comm_call_errhandler asks for: as {@link #raise}, but the call itself succeeds. */
    static int invoke(Rank rank, int function, Comm comm, MpiException failure) {
        return switch (comm.errhandler.kind) {
            case ERRORS_RETURN -> 0;
            case FUNCTION -> call(rank, comm.errhandler, comm, failure.errorClass(), (r, value) -> 0);
            default -> raise(rank, function, comm, failure);
        };
    }

    private static int call(Rank rank, Errhandler handler, Comm comm, int code, GuestReturn then) {
        long commAddress = rank.callScratch(0);
        long codeAddress = rank.callScratch(1);
        int handle = comm == null ? rank.face.nullHandle(HandleKind.COMM) : comm.handle;
        Memory.putLong(commAddress, rank.face.raw(HandleKind.COMM, handle));
        Memory.putInt(codeAddress, rank.face.errorCode(code));
        if (handler.language == Language.CXX && handler.proxy != 0) {
            // MPICH's binding: (kind, handle *, error code *, handler); kind 0 is a communicator.
            return rank.callGuest(handler.proxy, then, 0, commAddress, codeAddress, handler.function);
        }
        // C and Fortran alike take (comm *, error code *, ...).
        return rank.callGuest(handler.function, then, commAddress, codeAddress);
    }

    /** "rank 3: MPI_Send on MPI_COMM_WORLD: MPI_ERR_RANK: invalid rank: dest = 7 is not ..." */
    private static String message(Rank rank, int function, Comm comm, MpiException failure) {
        var text = new StringBuilder("rank ").append(rank.worldRank).append(": ");
        text.append(function < 0 ? "MPI" : rank.world.functionName(function));
        if (comm != null) {
            text.append(" on ").append(comm.describe());
        }
        return text.append(": ").append(UserErrors.name(rank, failure.errorClass())).append(": ").append(failure.getMessage()).toString();
    }

    private Errors() {}
}
