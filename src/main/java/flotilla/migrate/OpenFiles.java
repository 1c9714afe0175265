package flotilla.migrate;

import flotilla.abi.ControlBlock;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that a rank has open, and its working directory. The guest library's table (guest/libc/fd.c) says which numbers of
 * the rank's mean which of the process's: the rank keeps its own wherever it goes. The job's streams need nothing.
 */
final class OpenFiles {
    // Mirrored in guest/libc/fd.c.
    static final int STANDARD = 3;
    private static final int ENTRIES = 1024;
    private static final int PLAIN = 0;
    private static final int JOB_INPUT = -1;
    private static final int JOB_ERROR = -3;
    private static final int OWN = -5;
    private static final int IS_HELD = 64;

    /**
     * Numbers of states that a rank has made for itself are this at least; others are those of the folder that its
     * program starts in.
     */
    private static final long OWN_STATES = 1L << 32;
    private static final int O_PATH = 010000000;
    private static final int O_DIRECTORY = 0200000;
    private static final int MOST_FILES = ENTRIES;

    private final List<OpenFile> files;
    /** Path of the working directory, or null for that of the process. */
    private final String folder;
    /** What was opened here, by the rank's numbers. */
    private final Map<Integer, Integer> opened = new HashMap<>();
    private int openedFolder;

    private OpenFiles(List<OpenFile> files, String folder) {
        this.files = files;
        this.folder = folder;
    }

    /**
     * Those of a rank that waits in a trap.
     *
     * @throws MoveException when one cannot be opened elsewhere
     */
    static OpenFiles of(RankImages images) {
        if (Memory.getLong(symbol(images, "flotilla_locked_files")) != 0) {
            throw new MoveException("it has locked a file");
        }
        if (Memory.getInt(symbol(images, "flotilla_unknown_descriptors")) != 0) {
            throw new MoveException("it has had descriptors from " + ENTRIES + " on, of which nothing is known");
        }
        var files = new ArrayList<OpenFile>();
        var hosts = new ArrayList<Integer>();
        eachOwn(images, (number, host) -> {
            OpenFile file = OpenFile.of(number, host);
            for (int i = 0; i < files.size(); i++) {
                if (files.get(i).inode() == file.inode() && files.get(i).path().equals(file.path())
                        && shareOffset(hosts.get(i), host)) {
                    file = file.sharing(files.get(i).number());
                    break;
                }
            }
            files.add(file);
            hosts.add(host);
        });
        return new OpenFiles(files, folder(images));
    }

    private interface Entry {
        void accept(int number, int host);
    }

    private static long symbol(RankImages images, String name) {
        return images.slotBase() + images.program().symbol(name);
    }

    private static long place(RankImages images, int number) {
        return symbol(images, number < STANDARD ? "flotilla_standard_descriptors" : "flotilla_other_descriptors") + 4L * number;
    }

    private static int highest(RankImages images) {
        return Math.min(Memory.getInt(symbol(images, "flotilla_highest_descriptor")), ENTRIES - 1);
    }

    /** Names the descriptors that the rank has opened. */
    private static void eachOwn(RankImages images, Entry entry) {
        for (int number = 0; number <= highest(images); number++) {
            int meaning = Memory.getInt(place(images, number));
            if (meaning == OWN || meaning > PLAIN) {
                entry.accept(number, meaning == OWN ? number : meaning);
            }
        }
    }

    /** Whether two descriptors of a file are one opening of it: what moves one moves the other. */
    private static boolean shareOffset(int one, int other) {
        long before = Descriptors.position(one);
        if (before < 0) {
            return false;
        }
        Descriptors.seek(one, before + 1);
        boolean same = Descriptors.position(other) == before + 1;
        if (same) {
            Descriptors.seek(one, before + 2);
            same = Descriptors.position(other) == before + 2;
        }
        Descriptors.seek(one, before);
        return same;
    }

    private static String folder(RankImages images) {
        int descriptor = Memory.getInt(images.mainControl() + ControlBlock.STATE_FOLDER);
        if (descriptor == 0) {
            return null;
        }
        try {
            Path path = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(descriptor)));
            if (!Files.isDirectory(path)) {
                throw new MoveException("its working directory, " + path + ", has been deleted");
            }
            return path.toString();
        } catch (IOException e) {
            throw new MoveException("of its working directory nothing is known", e);
        }
    }

    /**
     * Opens them again in this process.
     *
     * @throws MoveException when one cannot be; then none is
     */
    void open() {
        try {
            for (OpenFile file : files) {
                Integer other = file.shares() < 0 ? null : opened.get(file.shares());
                opened.put(file.number(), other == null ? file.open() : Descriptors.duplicate(other, Math.max(file.number(),
                        STANDARD)));
            }
            if (folder != null) {
                openedFolder = Descriptors.raise(flotilla.memory.Mapping.open(Path.of(folder), O_PATH | O_DIRECTORY), STANDARD);
            }
        } catch (flotilla.memory.SystemCallException e) {
            close();
            throw new MoveException("its working directory is not there: " + e.getMessage(), e);
        } catch (MoveException e) {
            close();
            throw e;
        }
    }

    /** Closes what {@link #open} has opened. */
    void close() {
        opened.values().forEach(Descriptors::close);
        opened.clear();
        if (openedFolder != 0) {
            Descriptors.close(openedFolder);
        }
    }

    /** Gives them to the rank, whose pages are there. */
    void give(RankImages images) {
        opened.forEach((number, host) -> Memory.putInt(place(images, number), number.equals(host) ? OWN : host));
        for (int number = STANDARD; number <= highest(images); number++) {
            int meaning = Memory.getInt(place(images, number));
            if (meaning <= JOB_INPUT && meaning >= JOB_ERROR) {
                long facts = symbol(images, "flotilla_descriptor_facts") + number;
                Memory.putByte(facts, (byte) (Memory.getByte(facts) & ~IS_HELD));
            }
        }
        if (folder != null) {
            Memory.putInt(images.mainControl() + ControlBlock.STATE_FOLDER, openedFolder);
        }
    }

    /** Closes those of a rank that is elsewhere now, in the process that it has left. */
    static void leave(RankImages images) {
        eachOwn(images, (number, host) -> Descriptors.close(host));
        for (int number = STANDARD; number <= highest(images); number++) {
            int meaning = Memory.getInt(place(images, number));
            boolean isHeld = (Memory.getByte(symbol(images, "flotilla_descriptor_facts") + number) & IS_HELD) != 0;
            if (meaning <= JOB_INPUT && meaning >= JOB_ERROR && isHeld) {
                Descriptors.close(number);
            }
        }
        int folder = Memory.getInt(images.mainControl() + ControlBlock.STATE_FOLDER);
        if (folder != 0 && Memory.getLong(images.mainControl() + ControlBlock.STATE_FOLDER_NUMBER) >= OWN_STATES) {
            Descriptors.close(folder);
        }
    }

    void encode(DataOutput out) throws IOException {
        out.writeInt(files.size());
        for (OpenFile file : files) {
            file.encode(out);
        }
        out.writeUTF(folder == null ? "" : folder);
    }

    /** Reads what {@link #encode} has written. */
    static OpenFiles decode(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > MOST_FILES) {
            throw new MoveException("a damaged list of files: " + count);
        }
        var files = new ArrayList<OpenFile>();
        for (int i = 0; i < count; i++) {
            OpenFile file = OpenFile.decode(in);
            if (file.number() < 0 || file.number() >= ENTRIES) {
                throw new MoveException("a damaged list of files: number " + file.number());
            }
            files.add(file);
        }
        String folder = in.readUTF();
        return new OpenFiles(files, folder.isEmpty() ? null : folder);
    }
}
