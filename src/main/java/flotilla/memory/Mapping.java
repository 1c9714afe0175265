package flotilla.memory;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * {@code mmap} and its family. Every method throws {@link SystemCallException} when the kernel refuses. The constants
 * have the values of Linux on x86-64.
 */
public final class Mapping {
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;
    public static final int PROT_EXEC = 4;

    public static final int PROT_NONE = 0;

    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_FIXED = 0x10;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_NORESERVE = 0x4000;
    /** Like MAP_FIXED, but fails with EEXIST where something is mapped already (Linux 4.17 and later). */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;

    public static final int MADV_DONTNEED = 4;
    /** Huge pages where the system has them for whoever asks (transparent_hugepage/enabled: madvise). */
    public static final int MADV_HUGEPAGE = 14;
    /** Makes pages as writing to each would, at once (Linux 5.14 and later). */
    public static final int MADV_POPULATE_WRITE = 23;

    public static final long PAGE_SIZE = 4096;
    public static final long HUGE_PAGE_SIZE = 1L << 21;

    private static final int EEXIST = 17;
    /** The kernel answers -errno, errno being smaller than this. */
    private static final int MAX_ERRNO = 4096;

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;

    private static final NativeFunction SYSCALL = NativeFunction.ofLibc("syscall");

    // Numbers of system calls on x86-64.
    private static final int SYS_OPEN = 2;
    private static final int SYS_CLOSE = 3;
    private static final int SYS_MMAP = 9;
    private static final int SYS_MPROTECT = 10;
    private static final int SYS_MUNMAP = 11;
    private static final int SYS_MADVISE = 28;
    private static final int SYS_SENDFILE = 40;
    private static final int SYS_MEMFD_CREATE = 319;
    private static final int MFD_CLOEXEC = 1;
    private static final long MOST_SENT = 1 << 30;

    /**
     * Maps {@code bytes} at {@code address} (a hint unless a fixed flag is given).
     *
     * @return where the kernel put the mapping
     */
    public static long map(long address, long bytes, int protection, int flags, int fd, long offset) {
        long at = call("mmap", address, bytes, SYS_MMAP, address, bytes, protection, flags, fd, offset);
        if ((flags & MAP_FIXED_NOREPLACE) != 0 && at != address) {
            // A kernel older than 4.17 takes the address for a hint.
            unmap(at, bytes);
            throw new SystemCallException("mmap", range(address, bytes), EEXIST, text(EEXIST));
        }
        return at;
    }

    public static void unmap(long address, long bytes) {
        call("munmap", address, bytes, SYS_MUNMAP, address, bytes, 0, 0, 0, 0);
    }

    public static void protect(long address, long bytes, int protection) {
        call("mprotect", address, bytes, SYS_MPROTECT, address, bytes, protection, 0, 0, 0);
    }

    public static void advise(long address, long bytes, int advice) {
        call("madvise", address, bytes, SYS_MADVISE, address, bytes, advice, 0, 0, 0);
    }

    /** Opens a file for reading and mapping; the descriptor is closed in children. */
    public static int open(Path path) {
        return open(path, O_RDONLY);
    }

    /** The same with flags of open(2). */
    public static int open(Path path, int flags) {
        try (var arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path.toString(), StandardCharsets.UTF_8).address();
            long fd = systemCall(SYS_OPEN, name, flags | O_CLOEXEC, 0, 0, 0, 0);
            if (fd < 0) {
                throw new SystemCallException("open", path.toString(), (int) -fd, text((int) -fd));
            }
            return (int) fd;
        }
    }

    /** Copies a file into memory; answers a descriptor of the copy, which {@code name} stands for in /proc/PID/maps. */
    public static int copy(int file, String name) {
        try (var arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name, StandardCharsets.UTF_8).address();
            int copy = (int) call("memfd_create", 0, 0, SYS_MEMFD_CREATE, text, MFD_CLOEXEC, 0, 0, 0, 0);
            long offset = arena.allocate(Long.BYTES).address();
            while (call("sendfile", 0, MOST_SENT, SYS_SENDFILE, copy, file, offset, MOST_SENT, 0, 0) > 0) {
                // Until the file's end.
            }
            return copy;
        }
    }

    public static void close(int fd) {
        long result = systemCall(SYS_CLOSE, fd, 0, 0, 0, 0, 0);
        if (result < 0) {
            throw new SystemCallException("close", "descriptor " + fd, (int) -result, text((int) -result));
        }
    }

    /** {@code address} rounded down to a page. */
    public static long pageDown(long address) {
        return address & -PAGE_SIZE;
    }

    /** {@code address} rounded up to a page. */
    public static long pageUp(long address) {
        return (address + PAGE_SIZE - 1) & -PAGE_SIZE;
    }

    static long call(String name, long address, long bytes, long number, long a, long b, long c, long d, long e,
            long f) {
        long result = systemCall(number, a, b, c, d, e, f);
        if (result < 0 && result > -MAX_ERRNO) {
            throw new SystemCallException(name, range(address, bytes), (int) -result, text((int) -result));
        }
        return result;
    }

    /** Answers what the call does, or {@code -errno}. */
    static long systemCall(long number, long a, long b, long c, long d, long e, long f) {
        return SYSCALL.callOrErrno(number, a, b, c, d, e, f);
    }

    private static String range(long address, long bytes) {
        return bytes + " bytes at 0x" + Long.toHexString(address);
    }

    static String text(int errno) {
        return Memory.getString(NativeFunction.ofLibc("strerror").call(errno));
    }

    private Mapping() {}
}
