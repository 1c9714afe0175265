package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;

/** Handlers of MPI-3.1 section 5.9.5: operations of the program. */
public final class OpCalls {
    public static int opCreate(Rank rank, long userFn, int commute, long op, int language) {
        Arguments.checkPointer(userFn, "user_fn");
        Arguments.checkPointer(op, "op");
        Op made = Op.user(commute != 0, userFn, language);
        made.handle = rank.ops.add(made);
        rank.face.putHandle(HandleKind.OP, op, made.handle);
        return 0;
    }

    /** Operations in progress keep the object that the handle stood for. */
    public static int opFree(Rank rank, long op) {
        Arguments.checkPointer(op, "op");
        Op freed = rank.op(rank.face.rawAt(HandleKind.OP, op, 0));
        if (freed.isPredefined()) {
            throw new MpiException(ErrorClass.OP, "op is a predefined operation, which cannot be freed");
        }
        rank.ops.remove(freed.handle);
        rank.face.putHandle(HandleKind.OP, op, StandardAbi.OP_NULL);
        return 0;
    }

    public static int opCommutative(Rank rank, Op op, long commute) {
        Arguments.checkPointer(commute, "commute");
        Memory.putInt(commute, op.commutative ? 1 : 0);
        return 0;
    }

    /** The operation was made by MPICH's C++ binding: its function is called through {@code proxy}. */
    public static int opSetCxx(Rank rank, Op op, long proxy) {
        op.proxy = proxy;
        return 0;
    }

    private OpCalls() {}
}
