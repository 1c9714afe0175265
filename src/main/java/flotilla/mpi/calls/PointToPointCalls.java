package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.face.HandleKind;
import flotilla.mpi.p2p.AttachedBuffer;
import flotilla.mpi.p2p.Endpoint;
import flotilla.mpi.p2p.ExchangeRequest;
import flotilla.mpi.p2p.ExchangeWait;
import flotilla.mpi.p2p.Message;
import flotilla.mpi.p2p.ProbeWait;
import flotilla.mpi.p2p.ReceiveRequest;
import flotilla.mpi.p2p.SendMode;
import flotilla.mpi.p2p.SendRequest;

/** Handlers of MPI-3.1 chapter 3: sends, receives, probes. Addresses of results are guest memory. */
public final class PointToPointCalls {
    // Blocking sends.

    public static int send(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm) {
        return send(rank, SendMode.STANDARD, buf, count, datatype, dest, tag, comm);
    }

    public static int ssend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm) {
        return send(rank, SendMode.SYNCHRONOUS, buf, count, datatype, dest, tag, comm);
    }

    public static int bsend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm) {
        return send(rank, SendMode.BUFFERED, buf, count, datatype, dest, tag, comm);
    }

    public static int rsend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm) {
        return send(rank, SendMode.READY, buf, count, datatype, dest, tag, comm);
    }

    private static int send(Rank rank, SendMode mode, long buf, int count, Datatype datatype, int dest, int tag, Comm comm) {
        checkSend(buf, count, datatype, dest, tag, comm);
        return Endpoint.of(rank).sendBlocking(mode, buf, count, datatype, dest, tag, comm);
    }

    private static void checkSend(long buf, int count, Datatype datatype, int dest, int tag, Comm comm) {
        Arguments.checkMessage(buf, count, datatype, "buf", "count", "datatype");
        Arguments.checkRank(comm, dest, "dest");
        Arguments.checkTag(tag);
    }

    private static void checkReceive(long buf, int count, Datatype datatype, int source, int tag, Comm comm) {
        Arguments.checkMessage(buf, count, datatype, "buf", "count", "datatype");
        Arguments.checkResult(buf, count, datatype, "buf");
        Arguments.checkSource(comm, source, "source");
        Arguments.checkReceiveTag(tag);
    }

    public static int recv(Rank rank, long buf, int count, Datatype datatype, int source, int tag, Comm comm, long status) {
        checkReceive(buf, count, datatype, source, tag, comm);
        return Endpoint.of(rank).receiveBlocking(buf, count, datatype, source, tag, comm, status);
    }

    // Nonblocking.

    public static int isend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return isend(rank, SendMode.STANDARD, buf, count, datatype, dest, tag, comm, request);
    }

    public static int issend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return isend(rank, SendMode.SYNCHRONOUS, buf, count, datatype, dest, tag, comm, request);
    }

    public static int ibsend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return isend(rank, SendMode.BUFFERED, buf, count, datatype, dest, tag, comm, request);
    }

    public static int irsend(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return isend(rank, SendMode.READY, buf, count, datatype, dest, tag, comm, request);
    }

    private static int isend(Rank rank, SendMode mode, long buf, int count, Datatype datatype, int dest, int tag, Comm comm,
            long request) {
        SendRequest send = newSend(rank, mode, buf, count, datatype, dest, tag, comm, request);
        send.start(rank);
        rank.publish(send, request);
        return 0;
    }

    private static SendRequest newSend(Rank rank, SendMode mode, long buf, int count, Datatype datatype, int dest, int tag, Comm comm,
            long request) {
        checkSend(buf, count, datatype, dest, tag, comm);
        Arguments.checkPointer(request, "request");
        return Endpoint.of(rank).newSend(mode, buf, count, datatype, dest, tag, comm);
    }

    public static int irecv(Rank rank, long buf, int count, Datatype datatype, int source, int tag, Comm comm, long request) {
        ReceiveRequest receive = newReceive(rank, buf, count, datatype, source, tag, comm, request);
        rank.drainInbox();
        receive.start(rank);
        rank.publish(receive, request);
        return 0;
    }

    private static ReceiveRequest newReceive(Rank rank, long buf, int count, Datatype datatype, int source, int tag, Comm comm,
            long request) {
        checkReceive(buf, count, datatype, source, tag, comm);
        Arguments.checkPointer(request, "request");
        return Endpoint.of(rank).newReceive(buf, count, datatype, source, tag, comm);
    }

    // Persistent.

    public static int sendInit(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return persistentSend(rank, SendMode.STANDARD, buf, count, datatype, dest, tag, comm, request);
    }

    public static int ssendInit(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return persistentSend(rank, SendMode.SYNCHRONOUS, buf, count, datatype, dest, tag, comm, request);
    }

    public static int bsendInit(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return persistentSend(rank, SendMode.BUFFERED, buf, count, datatype, dest, tag, comm, request);
    }

    public static int rsendInit(Rank rank, long buf, int count, Datatype datatype, int dest, int tag, Comm comm, long request) {
        return persistentSend(rank, SendMode.READY, buf, count, datatype, dest, tag, comm, request);
    }

    private static int persistentSend(Rank rank, SendMode mode, long buf, int count, Datatype datatype, int dest, int tag, Comm comm,
            long request) {
        SendRequest send = newSend(rank, mode, buf, count, datatype, dest, tag, comm, request);
        send.persistent = true;
        send.active = false;
        rank.publish(send, request);
        return 0;
    }

    public static int recvInit(Rank rank, long buf, int count, Datatype datatype, int source, int tag, Comm comm, long request) {
        ReceiveRequest receive = newReceive(rank, buf, count, datatype, source, tag, comm, request);
        receive.persistent = true;
        receive.active = false;
        rank.publish(receive, request);
        return 0;
    }

    // Both at once.

    public static int sendrecv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, int dest, int sendtag, long recvbuf,
            int recvcount, Datatype recvtype, int source, int recvtag, Comm comm, long status) {
        ExchangeWait wait = ExchangeWait.of(rank, status);
        exchange(rank, wait.exchange, sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm);
        return rank.waitFor(wait);
    }

    public static int isendrecv(Rank rank, long sendbuf, int sendcount, Datatype sendtype, int dest, int sendtag, long recvbuf,
            int recvcount, Datatype recvtype, int source, int recvtag, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        var exchange = new ExchangeRequest();
        exchange(rank, exchange, sendbuf, sendcount, sendtype, dest, sendtag, recvbuf, recvcount, recvtype, source, recvtag, comm);
        rank.publish(exchange, request);
        return 0;
    }

    private static void exchange(Rank rank, ExchangeRequest exchange, long sendbuf, int sendcount, Datatype sendtype, int dest,
            int sendtag, long recvbuf, int recvcount, Datatype recvtype, int source, int recvtag, Comm comm) {
        Arguments.checkMessage(sendbuf, sendcount, sendtype, "sendbuf", "sendcount", "sendtype");
        Arguments.checkRank(comm, dest, "dest");
        Arguments.checkTag(sendtag);
        Arguments.checkMessage(recvbuf, recvcount, recvtype, "recvbuf", "recvcount", "recvtype");
        Arguments.checkSource(comm, source, "source");
        Arguments.checkReceiveTag(recvtag);
        Endpoint endpoint = Endpoint.of(rank);
        rank.drainInbox();
        ReceiveRequest receive = endpoint.newReceive(recvbuf, recvcount, recvtype, source, recvtag, comm);
        receive.start(rank);
        SendRequest send = endpoint.newSend(SendMode.STANDARD, sendbuf, sendcount, sendtype, dest, sendtag, comm);
        send.start(rank);
        exchange.set(send, receive);
    }

    public static int sendrecvReplace(Rank rank, long buf, int count, Datatype datatype, int dest, int sendtag, int source,
            int recvtag, Comm comm, long status) {
        ExchangeWait wait = ExchangeWait.of(rank, status);
        replace(rank, wait.exchange, buf, count, datatype, dest, sendtag, source, recvtag, comm);
        return rank.waitFor(wait);
    }

    public static int isendrecvReplace(Rank rank, long buf, int count, Datatype datatype, int dest, int sendtag, int source,
            int recvtag, Comm comm, long request) {
        Arguments.checkPointer(request, "request");
        var exchange = new ExchangeRequest();
        replace(rank, exchange, buf, count, datatype, dest, sendtag, source, recvtag, comm);
        rank.publish(exchange, request);
        return 0;
    }

    private static void replace(Rank rank, ExchangeRequest exchange, long buf, int count, Datatype datatype, int dest, int sendtag,
            int source, int recvtag, Comm comm) {
        checkSend(buf, count, datatype, dest, sendtag, comm);
        Arguments.checkSource(comm, source, "source");
        Arguments.checkReceiveTag(recvtag);
        Endpoint endpoint = Endpoint.of(rank);
        rank.drainInbox();
        // The data must have left the buffer before anything is received into it.
        SendRequest send = endpoint.sendCopy(buf, count, datatype, dest, sendtag, comm);
        ReceiveRequest receive = endpoint.newReceive(buf, count, datatype, source, recvtag, comm);
        receive.start(rank);
        exchange.set(send, receive);
    }

    // Probes.

    public static int probe(Rank rank, int source, int tag, Comm comm, long status) {
        checkProbe(source, tag, comm);
        if (source == StandardAbi.PROC_NULL) {
            rank.face.putStatusWithoutError(status, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, 0, false);
            return 0;
        }
        rank.drainInbox();
        return rank.waitFor(ProbeWait.of(rank, source, tag, comm, 0, status));
    }

    public static int iprobe(Rank rank, int source, int tag, Comm comm, long flag, long status) {
        checkProbe(source, tag, comm);
        Arguments.checkPointer(flag, "flag");
        if (source == StandardAbi.PROC_NULL) {
            rank.face.putStatusWithoutError(status, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, 0, false);
            Memory.putInt(flag, 1);
            return 0;
        }
        rank.drainInbox();
        Message message = Endpoint.of(rank).probe(comm.context, source, tag);
        Memory.putInt(flag, message != null ? 1 : 0);
        if (message != null) {
            rank.face.putStatusWithoutError(status, message.source(), message.tag(), message.bytes(), false);
        } else {
            return rank.foundNothing();
        }
        return 0;
    }

    public static int mprobe(Rank rank, int source, int tag, Comm comm, long message, long status) {
        checkProbe(source, tag, comm);
        Arguments.checkPointer(message, "message");
        if (source == StandardAbi.PROC_NULL) {
            rank.face.putHandle(HandleKind.MESSAGE, message, StandardAbi.MESSAGE_NO_PROC);
            rank.face.putStatusWithoutError(status, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, 0, false);
            return 0;
        }
        rank.drainInbox();
        return rank.waitFor(ProbeWait.of(rank, source, tag, comm, message, status));
    }

    public static int improbe(Rank rank, int source, int tag, Comm comm, long flag, long message, long status) {
        checkProbe(source, tag, comm);
        Arguments.checkPointer(flag, "flag");
        Arguments.checkPointer(message, "message");
        if (source == StandardAbi.PROC_NULL) {
            rank.face.putHandle(HandleKind.MESSAGE, message, StandardAbi.MESSAGE_NO_PROC);
            rank.face.putStatusWithoutError(status, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, 0, false);
            Memory.putInt(flag, 1);
            return 0;
        }
        rank.drainInbox();
        Message found = Endpoint.of(rank).takeUnexpected(comm.context, source, tag);
        Memory.putInt(flag, found != null ? 1 : 0);
        if (found != null) {
            deliverMatched(rank, found, message, status);
        } else {
            return rank.foundNothing();
        }
        return 0;
    }

    private static void checkProbe(int source, int tag, Comm comm) {
        Arguments.checkSource(comm, source, "source");
        Arguments.checkReceiveTag(tag);
    }

    private static void deliverMatched(Rank rank, Message found, long message, long status) {
        rank.face.putHandle(HandleKind.MESSAGE, message, rank.messages.add(found));
        rank.face.putStatusWithoutError(status, found.source(), found.tag(), found.bytes(), false);
    }

    public static int mrecv(Rank rank, long buf, int count, Datatype datatype, long message, long status) {
        Arguments.checkMessage(buf, count, datatype, "buf", "count", "datatype");
        Arguments.checkResult(buf, count, datatype, "buf");
        Message matched = takeMessage(rank, message);
        if (matched == null) {
            rank.face.putStatusWithoutError(status, StandardAbi.PROC_NULL, StandardAbi.ANY_TAG, 0, false);
            return 0;
        }
        return Endpoint.of(rank).receiveMatched(matched, buf, count, datatype, status);
    }

    public static int imrecv(Rank rank, long buf, int count, Datatype datatype, long message, long request) {
        Arguments.checkMessage(buf, count, datatype, "buf", "count", "datatype");
        Arguments.checkResult(buf, count, datatype, "buf");
        Arguments.checkPointer(request, "request");
        Message matched = takeMessage(rank, message);
        ReceiveRequest receive = Endpoint.of(rank).receiveMatchedLater(matched, buf, count, datatype, rank.commWorld);
        rank.publish(receive, request);
        return 0;
    }

    /** The message of a handle, which is freed; null for MPI_MESSAGE_NO_PROC. */
    private static Message takeMessage(Rank rank, long address) {
        Arguments.checkPointer(address, "message");
        int handle = rank.face.handleAt(HandleKind.MESSAGE, address, 0);
        rank.currentComm = null;
        if (handle == StandardAbi.MESSAGE_NO_PROC) {
            rank.face.putHandle(HandleKind.MESSAGE, address, HandleKind.MESSAGE.nullHandle);
            return null;
        }
        Message message = (Message) rank.messages.get(handle);
        if (message == null) {
            throw new MpiException(ErrorClass.REQUEST, "message is not a handle that MPI_Mprobe or MPI_Improbe gave");
        }
        rank.messages.remove(handle);
        rank.face.putHandle(HandleKind.MESSAGE, address, HandleKind.MESSAGE.nullHandle);
        return message;
    }

    // Buffers of buffered sends.

    public static int bufferAttach(Rank rank, long buffer, int size) {
        AttachedBuffer attached = Endpoint.of(rank).attached;
        if (attached.isAttached) {
            throw new MpiException(ErrorClass.BUFFER, "a buffer is attached already; detach it first with MPI_Buffer_detach");
        }
        if (size < 0) {
            throw new MpiException(ErrorClass.ARG, "size = " + size + " is negative");
        }
        attached.isAttached = true;
        attached.address = buffer;
        attached.size = size;
        return 0;
    }

    public static int bufferDetach(Rank rank, long bufferAddress, long size) {
        Arguments.checkPointer(bufferAddress, "buffer_addr");
        Arguments.checkPointer(size, "size");
        AttachedBuffer attached = Endpoint.of(rank).attached;
        if (!attached.isAttached) {
            attached.address = 0; // no error in MPICH: a null pointer and no bytes
        }
        return rank.waitFor(new DetachWait(attached, bufferAddress, size));
    }

    private record DetachWait(AttachedBuffer attached, long bufferAddress, long size) implements Wait {
        @Override
        public int poll(Rank rank) {
            if (!attached.reclaim()) {
                return Rank.BLOCKED;
            }
            Memory.putLong(bufferAddress, attached.address);
            Memory.putInt(size, (int) attached.size);
            attached.isAttached = false;
            attached.size = 0;
            return 0;
        }

        @Override
        public String describe(Rank rank) {
            return "buffered messages to be received, before the buffer can be detached";
        }
    }

    private PointToPointCalls() {}
}
