package flotilla.mpi.p2p;

import flotilla.abi.StandardAbi;
import flotilla.mpi.core.Activity;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.GuestReturn;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.datatype.BasicType;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import flotilla.mpi.datatype.PredefinedDatatypes;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.BitSet;

/**
 * The receiver's side of partitioned communication (MPI-4.0 chapter 4). Sender and receiver may divide the data differently: the
 * receiver learns from the channel's first message how the sender does it, and posts a receive for each of the sender's partitions.
 * They go straight into the buffer, unless one ends inside an item of the receiver's datatype.
 */
public final class PartitionedReceive extends Request {
    private static final Datatype BYTE = PredefinedDatatypes.get(BasicType.BYTE);

    private final long address;
    private final int partitions;
    private final long count;
    private final Datatype type;
    private final int fromSource;
    private final int withTag;
    private final Comm channel;
    private final Following following = new Following();
    /** For the channel's first message; null once that is there. */
    private ReceiveRequest opening;
    /** By the sender's partition; null before it is known how many there are. */
    private ReceiveRequest[] parts;
    private long partBytes;
    /** Why the sender's partitions cannot be received, or null. */
    private String mismatch;
    /** The packed stream, when the sender's partitions end inside items; else null. */
    private NativeBlock packed;
    /** Of the receiver's partitions those that have been unpacked from that. */
    private BitSet unpacked;
    /** The sender's partitions below are there. */
    private int firstPending;

    /** A receive that has not been started. */
    public PartitionedReceive(Rank rank, long address, int partitions, long count, Datatype type, int source, int tag, Comm comm) {
        this.address = address;
        this.partitions = partitions;
        this.count = count;
        this.type = type;
        this.fromSource = source;
        this.withTag = tag;
        this.comm = comm;
        persistent = true;
        if (source == StandardAbi.PROC_NULL) {
            channel = null;
            parts = new ReceiveRequest[0];
            return;
        }
        channel = PartitionedChannel.ofReceive(comm, source, tag);
        opening = Endpoint.of(rank).newReceive(address, 0, type, source, StandardAbi.ANY_TAG, channel);
    }

    private long totalBytes() {
        return partitions * count * type.size();
    }

    @Override
    public void start(Rank rank) {
        clearStatus();
        source = fromSource;
        tag = fromSource == StandardAbi.PROC_NULL ? StandardAbi.ANY_TAG : withTag;
        active = true;
        firstPending = 0;
        if (parts != null) {
            post(rank);
        } else {
            opening.start(rank);
        }
        if (parts == null || packed != null) {
            rank.begin(following);
            following.advance(rank);
        }
    }

    /** What goes on beside the rank's calls: the sender's other partitions are waited for once the first message is there. */
    private final class Following extends Activity {
        @Override
        protected void advance(Rank rank) {
            if (parts == null && opening.complete) {
                open(rank);
                post(rank);
            }
            if (parts != null && (packed == null || isComplete())) {
                rank.end(this);
                if (freed && isComplete()) {
                    release(rank, null);
                }
            }
        }
    }

    private void open(Rank rank) {
        Endpoint endpoint = Endpoint.of(rank);
        int sent = opening.tag;
        endpoint.recycle(opening);
        opening = null;
        partBytes = sent == 0 ? 0 : totalBytes() / sent;
        parts = new ReceiveRequest[partBytes * sent == totalBytes() ? sent : 0];
        if (parts.length != sent || sent == 0 && totalBytes() > 0) {
            mismatch = "the sender's " + sent + " partitions cannot have the " + totalBytes() + " bytes of the receiver's " + partitions;
            return;
        }
        long items = type.size() == 0 ? 0 : partBytes / type.size();
        boolean whole = items * type.size() == partBytes;
        if (!whole) {
            try {
                packed = rank.takeBlock(totalBytes());
                unpacked = new BitSet(partitions);
            } catch (MpiException noMemory) {
                parts = new ReceiveRequest[0];
                mismatch = noMemory.getMessage();
                return;
            }
        }
        for (int i = 0; i < sent; i++) {
            parts[i] = whole
                    ? endpoint.newReceive(address + i * items * type.extent(), items, type, fromSource, i, channel)
                    : endpoint.newReceive(packed.address + i * partBytes, partBytes, BYTE, fromSource, i, channel);
        }
    }

    private void post(Rank rank) {
        if (mismatch != null) {
            error = ErrorClass.TRUNCATE;
            errorDetail = mismatch;
        }
        if (unpacked != null) {
            unpacked.clear();
        }
        for (ReceiveRequest part : parts) {
            part.start(rank);
        }
    }

    @Override
    public boolean isComplete() {
        if (parts == null) {
            return false;
        }
        while (firstPending < parts.length && parts[firstPending].complete) {
            note(parts[firstPending++]);
            if (firstPending == parts.length) {
                for (int i = 0; packed != null && i < partitions; i++) {
                    unpack(i);
                }
            }
        }
        return firstPending == parts.length;
    }

    private void note(ReceiveRequest part) {
        bytes += part.bytes;
        if (part.error != 0) {
            error = part.error;
            errorDetail = part.errorDetail;
        } else if (part.bytes < partBytes && error == 0) {
            error = ErrorClass.COUNT;
            errorDetail = "the sender's partition " + part.tag + " has " + part.bytes + " bytes; the receiver expects "
                    + totalBytes() + " bytes in all, which are " + partBytes + " in each of the sender's " + parts.length + " partitions";
        }
    }

    /** MPI_Parrived. @throws MpiException when the request has no such partition */
    public boolean hasArrived(int partition) {
        if (partition < 0 || partition >= partitions) {
            throw new MpiException(ErrorClass.OTHER, PartitionedSend.noPartition(partition, partitions, "partition"));
        }
        if (!active || isComplete()) {
            return true;
        }
        long size = count * type.size();
        if (parts == null || size == 0) {
            return false;
        }
        int last = (int) (((partition + 1) * size - 1) / partBytes);
        for (int i = (int) (partition * size / partBytes); i <= last; i++) {
            if (!parts[i].complete) {
                return false;
            }
        }
        if (packed != null) {
            unpack(partition);
        }
        return true;
    }

    /** Once: the program may change a partition that it knows to be there. */
    private void unpack(int partition) {
        if (!unpacked.get(partition)) {
            unpacked.set(partition);
            long size = count * type.size();
            Pack.unpack(packed.address + partition * size, size, address + partition * count * type.extent(), count, type);
        }
    }

    @Override
    public void cancel(Rank rank) {
        throw new MpiException(ErrorClass.REQUEST, "partitioned communication cannot be cancelled");
    }

    @Override
    public int release(Rank rank, GuestReturn goOn) {
        Endpoint endpoint = Endpoint.of(rank);
        if (opening != null) {
            endpoint.recycle(opening);
        }
        for (int i = 0; parts != null && i < parts.length; i++) {
            endpoint.recycle(parts[i]);
        }
        if (packed != null) {
            packed.give();
        }
        return 0;
    }

    @Override
    public String describe(Rank rank) {
        return parts == null
                ? "rank " + fromSource + " to start a partitioned send with tag " + withTag + " on " + comm.describe()
                : "partition " + firstPending + " of " + parts.length + " of "
                        + Endpoint.describeMessage(fromSource, withTag, comm);
    }
}
