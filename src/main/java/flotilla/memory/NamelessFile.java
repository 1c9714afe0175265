package flotilla.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file that no folder names. It goes with the last descriptor and mapping of it, whatever ends the process, so that nothing
 * ever needs to be cleaned up.
 */
public final class NamelessFile implements AutoCloseable {
    private static final int O_RDWR = 2;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_CLOEXEC = 02000000;
    /** With O_DIRECTORY, as it must be. */
    private static final int O_TMPFILE = 020200000;
    private static final int MODE = 0700;
    private static final int MFD_CLOEXEC = 1;
    private static final int LONGEST_LABEL = 50;
    private static final long MOST_SENT = 1 << 30;

    // Errors of open by which file systems say that they have no O_TMPFILE (open(2)).
    private static final int EISDIR = 21;
    private static final int EINVAL = 22;
    private static final int EOPNOTSUPP = 95;

    // Numbers of system calls on x86-64.
    private static final int SYS_OPEN = 2;
    private static final int SYS_PWRITE64 = 18;
    private static final int SYS_SENDFILE = 40;
    private static final int SYS_UNLINK = 87;
    private static final int SYS_MEMFD_CREATE = 319;

    private final int descriptor;
    private final String where;

    private NamelessFile(int descriptor, String where) {
        this.descriptor = descriptor;
        this.where = where;
    }

    /** A file in memory, which {@code label} stands for in /proc/PID/maps. */
    public static NamelessFile inMemory(String label) {
        try (var arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(shortened(label), StandardCharsets.UTF_8).address();
            return new NamelessFile((int) checked("memfd_create", label,
                    Mapping.systemCall(SYS_MEMFD_CREATE, text, MFD_CLOEXEC, 0, 0, 0, 0)), "memory");
        }
    }

    /**
     * A file on the file system of {@code folder}.
     *
     * @param label what the file is called for a moment on file systems that have no files without a name
     */
    public static NamelessFile in(Path folder, String label) {
        try (var arena = Arena.ofConfined()) {
            long path = arena.allocateFrom(folder.toString(), StandardCharsets.UTF_8).address();
            long descriptor = Mapping.systemCall(SYS_OPEN, path, O_TMPFILE | O_RDWR | O_CLOEXEC, MODE, 0, 0, 0);
            if (descriptor == -EOPNOTSUPP || descriptor == -EISDIR || descriptor == -EINVAL) {
                return unlinked(folder, label);
            }
            return new NamelessFile((int) checked("open", "a new file in " + folder, descriptor), folder.toString());
        }
    }

    /** A file whose name is taken away at once. */
    static NamelessFile unlinked(Path folder, String label) {
        try (var arena = Arena.ofConfined()) {
            Path name = folder.resolve("." + shortened(label) + "." + ProcessHandle.current().pid() + "." + System.nanoTime());
            long text = arena.allocateFrom(name.toString(), StandardCharsets.UTF_8).address();
            long descriptor = checked("open", name.toString(),
                    Mapping.systemCall(SYS_OPEN, text, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, MODE, 0, 0, 0));
            checked("unlink", name.toString(), Mapping.systemCall(SYS_UNLINK, text, 0, 0, 0, 0, 0));
            return new NamelessFile((int) descriptor, folder.toString());
        }
    }

    /** Names of files, and those that memfd_create takes, have 255 bytes at most. */
    private static String shortened(String label) {
        return label.substring(0, Math.min(label.length(), LONGEST_LABEL));
    }

    private static long checked(String call, String subject, long result) {
        if (result < 0) {
            throw new SystemCallException(call, subject, (int) -result, Mapping.text((int) -result));
        }
        return result;
    }

    /** Copies the first {@code bytes} bytes of another file to this one, which is empty. */
    public void fill(int from, long bytes) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment offset = arena.allocate(Long.BYTES);
            long left = bytes;
            while (left > 0) {
                long sent = checked("sendfile", "a copy in " + where,
                        Mapping.systemCall(SYS_SENDFILE, descriptor, from, offset.address(), Math.min(left, MOST_SENT), 0, 0));
                if (sent == 0) {
                    return; // the file has become shorter
                }
                left -= sent;
            }
        }
    }

    public void write(long offset, byte[] bytes) {
        try (var arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(bytes.length);
            from.copyFrom(MemorySegment.ofArray(bytes));
            checked("pwrite", "a copy in " + where, Mapping.systemCall(SYS_PWRITE64, descriptor, from.address(), bytes.length, offset, 0, 0));
        }
    }

    /** By which this process, and others that may look into it, can open the file until it is closed. */
    public Path path() {
        return Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", Integer.toString(descriptor));
    }

    /** Mappings of the file stay. */
    @Override
    public void close() {
        Mapping.close(descriptor);
    }
}
