package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The memory of another process of the same user on this machine (process_vm_readv(2)). Any thread. */
public final class RemoteMemory {
    private static final int SYS_PROCESS_VM_READV = 310;
    /** IOV_MAX of <limits.h>. */
    private static final int MOST_VECTORS = 1024;
    /** The kernel transfers less than 2 GiB at once. */
    private static final long MOST_BYTES = 1L << 30;

    /**
     * Reads runs of pages of the process to the same addresses of this one, where memory must be mapped and writable.
     *
     * @throws SystemCallException when the kernel refuses (EPERM: ptrace is restricted to ancestors) or some of it is not there
     */
    public static void read(long process, PageRuns runs) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(JAVA_LONG, 2L * MOST_VECTORS);
            int run = 0;
            long done = 0;
            while (run < runs.count()) {
                int used = 0;
                long wanted = 0;
                long skipped = done;
                for (int i = run; i < runs.count() && used < MOST_VECTORS && wanted < MOST_BYTES; i++, used++) {
                    long bytes = Math.min(runs.bytes(i) - skipped, MOST_BYTES - wanted);
                    vector.setAtIndex(JAVA_LONG, 2L * used, runs.start(i) + skipped);
                    vector.setAtIndex(JAVA_LONG, 2L * used + 1, bytes);
                    wanted += bytes;
                    skipped = 0;
                }
                long got = Mapping.call("process_vm_readv", runs.start(run) + done, wanted, SYS_PROCESS_VM_READV, process,
                        vector.address(), used,
                        vector.address(), used, 0);
                if (got == 0) {
                    throw new SystemCallException("process_vm_readv", "process " + process, 0, "answers nothing");
                }
                while (got > 0) {
                    long step = Math.min(got, runs.bytes(run) - done);
                    got -= step;
                    done += step;
                    if (done == runs.bytes(run)) {
                        run++;
                        done = 0;
                    }
                }
            }
        }
    }

    private RemoteMemory() {}
}
