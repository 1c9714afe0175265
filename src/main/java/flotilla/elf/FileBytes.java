package flotilla.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file as bytes that are read piece by piece, each piece checked against the file's size. Reads are ordinary reads, not
 * mappings: a file that shrinks meanwhile makes an exception, not a SIGBUS.
 */
public final class FileBytes implements AutoCloseable {
    /** Largest piece read at once; no table of a real image comes near. */
    private static final long LARGEST_PIECE = 1L << 30;

    private final String name;
    private final FileChannel channel;
    private final long size;

    private FileBytes(String name, FileChannel channel, long size) {
        this.name = name;
        this.channel = channel;
        this.size = size;
    }

    /** Opens a regular file for reading. */
    public static FileBytes open(Path path) {
        String name = path.toString();
        try {
            if (Files.isDirectory(path)) {
                throw new ElfException(name, "is a directory", "name a program");
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new ElfException(name, "is not a regular file", "name a program");
            }
            var channel = FileChannel.open(path, StandardOpenOption.READ);
            return new FileBytes(name, channel, channel.size());
        } catch (NoSuchFileException e) {
            throw new ElfException(name, "no such file", "check the path");
        } catch (AccessDeniedException e) {
            throw new ElfException(name, "permission denied", "make it readable: chmod +r");
        } catch (IOException e) {
            throw new ElfException(name, "cannot be opened: " + e.getMessage(), "check the file system");
        }
    }

    public String name() {
        return name;
    }

    public long size() {
        return size;
    }

    /**
     * Reads {@code length} bytes from {@code offset}, both unsigned as they came from the file.
     *
     * @param what names the piece in the message when it does not lie in the file
     */
    public ByteBuffer read(long offset, long length, String what) {
        if (offset < 0 || length < 0 || offset > size || length > size - offset) {
            throw ElfException.damaged(name, what + " at offset 0x" + Long.toHexString(offset) + ", "
                    + Long.toUnsignedString(length) + " bytes, lies outside the file of " + size + " bytes");
        }
        if (length > LARGEST_PIECE) {
            throw ElfException.damaged(name, what + " has " + length + " bytes, more than is plausible");
        }
        var bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, offset + bytes.position()) <= 0) {
                    throw ElfException.damaged(name, what + " ends early: the file shrank while it was read");
                }
            }
        } catch (IOException e) {
            throw new ElfException(name, "cannot be read: " + e.getMessage(), "check the file system");
        }
        return bytes.flip();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written, so nothing can be lost.
        }
    }
}
