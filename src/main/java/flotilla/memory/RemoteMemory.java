package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory of another process of the same user on this machine (process_vm_readv(2)). Any thread.
 *
 * <p>Where a hypervisor keeps page tables of its own, the kernel's first access to an address of a process costs as much as copying
 * many pages, and so does the process's own. What has no huge pages is therefore read into a buffer, which is used again and again,
 * and written from there as if to another process: the kernel then uses addresses of its own, and makes pages that are missing.
 */
public final class RemoteMemory {
    private static final int SYS_PROCESS_VM_READV = 310;
    private static final int SYS_PROCESS_VM_WRITEV = 311;
    /** IOV_MAX of <limits.h>. */
    private static final int MOST_VECTORS = 1024;
    private static final int VECTOR_BYTES = 2 * Long.BYTES;
    /** The kernel transfers less than 2 GiB at once. */
    private static final long MOST_BYTES = 1L << 30;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int EFAULT = 14;

    private static final class Buffer {
        static final long ADDRESS = Mapping.map(0, BUFFER_BYTES, Mapping.PROT_READ | Mapping.PROT_WRITE,
                Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0);
        static final long SELF = ProcessHandle.current().pid();
    }

    /**
     * Reads runs of pages of the process to the same addresses of this one, where memory must be mapped and writable.
     *
     * @throws SystemCallException when the kernel refuses (EPERM: ptrace is restricted to ancestors) or some of it is not there
     */
    public static void read(long process, PageRuns runs) {
        synchronized (Buffer.class) {
            try (var arena = Arena.ofConfined()) {
                var small = new Batch(process, arena);
                for (int i = 0; i < runs.count(); i++) {
                    long huge = hugeStart(runs, i);
                    long hugeEnd = Math.max(huge, hugeEnd(runs, i));
                    if (hugeEnd == huge) {
                        small.add(runs.start(i), runs.bytes(i));
                        continue;
                    }
                    small.add(runs.start(i), huge - runs.start(i));
                    for (long at = huge; at < hugeEnd; at += MOST_BYTES) {
                        readInPlace(process, at, Math.min(MOST_BYTES, hugeEnd - at), arena);
                    }
                    small.add(hugeEnd, runs.end(i) - hugeEnd);
                }
                small.read();
            }
        }
    }

    /** Where the part of a run begins that huge pages can cover; not before {@link #hugeEnd} when there is none. */
    public static long hugeStart(PageRuns runs, int run) {
        return runs.start(run) + Mapping.HUGE_PAGE_SIZE - 1 & -Mapping.HUGE_PAGE_SIZE;
    }

    public static long hugeEnd(PageRuns runs, int run) {
        return runs.end(run) & -Mapping.HUGE_PAGE_SIZE;
    }

    private static void readInPlace(long process, long start, long bytes, Arena arena) {
        long vector = arena.allocate(VECTOR_BYTES, Long.BYTES).address();
        Memory.putLong(vector, start);
        Memory.putLong(vector + Long.BYTES, bytes);
        transfer("process_vm_readv", SYS_PROCESS_VM_READV, process, vector, vector, 1, start, bytes);
    }

    private static void transfer(String name, int call, long process, long own, long other, int others, long start, long bytes) {
        long done = Mapping.call(name, start, bytes, call, process, own, 1, other, others, 0);
        if (done != bytes) {
            throw new SystemCallException(name, "process " + process, EFAULT, "transfers " + done + " of " + bytes + " bytes");
        }
    }

    /** Pieces that go through the buffer together. */
    private static final class Batch {
        private final long process;
        private final long buffer;
        private final MemorySegment pieces;
        private int used;
        private long bytes;

        Batch(long process, Arena arena) {
            this.process = process;
            buffer = arena.allocate(VECTOR_BYTES, Long.BYTES).address();
            pieces = arena.allocate(JAVA_LONG, 2L * MOST_VECTORS);
        }

        void add(long start, long length) {
            for (long done = 0; done < length; ) {
                long part = Math.min(length - done, BUFFER_BYTES - bytes);
                pieces.setAtIndex(JAVA_LONG, 2L * used, start + done);
                pieces.setAtIndex(JAVA_LONG, 2L * used + 1, part);
                used++;
                bytes += part;
                done += part;
                if (used == MOST_VECTORS || bytes == BUFFER_BYTES) {
                    read();
                }
            }
        }

        void read() {
            if (used == 0) {
                return;
            }
            long first = pieces.getAtIndex(JAVA_LONG, 0);
            Memory.putLong(buffer, Buffer.ADDRESS);
            Memory.putLong(buffer + Long.BYTES, bytes);
            transfer("process_vm_readv", SYS_PROCESS_VM_READV, process, buffer, pieces.address(), used, first, bytes);
            transfer("process_vm_writev", SYS_PROCESS_VM_WRITEV, Buffer.SELF, buffer, pieces.address(), used, first, bytes);
            used = 0;
            bytes = 0;
        }
    }

    private RemoteMemory() {}
}
