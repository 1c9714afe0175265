package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.request.Completion;
import flotilla.mpi.request.Completion.Need;
import flotilla.mpi.request.GeneralizedRequest;

/** Handlers of MPI-3.1 sections 3.7 to 3.9 and 12.2: requests and statuses. Addresses of results are guest memory. */
public final class RequestCalls {
    // Waits.

    public static int wait(Rank rank, long request, long status) {
        return await(rank, Need.ONE, 1, request, status, 0, 0);
    }

    public static int waitany(Rank rank, int count, long requests, long index, long status) {
        Arguments.checkPointer(index, "index");
        return await(rank, Need.ANY, count, requests, status, index, 0);
    }

    public static int waitall(Rank rank, int count, long requests, long statuses) {
        return await(rank, Need.ALL, count, requests, statuses, 0, 0);
    }

    public static int waitsome(Rank rank, int incount, long requests, long outcount, long indices, long statuses) {
        Arguments.checkPointer(outcount, "outcount");
        return await(rank, Need.SOME, incount, requests, statuses, outcount, indices);
    }

    private static int await(Rank rank, Need need, int count, long requests, long statuses, long index, long indices) {
        return rank.waitFor(begin(rank, need, count, requests, statuses, index, indices));
    }

    private static Completion begin(Rank rank, Need need, int count, long requests, long statuses, long index, long indices) {
        Arguments.checkCount(count, "count");
        Arguments.checkArray(requests, count, need == Need.ONE ? "request" : "array_of_requests");
        rank.drainInbox();
        Completion completion = Completion.of(rank);
        completion.set(rank, need, count, requests, statuses, index, indices);
        return completion;
    }

    // Tests. Their flag is written before anything is reported, since reporting may call the guest.

    public static int test(Rank rank, long request, long flag, long status) {
        Arguments.checkPointer(flag, "flag");
        return ask(rank, begin(rank, Need.ONE, 1, request, status, 0, 0), flag);
    }

    public static int testany(Rank rank, int count, long requests, long index, long flag, long status) {
        Arguments.checkPointer(index, "index");
        Arguments.checkPointer(flag, "flag");
        Completion completion = begin(rank, Need.ANY, count, requests, status, index, 0);
        if (!completion.isReady()) {
            Memory.putInt(index, StandardAbi.UNDEFINED);
        }
        return ask(rank, completion, flag);
    }

    public static int testall(Rank rank, int count, long requests, long flag, long statuses) {
        Arguments.checkPointer(flag, "flag");
        return ask(rank, begin(rank, Need.ALL, count, requests, statuses, 0, 0), flag);
    }

    public static int testsome(Rank rank, int incount, long requests, long outcount, long indices, long statuses) {
        Arguments.checkPointer(outcount, "outcount");
        Completion completion = begin(rank, Need.SOME, incount, requests, statuses, outcount, indices);
        if (completion.isReady()) {
            return completion.report(rank);
        }
        Memory.putInt(outcount, 0);
        return rank.foundNothing();
    }

    private static int ask(Rank rank, Completion completion, long flag) {
        boolean ready = completion.isReady();
        Memory.putInt(flag, ready ? 1 : 0);
        if (ready) {
            return completion.report(rank);
        }
        return rank.foundNothing();
    }

    public static int requestGetStatus(Rank rank, int handle, long flag, long status) {
        Arguments.checkPointer(flag, "flag");
        rank.drainInbox();
        Request request = handle == StandardAbi.REQUEST_NULL ? null : existing(rank, handle);
        if (request == null || !request.active) {
            Memory.putInt(flag, 1);
            rank.face.putEmptyStatus(status);
            return 0;
        }
        boolean complete = request.isComplete();
        Memory.putInt(flag, complete ? 1 : 0);
        if (!complete) {
            return rank.foundNothing();
        }
        if (request instanceof GeneralizedRequest generalized) {
            return generalized.conclude(rank, (r, value) -> {
                r.face.putStatusWithoutError(status, request.source, request.tag, request.bytes, request.cancelled);
                return request.error;
            });
        }
        rank.face.putStatusWithoutError(status, request.source, request.tag, request.bytes, request.cancelled);
        return 0;
    }

    private static Request existing(Rank rank, int handle) {
        Request request = rank.requests.get(handle);
        if (request == null) {
            throw new MpiException(ErrorClass.REQUEST, "request is not a request");
        }
        return request;
    }

    private static Request at(Rank rank, long address, int index) {
        int handle = rank.face.handleAt(HandleKind.REQUEST, address, index);
        if (handle == StandardAbi.REQUEST_NULL) {
            throw new MpiException(ErrorClass.REQUEST, "the request is MPI_REQUEST_NULL");
        }
        Request request = existing(rank, handle);
        rank.currentComm = request.comm;
        return request;
    }

    // Other uses of requests.

    public static int requestFree(Rank rank, long address) {
        Arguments.checkPointer(address, "request");
        Request request = at(rank, address, 0);
        rank.requests.remove(request.handle);
        rank.face.putHandle(HandleKind.REQUEST, address, StandardAbi.REQUEST_NULL);
        if (!request.active || request.isComplete()) {
            return request.release(rank, (r, value) -> 0);
        }
        request.freed = true;
        return 0;
    }

    public static int cancel(Rank rank, long address) {
        Arguments.checkPointer(address, "request");
        Request request = at(rank, address, 0);
        rank.drainInbox();
        if (request instanceof GeneralizedRequest generalized) {
            return generalized.callCancel(rank, (r, value) -> 0);
        }
        if (request.active) {
            request.cancel(rank);
        }
        return 0;
    }

    public static int testCancelled(Rank rank, long status, long flag) {
        Arguments.checkPointer(flag, "flag");
        Arguments.checkPointer(status, "status");
        Memory.putInt(flag, rank.face.statusCancelled(status) ? 1 : 0);
        return 0;
    }

    public static int start(Rank rank, long address) {
        Arguments.checkPointer(address, "request");
        rank.drainInbox();
        startOne(rank, at(rank, address, 0));
        return 0;
    }

    public static int startall(Rank rank, int count, long requests) {
        Arguments.checkCount(count, "count");
        Arguments.checkArray(requests, count, "array_of_requests");
        rank.drainInbox();
        for (int i = 0; i < count; i++) {
            startOne(rank, at(rank, requests, i));
        }
        return 0;
    }

    private static void startOne(Rank rank, Request request) {
        if (!request.persistent || request.active) {
            throw new MpiException(ErrorClass.REQUEST,
                    request.persistent ? "the request is active already" : "the request is not persistent");
        }
        request.start(rank);
    }

    // Generalized requests.

    public static int grequestStart(Rank rank, long queryFn, long freeFn, long cancelFn, long extraState, long address, int language) {
        Arguments.checkPointer(address, "request");
        var request = new GeneralizedRequest(queryFn, freeFn, cancelFn, extraState, language);
        rank.publish(request, address);
        return 0;
    }

    public static int grequestComplete(Rank rank, Request request) {
        GeneralizedRequest generalized = generalized(request);
        generalized.complete();
        return 0;
    }

    private static GeneralizedRequest generalized(Request request) {
        if (request instanceof GeneralizedRequest generalized) {
            return generalized;
        }
        throw new MpiException(ErrorClass.REQUEST, "the request was not made by MPI_Grequest_start");
    }

    // Statuses.

    public static int getCount(Rank rank, long status, Datatype datatype, long count) {
        Arguments.checkPointer(count, "count");
        Memory.putInt(count, asInt(datatype.items(rank.face.statusByteCount(status))));
        return 0;
    }

    public static int getElements(Rank rank, long status, Datatype datatype, long count) {
        Arguments.checkPointer(count, "count");
        Memory.putInt(count, asInt(datatype.elements(rank.face.statusByteCount(status))));
        return 0;
    }

    public static int getElementsX(Rank rank, long status, Datatype datatype, long count) {
        Arguments.checkPointer(count, "count");
        long elements = datatype.elements(rank.face.statusByteCount(status));
        Memory.putLong(count, elements < 0 ? StandardAbi.UNDEFINED : elements);
        return 0;
    }

    private static int asInt(long count) {
        return count < 0 || count > Integer.MAX_VALUE ? StandardAbi.UNDEFINED : (int) count;
    }

    public static int statusSetElements(Rank rank, long status, Datatype datatype, int count) {
        return statusSetElementsX(rank, status, datatype, count);
    }

    public static int statusSetElementsX(Rank rank, long status, Datatype datatype, long count) {
        Arguments.checkCount(count, "count");
        rank.face.putStatusByteCount(status, datatype.bytesOfElements(count));
        return 0;
    }

    public static int statusSetCancelled(Rank rank, long status, int flag) {
        rank.face.putStatusCancelled(status, flag != 0);
        return 0;
    }

    private RequestCalls() {}
}
