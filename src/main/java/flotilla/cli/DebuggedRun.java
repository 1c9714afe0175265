package flotilla.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code flotilla run --gdb}: the same command once more, inside gdb. gdb takes the place of this process (execv(3)), so
 * that terminal, signals and exit status are its own affair.
 */
final class DebuggedRun {
    /** Set for the command that runs inside. */
    private static final String INSIDE = "flotilla.insideGdb";
    private static final int SIG_SETMASK = 2;
    /** sizeof (sigset_t) of glibc. */
    private static final int SIGNAL_SET_BYTES = 128;

    static boolean isInside() {
        return Boolean.getBoolean(INSIDE);
    }

    /**
     * Becomes gdb; returns only by an exception.
     *
     * @param options gdb's, as in a shell's command line
     */
    static void begin(String options) throws IOException {
        Path scripts = Installation.gdbScripts();
        if (!hasGdb()) {
            throw new BadInputException("--gdb: gdb is not on PATH; install it (apt install gdb)");
        }
        // A shell, for the quotes in the options.
        List<String> arguments = new ArrayList<>(List.of("sh", "-c",
                "exec gdb -q -return-child-result -iex \"add-auto-load-safe-path $0\" -x \"$0/run.py\" " + options
                        + " --args \"$@\"", scripts.toString()));
        List<String> own = ownArguments();
        arguments.add(own.getFirst());
        arguments.add("-D" + INSIDE + "=true");
        arguments.addAll(own.subList(1, own.size()));
        execute("/bin/sh", arguments);
        throw new BadInputException("--gdb: cannot execute /bin/sh");
    }

    private static boolean hasGdb() {
        String path = System.getenv("PATH");
        return path != null && Arrays.stream(path.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, "gdb")));
    }

    /** The command line of this JVM (proc(5)). */
    private static List<String> ownArguments() throws IOException {
        String text = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.ISO_8859_1);
        return List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    private static void execute(String file, List<String> arguments) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(ADDRESS, arguments.size() + 1L);
            for (int i = 0; i < arguments.size(); i++) {
                vector.setAtIndex(ADDRESS, i, arena.allocateFrom(arguments.get(i), StandardCharsets.ISO_8859_1));
            }
            // The JVM blocks a signal or two, and what is blocked stays so.
            int ignored = (int) linker.downcallHandle(linker.defaultLookup().find("sigprocmask").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS))
                    .invokeExact(SIG_SETMASK, arena.allocate(SIGNAL_SET_BYTES), MemorySegment.NULL);
            ignored = (int) linker.downcallHandle(linker.defaultLookup().find("execv").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)).invokeExact(arena.allocateFrom(file), vector);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private DebuggedRun() {}
}
