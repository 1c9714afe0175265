package flotilla.mpi.core;

import flotilla.memory.NativeFunction;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.io.NotSerializableException;
import java.io.Serializable;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * Host memory for data on its way between members: what a member leaves behind when it goes on before the others have
 * come, and temporary vectors. Blocks up to {@link #LARGEST_POOLED} bytes are kept for reuse. Any thread may take a block
 * and any other give it back.
 */
public final class NativeBlock implements Serializable {
    private static final int SMALLEST_LOG = 6;
    private static final int LARGEST_LOG = 20;
    static final long LARGEST_POOLED = 1L << LARGEST_LOG;
    /** Bytes that the pool keeps of each size at most. */
    private static final long KEPT = 4L << 20;

    private static final NativeFunction MALLOC = NativeFunction.ofLibc("malloc");
    private static final NativeFunction FREE = NativeFunction.ofLibc("free");
    private static final MpmcVarHandleArrayQueue<NativeBlock>[] POOLS = pools();

    public final long address;
    /** Bytes of data in the block, set by its user. */
    public long length;
    /** Index of the pool, or -1; of a rank's own memory, the size as a power of two. */
    private final int pool;
    /** The rank's own memory that the block is part of, or null. */
    private final TemporaryMemory owner;

    private NativeBlock(long address, int pool) {
        this(address, pool, null);
    }

    NativeBlock(long address, int pool, TemporaryMemory owner) {
        this.address = address;
        this.pool = pool;
        this.owner = owner;
    }

    /**
     * A block of at least {@code bytes} bytes, aligned to 16, with any content.
     *
     * @throws MpiException MPI_ERR_NO_MEM
     */
    public static NativeBlock take(long bytes) {
        if (bytes > LARGEST_POOLED) {
            return new NativeBlock(allocate(bytes), -1);
        }
        int log = Math.max(64 - Long.numberOfLeadingZeros(Math.max(bytes, 1) - 1), SMALLEST_LOG);
        int pool = log - SMALLEST_LOG;
        NativeBlock block = POOLS[pool].poll();
        return block != null ? block : new NativeBlock(allocate(1L << log), pool);
    }

    /** The block's memory may be used for something else. */
    public void give() {
        if (owner != null) {
            owner.give(this, pool);
        } else if (pool < 0 || !POOLS[pool].offer(this)) {
            FREE.call(address);
        }
    }

    private Object writeReplace() throws NotSerializableException {
        if (owner == null) {
            throw new NotSerializableException("temporary data for which there was no room in its own memory");
        }
        return this;
    }

    private static long allocate(long bytes) {
        long address = MALLOC.call(bytes);
        if (address == 0) {
            throw new MpiException(ErrorClass.NO_MEM, "no memory for " + bytes + " bytes of temporary data");
        }
        return address;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic class
    private static MpmcVarHandleArrayQueue<NativeBlock>[] pools() {
        var pools = new MpmcVarHandleArrayQueue[LARGEST_LOG - SMALLEST_LOG + 1];
        for (int i = 0; i < pools.length; i++) {
            long kept = Math.clamp(KEPT >> i + SMALLEST_LOG, 4, 1024);
            pools[i] = new MpmcVarHandleArrayQueue<>((int) kept);
        }
        return pools;
    }
}
