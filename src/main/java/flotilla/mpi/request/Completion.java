package flotilla.mpi.request;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.core.Wait;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import java.io.Serializable;

/**
 * One call of the wait or test families. It looks until enough requests are complete, then reports them one after the
 * other: the status is written, the handle of a nonpersistent request is freed. A generalized request's callbacks run in
 * the guest meanwhile, so reporting can be interrupted at any request and goes on where it was.
 */
public final class Completion implements Serializable, Wait, GuestReturn {
    /** How many of the requests the call needs, and how it says which they were. */
    public enum Need { ONE, ANY, SOME, ALL }

    private Need need;
    private int count;
    private long requestsAddress;
    /** Address of the status or statuses, 0 to ignore. */
    private long statusesAddress;
    /** Where the index (ANY) or the number (SOME) of completed requests goes. */
    private long indexAddress;
    private long indicesAddress;
    private Request[] requests = new Request[1];
    /** Requests below are complete, null or inactive (ALL). */
    private int firstPending;
    /** The next request to report. */
    private int next;
    private int reported;
    private boolean reporting;
    /** Where in reporting a request the guest was called: see {@link #report}. */
    private int stage;
    private boolean inUse;
    private int failed;
    private Request failedFirst;
    private int error;
    private String errorDetail;

    /** The rank's own, or another when a callback makes an MPI call while that is in use. */
    public static Completion of(Rank rank) {
        Object completion = rank.completion;
        if (completion == null) {
            completion = new Completion();
            rank.completion = completion;
        }
        var own = (Completion) completion;
        return own.inUse ? new Completion() : own;
    }

    public void set(Rank rank, Need need, int count, long requestsAddress, long statusesAddress, long indexAddress, long indicesAddress) {
        if (requests.length < count) {
            requests = new Request[Math.max(count, 2 * requests.length)];
        }
        this.need = need;
        this.count = count;
        this.requestsAddress = requestsAddress;
        this.statusesAddress = statusesAddress;
        this.indexAddress = indexAddress;
        this.indicesAddress = indicesAddress;
        firstPending = 0;
        next = 0;
        reported = 0;
        reporting = false;
        stage = 0;
        failed = 0;
        failedFirst = null;
        error = 0;
        errorDetail = null;
        for (int i = 0; i < count; i++) {
            requests[i] = active(rank, i);
        }
    }

    /** The request of a handle in the array; null when it is the null handle or inactive. */
    private Request active(Rank rank, int index) {
        int handle = rank.face.handleAt(HandleKind.REQUEST, requestsAddress, index);
        if (handle == StandardAbi.REQUEST_NULL) {
            return null;
        }
        Request request = rank.requests.get(handle);
        if (request == null) {
            long raw = rank.face.rawAt(HandleKind.REQUEST, requestsAddress, index);
            throw new MpiException(ErrorClass.REQUEST,
                    (need == Need.ONE ? "request" : "array_of_requests[" + index + "]") + " = 0x" + Long.toHexString(raw) + " is not a request");
        }
        return request.active ? request : null;
    }

    /** Whether enough is complete to report. */
    public boolean isReady() {
        if (reporting) {
            return true;
        }
        switch (need) {
            case ONE, ALL -> {
                while (firstPending < count && isDone(requests[firstPending])) {
                    firstPending++;
                }
                return firstPending == count;
            }
            default -> {
                boolean some = false;
                for (int i = 0; i < count; i++) {
                    Request request = requests[i];
                    if (request != null) {
                        if (request.isComplete()) {
                            return true;
                        }
                        some = true;
                    }
                }
                return !some;
            }
        }
    }

    private static boolean isDone(Request request) {
        return request == null || request.isComplete();
    }

    @Override
    public int poll(Rank rank) {
        return isReady() ? report(rank) : Rank.BLOCKED;
    }

    /** Reports everything that the call wants reported; answers as {@link Wait#poll}. */
    public int report(Rank rank) {
        reporting = true;
        inUse = true;
        while (next < count) {
            Request request = requests[next];
            if (request == null) {
                if (need == Need.ALL || need == Need.ONE) {
                    rank.face.putEmptyStatus(rank.face.statusAt(statusesAddress, next));
                }
                next++;
                continue;
            }
            if ((need == Need.ANY || need == Need.SOME) && stage == 0 && !request.isComplete()) {
                next++;
                continue;
            }
            if (stage == 0) {
                stage = 1;
                int answer = conclude(rank, request);
                if (answer == Rank.CALLING) {
                    return answer;
                }
            }
            if (stage == 1) {
                stage = 2;
                int answer = publish(rank, request);
                if (answer == Rank.CALLING) {
                    return answer;
                }
            }
            stage = 0;
            requests[next] = null;
            next++;
            if (need == Need.ANY) {
                break;
            }
        }
        return end(rank);
    }

    /** A callback of the request in progress has returned: the request itself has taken the value. */
    @Override
    public int returned(Rank rank, long value) {
        return report(rank);
    }

    private int conclude(Rank rank, Request request) {
        try {
            int answer = request.conclude(rank, this);
            if (answer != Rank.CALLING && answer != 0) {
                request.error = answer;
            }
            return answer;
        } catch (MpiException e) {
            request.error = e.errorClass();
            request.errorDetail = e.getMessage();
            return request.error;
        }
    }

    private int publish(Rank rank, Request request) {
        boolean several = need == Need.ALL || need == Need.SOME;
        long status = rank.face.statusAt(statusesAddress, need == Need.SOME ? reported : need == Need.ALL ? next : 0);
        if (several) {
            rank.face.putStatus(status, request.source, request.tag, request.error, request.bytes, request.cancelled);
        } else {
            rank.face.putStatusWithoutError(status, request.source, request.tag, request.bytes, request.cancelled);
        }
        if (need == Need.ANY) {
            Memory.putInt(indexAddress, next);
        } else if (need == Need.SOME) {
            Memory.putInt(indicesAddress + 4L * reported, next);
        }
        reported++;
        if (request.error != 0) {
            failed++;
            if (failedFirst == null) {
                failedFirst = request;
                error = request.error;
                errorDetail = request.errorDetail;
                rank.currentComm = request.comm;
            }
        }
        request.active = false;
        if (request.persistent) {
            return 0;
        }
        rank.requests.remove(request.handle);
        rank.face.putHandleAt(HandleKind.REQUEST, requestsAddress, next, StandardAbi.REQUEST_NULL);
        return request.release(rank, this);
    }

    private int end(Rank rank) {
        inUse = false;
        reporting = false;
        if (need == Need.ANY && reported == 0) {
            Memory.putInt(indexAddress, StandardAbi.UNDEFINED);
            rank.face.putEmptyStatus(statusesAddress);
        } else if (need == Need.SOME) {
            // With no active request in the list the number is MPI_UNDEFINED.
            Memory.putInt(indexAddress, reported == 0 ? StandardAbi.UNDEFINED : reported);
        }
        if (failed == 0) {
            return 0;
        }
        if (need == Need.ALL || need == Need.SOME) {
            throw new MpiException(ErrorClass.IN_STATUS, failed + " of the operations failed, the first with "
                    + ErrorClass.name(error) + (errorDetail == null ? "" : ": " + errorDetail));
        }
        throw new MpiException(error, errorDetail == null ? "the operation failed" : errorDetail);
    }

    @Override
    public String describe(Rank rank) {
        int pending = 0;
        Request first = null;
        for (int i = 0; i < count; i++) {
            if (requests[i] != null && !requests[i].isComplete()) {
                pending++;
                first = first == null ? requests[i] : first;
            }
        }
        if (first == null) {
            return "requests";
        }
        return (pending == 1 ? "" : (need == Need.ALL ? "all of " : "any of ") + pending + " requests, the first for ") + first.describe(rank);
    }
}
