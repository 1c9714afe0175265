package flotilla.migrate;

import flotilla.memory.Mapping;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * A file that a rank has open, as it can be opened again by its name.
 *
 * @param number    by which the rank knows it
 * @param path      absolute
 * @param flags     of open(2), without those that matter only while a file is opened
 * @param offset    where it stands
 * @param inode     number of the file on its file system
 * @param shares    the number with which it shares its offset (dup), or -1
 */
record OpenFile(int number, String path, int flags, long offset, long inode, int shares) {
    private static final Set<String> DEVICES = Set.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom");
    private static final String DELETED = " (deleted)";
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    /** O_TMPFILE without O_DIRECTORY. */
    private static final int TEMPORARY = 020000000;

    /**
     * What a descriptor of this process is.
     *
     * @param number by which the rank knows it
     * @throws MoveException when it cannot be opened elsewhere
     */
    static OpenFile of(int number, int descriptor) {
        Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
        String path;
        int mode;
        long inode;
        long device;
        try {
            path = Files.readSymbolicLink(link).toString();
            var attributes = Files.readAttributes(link, "unix:mode,ino,dev");
            mode = (int) attributes.get("mode") & TYPE;
            inode = (long) attributes.get("ino");
            device = (long) attributes.get("dev");
        } catch (IOException e) {
            throw new MoveException("its descriptor " + number + " is closed behind the back of the guest library");
        }
        String shown = "it has " + path + " open (descriptor " + number + ")";
        if (mode != REGULAR && mode != DIRECTORY && !DEVICES.contains(path)) {
            throw new MoveException(shown + ", which is no file that another process could open");
        }
        long[] named = FileIdentity.of(Path.of(path), true);
        if (named == null || named[0] != device || named[1] != inode) {
            String name = path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
            throw new MoveException("it has the file " + name + " open (descriptor " + number
                    + "), which has been deleted or replaced");
        }
        long offset = 0;
        int flags = 0;
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo", Integer.toString(descriptor)))) {
                if (line.startsWith("pos:")) {
                    offset = Long.parseLong(line.substring(4).strip());
                } else if (line.startsWith("flags:")) {
                    flags = Integer.parseInt(line.substring(6).strip(), 8) & ~(O_CLOEXEC | TEMPORARY);
                } else if (line.startsWith("lock:")) {
                    throw new MoveException("it has locked the file " + path);
                }
            }
        } catch (IOException e) {
            throw new MoveException(shown + ", of which /proc says nothing", e);
        }
        return new OpenFile(number, path, flags, offset, inode, -1);
    }

    OpenFile sharing(int other) {
        return new OpenFile(number, path, flags, offset, inode, other);
    }

    /**
     * Opens it again in this process.
     *
     * @return a descriptor whose number is not below the rank's
     * @throws MoveException when there is no such file here
     */
    int open() {
        long[] named = FileIdentity.of(Path.of(path), true);
        if (named == null || named[1] != inode) {
            throw new MoveException("the file " + path + " that it has open is not there, or another one of that name");
        }
        int first;
        try {
            first = Mapping.open(Path.of(path), flags);
        } catch (flotilla.memory.SystemCallException e) {
            throw new MoveException("the file " + path + " that it has open cannot be opened here: " + e.getMessage(), e);
        }
        if ((flags & O_PATH) == 0) {
            Descriptors.seek(first, offset);
        }
        return Descriptors.raise(first, Math.max(number, OpenFiles.STANDARD));
    }

    void encode(DataOutput out) throws IOException {
        out.writeInt(number);
        out.writeUTF(path);
        out.writeInt(flags);
        out.writeLong(offset);
        out.writeLong(inode);
        out.writeInt(shares);
    }

    static OpenFile decode(DataInput in) throws IOException {
        return new OpenFile(in.readInt(), in.readUTF(), in.readInt(), in.readLong(), in.readLong(), in.readInt());
    }
}
