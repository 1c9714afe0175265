package flotilla.node;

import flotilla.abi.ControlBlock;
import flotilla.image.LoadException;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import flotilla.trap.Guest;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/**
 * The folders that ranks start in. That of the first program is the process's; ranks of a program that starts elsewhere
 * begin with a working directory of their own, as if they had called chdir.
 */
final class WorkingDirectory {
    private static final int O_PATH = 010000000;
    private static final int O_DIRECTORY = 0200000;
    private static final int O_CLOEXEC = 02000000;

    /** A program's descriptor of its folder, or 0 for the process's. */
    private final int[] descriptors;

    private WorkingDirectory(int[] descriptors) {
        this.descriptors = descriptors;
    }

    /** Enters the first program's folder and opens the others'. */
    static WorkingDirectory enter(List<JobOptions.Program> programs, int pes) {
        Path first = programs.getFirst().workingDirectory();
        if (!first.equals(Path.of("").toAbsolutePath())) {
            check(first, call("chdir", first, 0));
        }
        int[] descriptors = new int[programs.size()];
        for (int i = 0; i < descriptors.length; i++) {
            Path folder = programs.get(i).workingDirectory();
            if (!folder.equals(first)) {
                descriptors[i] = call("open", folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
                check(folder, descriptors[i]);
                if (pes > 1 && !Guest.canOwnFolder()) {
                    throw new LoadException("programs of this job start in different folders (" + first + ", " + folder
                            + "), for which this system must allow unshare(CLONE_FS); use --pes 1 or one --wdir");
                }
            }
        }
        return new WorkingDirectory(descriptors);
    }

    /** Gives a rank that has not run yet the folder of its program. */
    void give(long control, int program) {
        if (descriptors[program] != 0) {
            Memory.putInt(control + ControlBlock.STATE_FOLDER, descriptors[program]);
            // Numbers that ranks make for themselves are 2^32 at least.
            Memory.putLong(control + ControlBlock.STATE_FOLDER_NUMBER, program + 1L);
            Memory.putLong(control + ControlBlock.STATE, program + 1L);
        }
    }

    private static void check(Path folder, int result) {
        if (result < 0) {
            throw new LoadException("cannot enter the folder " + folder + ": it must exist and be accessible (--wdir)");
        }
    }

    private static int call(String function, Path path, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            return (int) NativeFunction.ofLibc(function).call(arena.allocateFrom(path.toString()).address(), flags);
        }
    }
}
