package flotilla.mpi.request;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Language;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import java.lang.foreign.Arena;

/** A request that the program itself completes (MPI-3.1 section 12.2). Its callbacks are guest functions. */
public final class GeneralizedRequest extends Request {
    private final long queryFunction;
    private final long freeFunction;
    private final long cancelFunction;
    private final long extraState;
    private final int language;
    private boolean complete;

    public GeneralizedRequest(long queryFunction, long freeFunction, long cancelFunction, long extraState, int language) {
        this.queryFunction = queryFunction;
        this.freeFunction = freeFunction;
        this.cancelFunction = cancelFunction;
        this.extraState = extraState;
        this.language = language;
        active = true;
        source = StandardAbi.ANY_SOURCE;
        tag = StandardAbi.ANY_TAG;
    }

    public void complete() {
        complete = true;
    }

    @Override
    public boolean isComplete() {
        return complete;
    }

    /** Asks the query function for the status. */
    @Override
    public int conclude(Rank rank, GuestReturn goOn) {
        // The status lives outside the control block's scratch, which calls made by the function may use.
        Arena arena = Arena.ofShared();
        long status = arena.allocate(rank.face.statusBytes() + 16L, 16).address();
        rank.face.putEmptyStatus(status);
        GuestReturn after = (r, value) -> {
            source = r.face.statusSource(status);
            tag = r.face.statusTag(status);
            bytes = r.face.statusByteCount(status);
            cancelled = r.face.statusCancelled(status);
            int code = language == Language.C ? (int) value : Memory.getInt(r.callScratch(1));
            error = r.face.errorClass(code);
            arena.close();
            return goOn.returned(r, value);
        };
        if (language == Language.C) {
            return rank.callGuest(queryFunction, after, extraState, status);
        }
        Memory.putLong(rank.callScratch(0), extraState);
        Memory.putLong(rank.callScratch(1), 0);
        return rank.callGuest(queryFunction, after, rank.callScratch(0), status, rank.callScratch(1));
    }

    @Override
    public int release(Rank rank, GuestReturn goOn) {
        if (language == Language.C) {
            return rank.callGuest(freeFunction, goOn, extraState);
        }
        Memory.putLong(rank.callScratch(0), extraState);
        return rank.callGuest(freeFunction, goOn, rank.callScratch(0), rank.callScratch(1));
    }

    /** Calls the cancel function. Answers {@link Rank#CALLING}. */
    public int callCancel(Rank rank, GuestReturn goOn) {
        if (language == Language.C) {
            return rank.callGuest(cancelFunction, goOn, extraState, complete ? 1 : 0);
        }
        Memory.putLong(rank.callScratch(0), extraState);
        Memory.putInt(rank.callScratch(1), complete ? 1 : 0);
        return rank.callGuest(cancelFunction, goOn, rank.callScratch(0), rank.callScratch(1), rank.callScratch(2));
    }

    @Override
    public String describe(Rank rank) {
        return "MPI_Grequest_complete on a generalized request";
    }
}
