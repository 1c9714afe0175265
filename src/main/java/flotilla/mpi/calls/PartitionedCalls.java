package flotilla.mpi.calls;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import flotilla.mpi.p2p.PartitionedReceive;
import flotilla.mpi.p2p.PartitionedSend;

/** Handlers of MPI-4.0 chapter 4: partitioned point-to-point communication. Addresses of results are guest memory. */
public final class PartitionedCalls {
    public static int psendInit(Rank rank, long buf, int partitions, long count, Datatype datatype, int dest, int tag, Comm comm,
            Info info, long request) {
        checkPartitions(buf, partitions, count, datatype, request);
        Arguments.checkRank(comm, dest, "dest");
        Arguments.checkTag(tag);
        rank.publish(new PartitionedSend(rank, buf, partitions, count, datatype, dest, tag, comm), request);
        return 0;
    }

    public static int precvInit(Rank rank, long buf, int partitions, long count, Datatype datatype, int source, int tag, Comm comm,
            Info info, long request) {
        checkPartitions(buf, partitions, count, datatype, request);
        Arguments.checkResult(buf, partitions * count, datatype, "buf");
        Arguments.checkRank(comm, source, "source");
        if (tag == StandardAbi.ANY_TAG) {
            throw new MpiException(ErrorClass.TAG, "tag = MPI_ANY_TAG is not allowed here: a partitioned receive is for one tag");
        }
        Arguments.checkTag(tag);
        rank.publish(new PartitionedReceive(rank, buf, partitions, count, datatype, source, tag, comm), request);
        return 0;
    }

    private static void checkPartitions(long buf, int partitions, long count, Datatype datatype, long request) {
        Arguments.checkNotNegative(partitions, "partitions");
        Arguments.checkCount(count, "count");
        if (Math.multiplyHigh(partitions, count) != 0) {
            throw new MpiException(ErrorClass.COUNT, "count = " + count + " in " + partitions + " partitions is too much");
        }
        Arguments.checkMessage(buf, partitions * count, datatype, "buf", "count", "datatype");
        Arguments.checkPointer(request, "request");
    }

    public static int pready(Rank rank, int partition, Request request) {
        PartitionedSend send = send(rank, request);
        send.checkReady(partition, "partition");
        send.ready(rank, partition);
        return 0;
    }

    public static int preadyRange(Rank rank, int partitionLow, int partitionHigh, Request request) {
        PartitionedSend send = send(rank, request);
        send.checkReady(partitionLow, "partition_low");
        send.checkReady(partitionHigh, "partition_high");
        if (partitionLow > partitionHigh) {
            throw new MpiException(ErrorClass.OTHER,
                    "partition_low = " + partitionLow + " is greater than partition_high = " + partitionHigh);
        }
        for (int i = partitionLow; i <= partitionHigh; i++) {
            send.ready(rank, i);
        }
        return 0;
    }

    public static int preadyList(Rank rank, int length, long partitions, Request request) {
        Arguments.checkCount(length, "length");
        Arguments.checkArray(partitions, length, "array_of_partitions");
        PartitionedSend send = send(rank, request);
        for (int i = 0; i < length; i++) {
            send.checkReady(Memory.getInt(partitions + 4L * i), "array_of_partitions[" + i + "]");
        }
        for (int i = 0; i < length; i++) {
            send.ready(rank, Memory.getInt(partitions + 4L * i));
        }
        return 0;
    }

    private static PartitionedSend send(Rank rank, Request request) {
        rank.currentComm = request.comm;
        if (request instanceof PartitionedSend send) {
            return send;
        }
        throw new MpiException(ErrorClass.REQUEST, "the request was not made by MPI_Psend_init");
    }

    public static int parrived(Rank rank, Request request, int partition, long flag) {
        rank.currentComm = request.comm;
        Arguments.checkPointer(flag, "flag");
        if (!(request instanceof PartitionedReceive receive)) {
            throw new MpiException(ErrorClass.REQUEST, "the request was not made by MPI_Precv_init");
        }
        rank.drainInbox();
        boolean arrived = receive.hasArrived(partition);
        Memory.putInt(flag, arrived ? 1 : 0);
        return arrived ? 0 : rank.foundNothing();
    }

    private PartitionedCalls() {}
}
