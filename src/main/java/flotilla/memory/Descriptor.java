package flotilla.memory;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;

/**
 * A socket or pipe that this process has inherited, known by its number. (Java opens {@code /proc/self/fd/N} instead, which
 * does not work for sockets.) Children do not inherit it further. One thread may read while another writes.
 */
public final class Descriptor implements AutoCloseable {
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final int SHUT_RDWR = 2;
    private static final int EINTR = 4;
    private static final int BUFFER = 8192;

    // Numbers of system calls on x86-64.
    private static final int SYS_READ = 0;
    private static final int SYS_WRITE = 1;
    private static final int SYS_SHUTDOWN = 48;
    private static final int SYS_FCNTL = 72;

    private final int number;
    private final long input = Arena.global().allocate(BUFFER).address();
    private final long output = Arena.global().allocate(BUFFER).address();

    /** @throws SystemCallException when there is no such descriptor */
    public Descriptor(int number) {
        this.number = number;
        long result = Mapping.systemCall(SYS_FCNTL, number, F_SETFD, FD_CLOEXEC, 0, 0, 0);
        if (result < 0) {
            throw new SystemCallException("fcntl", "descriptor " + number, (int) -result, Mapping.text((int) -result));
        }
    }

    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0) {
                    return 0;
                }
                int count = (int) transfer(SYS_READ, "read", input, Math.min(length, BUFFER));
                Memory.get(input, bytes, offset, count);
                return count == 0 ? -1 : count;
            }
        };
    }

    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int done = 0; done < length; ) {
                    int count = Math.min(length - done, BUFFER);
                    Memory.put(bytes, offset + done, output, count);
                    done += (int) transfer(SYS_WRITE, "write", output, count);
                }
            }
        };
    }

    private long transfer(int call, String name, long address, int bytes) throws IOException {
        long count;
        do {
            count = Mapping.systemCall(call, number, address, bytes, 0, 0, 0);
        } while (count == -EINTR);
        if (count < 0) {
            throw new IOException(name + " of descriptor " + number + ": " + Mapping.text((int) -count));
        }
        return count;
    }

    /** Ends the connection, and with it a read under way. The number stays taken. */
    @Override
    public void close() {
        Mapping.systemCall(SYS_SHUTDOWN, number, SHUT_RDWR, 0, 0, 0, 0);
    }
}
