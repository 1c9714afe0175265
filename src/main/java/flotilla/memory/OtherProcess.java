package flotilla.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Another process of this host, or this one: whether it is alive, and its memory. Thread-safe but for {@link #close}. */
public final class OtherProcess implements AutoCloseable {
    // Numbers of system calls on x86-64.
    private static final int SYS_PRCTL = 157;
    private static final int SYS_PROCESS_VM_READV = 310;
    private static final int SYS_PIDFD_OPEN = 434;

    private static final int PR_SET_PTRACER = 0x5961_6d61;
    private static final long PR_SET_PTRACER_ANY = -1;
    private static final Path PTRACE_SCOPE = Path.of("/proc/sys/kernel/yama/ptrace_scope");
    private static final String DESCENDANTS_ONLY = "1";

    /** Layout of struct iovec: address, bytes; the own one and then the other process's. */
    private static final int IOVECS_BYTES = 4 * Long.BYTES;
    private static final long MOST_AT_ONCE = 64 << 20;
    private static final int START_TIME_FIELD = 22;

    private static final ThreadLocal<MemorySegment> IOVECS =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(IOVECS_BYTES, Long.BYTES));

    private final long pid;
    private final int descriptor;

    private OtherProcess(long pid, int descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /**
     * @param startTime its {@link #startTime}, as process numbers are used again
     * @throws IOException when it is not there
     */
    public static OtherProcess open(long pid, long startTime) throws IOException {
        long descriptor = Mapping.systemCall(SYS_PIDFD_OPEN, pid, 0, 0, 0, 0, 0);
        if (descriptor < 0) {
            throw new SystemCallException("pidfd_open", "process " + pid, (int) -descriptor, Mapping.text((int) -descriptor));
        }
        var process = new OtherProcess(pid, (int) descriptor);
        if (startTime(pid) != startTime) {
            process.close();
            throw new IOException("process " + pid + " has ended");
        }
        return process;
    }

    /** When a process started, in ticks since the host did (proc(5)). */
    public static long startTime(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field, a name in parentheses, may contain anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[START_TIME_FIELD - 3]);
    }

    /**
     * Lets all processes of this user read this one's memory, where the kernel's module Yama would only let ancestors: as if that
     * module were not there.
     */
    public static void letOthersRead() {
        try {
            if (Files.readString(PTRACE_SCOPE).strip().equals(DESCENDANTS_ONLY)) {
                Mapping.systemCall(SYS_PRCTL, PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0, 0);
            }
        } catch (IOException e) {
            // There is no Yama.
        }
    }

    public long pid() {
        return pid;
    }

    public boolean isAlive() {
        return !Readiness.awaitReadable(descriptor, 0);
    }

    /**
     * Copies its memory to this process's, once.
     *
     * @throws SystemCallException when it has ended, the kernel does not allow it, or one of them has no such memory
     */
    public void read(long from, long to, long bytes) {
        long iovecs = IOVECS.get().address();
        for (long done = 0; done < bytes;) {
            long part = Math.min(bytes - done, MOST_AT_ONCE);
            Memory.putLong(iovecs, to + done);
            Memory.putLong(iovecs + 8, part);
            Memory.putLong(iovecs + 16, from + done);
            Memory.putLong(iovecs + 24, part);
            done += Mapping.call("process_vm_readv", from + done, part, SYS_PROCESS_VM_READV, pid, iovecs, 1, iovecs + 16, 1, 0);
        }
    }

    @Override
    public void close() {
        Mapping.close(descriptor);
    }
}
