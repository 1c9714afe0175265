package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;

/** The sender's side of partitioned communication (MPI-4.0 chapter 4). */
public final class PartitionedSend extends Request {
    private final int destination;
    private final int withTag;
    /** Says into how many partitions the data is divided; sent when the request is started for the first time. */
    private final SendRequest opening;
    private boolean opened;
    /** By partition; active once it is ready. */
    private final SendRequest[] parts;
    private int notReady;
    /** Partitions below have been sent. */
    private int firstPending;

    /** A send that has not been started. */
    public PartitionedSend(Rank rank, long address, int partitions, long count, Datatype type, int destination, int tag, Comm comm) {
        this.destination = destination;
        this.withTag = tag;
        this.comm = comm;
        persistent = true;
        parts = new SendRequest[partitions];
        if (destination == StandardAbi.PROC_NULL) {
            opening = null;
            return;
        }
        Comm channel = PartitionedChannel.ofSend(comm, destination, tag);
        Endpoint endpoint = Endpoint.of(rank);
        opening = endpoint.newSend(SendMode.STANDARD, address, 0, type, destination, partitions, channel);
        for (int i = 0; i < partitions; i++) {
            parts[i] = endpoint.newSend(SendMode.STANDARD, address + i * count * type.extent(), count, type, destination, i, channel);
        }
    }

    @Override
    public void start(Rank rank) {
        clearStatus();
        source = StandardAbi.ANY_SOURCE;
        tag = StandardAbi.ANY_TAG;
        active = true;
        if (destination == StandardAbi.PROC_NULL) {
            return;
        }
        for (SendRequest part : parts) {
            part.active = false;
        }
        notReady = parts.length;
        firstPending = 0;
        if (!opened) {
            opened = true;
            opening.start(rank);
        }
    }

    /** @throws MpiException when the request is not active or has no such partition */
    public void checkReady(int partition, String name) {
        if (!active) {
            throw new MpiException(ErrorClass.REQUEST, "the request is not active; call MPI_Start first");
        }
        if (partition < 0 || partition >= parts.length) {
            throw new MpiException(ErrorClass.OTHER, noPartition(partition, parts.length, name));
        }
    }

    static String noPartition(int partition, int partitions, String name) {
        return name + " = " + partition + " is not a partition: the request has " + partitions
                + (partitions == 0 ? "" : ", numbered from 0");
    }

    /** MPI_Pready, for a partition that has passed {@link #checkReady}. */
    public void ready(Rank rank, int partition) {
        if (destination == StandardAbi.PROC_NULL) {
            return;
        }
        SendRequest part = parts[partition];
        if (part.active) {
            throw new MpiException(ErrorClass.OTHER, "partition " + partition + " has been marked as ready before");
        }
        part.start(rank);
        if (--notReady == 0 && rank.lock != null) {
            // Another thread of the rank may wait for just this.
            rank.wake();
        }
    }

    @Override
    public boolean isComplete() {
        if (destination == StandardAbi.PROC_NULL) {
            return true;
        }
        if (notReady > 0 || !opening.complete) {
            return false;
        }
        while (firstPending < parts.length && parts[firstPending].complete) {
            firstPending++;
        }
        return firstPending == parts.length;
    }

    @Override
    public void cancel(Rank rank) {
        throw new MpiException(ErrorClass.REQUEST, "partitioned communication cannot be cancelled");
    }

    /** What has not been sent yet stays as it is until its receiver has taken it. */
    @Override
    public int release(Rank rank, GuestReturn goOn) {
        if (destination != StandardAbi.PROC_NULL) {
            Endpoint endpoint = Endpoint.of(rank);
            endpoint.recycle(opening);
            for (SendRequest part : parts) {
                endpoint.recycle(part);
            }
        }
        return 0;
    }

    @Override
    public String describe(Rank rank) {
        String what = "the message to rank " + destination + " with tag " + withTag + " on " + comm.describe();
        for (int i = 0; notReady > 0 && i < parts.length; i++) {
            if (!parts[i].active) {
                return "MPI_Pready for " + (notReady == 1 ? "" : notReady + " partitions, the first ") + "partition " + i + " of " + parts.length
                        + " of " + what;
            }
        }
        return "rank " + destination + " to receive partition " + firstPending + " of " + parts.length + " of " + what;
    }
}
