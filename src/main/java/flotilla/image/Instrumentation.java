package flotilla.image;

import flotilla.elf.Symbol;
import java.util.List;
import java.util.Map;

/**
 * What a compiler's instrumentation asks of a process that a rank is not: the checkers that keep a shadow of the whole
 * address space, of which there can be one in a process, and gprof's profile, which libc keeps for the process. UBSan,
 * gcov and profile-guided optimization ask for nothing of the kind.
 */
final class Instrumentation {
    /** The checker by the function that each program built with it defines or refers to. */
    private static final Map<String, Checker> CHECKERS = Map.of(
            "__asan_init", new Checker("AddressSanitizer", "-fsanitize=address"),
            "__hwasan_init", new Checker("HWAddressSanitizer", "-fsanitize=hwaddress"),
            "__tsan_init", new Checker("ThreadSanitizer", "-fsanitize=thread"),
            "__msan_init", new Checker("MemorySanitizer", "-fsanitize=memory"),
            "__lsan_init", new Checker("LeakSanitizer", "-fsanitize=leak"));
    /** What -pg puts into a program's start-up code. */
    private static final String GPROF = "__monstartup";

    private record Checker(String name, String flag) {}

    /** @throws LoadException when ranks cannot run an image because of the checker that it was built with */
    static void check(String program, Image image) {
        Checker checker = null;
        for (Symbol symbol : image.file.symbols().all()) {
            if (checker == null && (symbol.isDefined() || !symbol.isWeak())) {
                checker = CHECKERS.get(symbol.name());
            }
        }
        if (checker != null) {
            throw new LoadException(program + ": " + (image.name.equals(program) ? "is" : "needs " + image.shortName() + ", which is")
                    + " built with " + checker.name + ", which can watch a process but not its ranks; compile without "
                    + checker.flag + ", or run this program under MPICH's mpiexec (docs/profiling.md says which checkers work)");
        }
    }

    /** What the person who compiled the program will miss: a line for each. */
    static List<String> notices(Image program) {
        boolean profiled = program.file.symbols().all().stream().anyMatch(symbol -> symbol.name().equals(GPROF));
        return profiled ? List.of(program.shortName() + " is compiled with -pg, but ranks write no gmon.out for gprof; "
                + "use perf instead, and compile without -pg (see docs/profiling.md)") : List.of();
    }

    private Instrumentation() {}
}
