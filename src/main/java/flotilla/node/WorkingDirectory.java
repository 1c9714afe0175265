package flotilla.node;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import flotilla.image.LoadException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** The folder that the ranks start in. It is the process's, so all programs of a job must name the same. */
final class WorkingDirectory {
    static void enter(List<JobOptions.Program> programs) {
        Path folder = programs.getFirst().workingDirectory();
        for (JobOptions.Program program : programs) {
            if (!program.workingDirectory().equals(folder)) {
                throw new LoadException("programs of one job cannot start in different folders yet: " + folder + " and "
                        + program.workingDirectory() + "; use one --wdir");
            }
        }
        if (folder.equals(Path.of("").toAbsolutePath())) {
            return;
        }
        var linker = Linker.nativeLinker();
        var chdir = linker.downcallHandle(linker.defaultLookup().find("chdir").orElseThrow(),
                FunctionDescriptor.of(JAVA_INT, ADDRESS));
        int result;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(folder.toString());
            result = (int) chdir.invokeExact(name);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (result != 0) {
            throw new LoadException("cannot enter the folder " + folder + ": it must exist and be accessible (--wdir)");
        }
    }

    private WorkingDirectory() {}
}
