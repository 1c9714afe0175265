package flotilla.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Memory that several processes map: a file without a name, whose size is fixed for good, so that no mapping of it can ever
 * fault. It goes with the last descriptor and mapping of it.
 */
public final class SharedFile implements AutoCloseable {
    private static final int MAP_SHARED = 1;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    /** F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW (fcntl(2)). */
    private static final int FIXED_SIZE = 7;

    // Numbers of system calls on x86-64.
    private static final int SYS_OPEN = 2;
    private static final int SYS_FCNTL = 72;
    private static final int SYS_FTRUNCATE = 77;
    private static final int SYS_MEMFD_CREATE = 319;

    private final int descriptor;
    private final long bytes;

    private SharedFile(int descriptor, long bytes) {
        this.descriptor = descriptor;
        this.bytes = bytes;
    }

    /** A new one, of zeros, which {@code label} stands for in /proc/PID/maps. */
    public static SharedFile create(String label, long bytes) {
        try (var arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(label, StandardCharsets.UTF_8).address();
            int descriptor = (int) Mapping.call("memfd_create", 0, bytes, SYS_MEMFD_CREATE, text,
                    MFD_CLOEXEC | MFD_ALLOW_SEALING, 0, 0, 0, 0);
            Mapping.call("ftruncate", 0, bytes, SYS_FTRUNCATE, descriptor, bytes, 0, 0, 0, 0);
            Mapping.call("fcntl", 0, bytes, SYS_FCNTL, descriptor, F_ADD_SEALS, FIXED_SIZE, 0, 0, 0);
            return new SharedFile(descriptor, bytes);
        }
    }

    /**
     * That of another process, which has it under {@code descriptor}.
     *
     * @throws SystemCallException when the kernel does not allow it
     * @throws IOException when that is no such file, or has another size
     */
    public static SharedFile open(long process, int descriptor, long bytes) throws IOException {
        Path path = Path.of("/proc", Long.toString(process), "fd", Integer.toString(descriptor));
        try (var arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path.toString(), StandardCharsets.UTF_8).address();
            long opened = Mapping.systemCall(SYS_OPEN, name, O_RDWR | O_CLOEXEC, 0, 0, 0, 0);
            if (opened < 0) {
                throw new SystemCallException("open", path.toString(), (int) -opened, Mapping.text((int) -opened));
            }
            var file = new SharedFile((int) opened, bytes);
            long seals = Mapping.systemCall(SYS_FCNTL, opened, F_GET_SEALS, 0, 0, 0, 0);
            if (seals < 0 || (seals & FIXED_SIZE) != FIXED_SIZE
                    || Files.size(Path.of("/proc/self/fd", Long.toString(opened))) != bytes) {
                file.close();
                throw new IOException(path + " is not what it should be");
            }
            return file;
        }
    }

    public int descriptor() {
        return descriptor;
    }

    /** Maps a part, of whole pages, for reading and writing; {@link Mapping#unmap} takes it away. */
    public long map(long offset, long size) {
        return Mapping.map(0, size, Mapping.PROT_READ | Mapping.PROT_WRITE, MAP_SHARED, descriptor, offset);
    }

    /** Maps a part twice, one after the other, so that what runs over its end goes on at its beginning. */
    public long mapTwice(long offset, long size) {
        long at = Mapping.map(0, 2 * size, 0, Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_NORESERVE, -1, 0);
        for (long to = at; to < at + 2 * size; to += size) {
            Mapping.map(to, size, Mapping.PROT_READ | Mapping.PROT_WRITE, MAP_SHARED | Mapping.MAP_FIXED, descriptor, offset);
        }
        return at;
    }

    public long bytes() {
        return bytes;
    }

    /** Mappings stay. */
    @Override
    public void close() {
        Mapping.close(descriptor);
    }
}
