package flotilla.cli;

import flotilla.image.LoadOptions;
import flotilla.image.PreparedProgram;
import flotilla.image.Privatization;
import flotilla.image.ProgramReport;
import flotilla.node.UnansweredFunctions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code flotilla doctor}: says before a run what the loader will do with a program and what will not work. Exit status
 * 0 when nothing is missing, 1 when something is, 2 when the program can't be loaded at all.
 */
@Command(
        name = "doctor",
        description = "Lists, without running it, what a program needs and what will not work.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DoctorCommand implements Callable<Integer> {
    /** Address space that a slot is assumed to have while a program is only looked at. */
    private static final long SLOT_SIZE = 64L << 30;

    @Parameters(paramLabel = "PROGRAM", arity = "1..*", description = "Executables to look at.")
    private List<String> programs;

    @Option(names = "--privatize", paramLabel = "METHOD", description = "Method to look at it with: pie (default), none, tls or swap.")
    private String privatize = "pie";

    @Override
    public Integer call() {
        Privatization method = Privatization.named(privatize);
        boolean complete = true;
        for (String name : programs) {
            Path program = Programs.find(name, Path.of("").toAbsolutePath(), System.getenv("PATH"));
            PreparedProgram prepared = method.prepare(
                    program, new LoadOptions(Installation.guestLibraries(), SLOT_SIZE, 0, 0, System.getenv()));
            complete &= print(prepared, method.name());
        }
        return complete ? 0 : 1;
    }

    private static boolean print(PreparedProgram prepared, String method) {
        ProgramReport report = prepared.report();
        var out = System.out;
        out.println(report.program());
        line("MPI ABI", report.face());
        line("privatization", method);
        lines("private libraries", report.privateLibraries().stream().map(l -> l.name() + "  " + l.path()).toList());
        lines("shared with the host", report.hostLibraries());
        lines("answered by Flotilla", report.replacedLibraries());
        lines("MPI functions used", wrapped(report.mpiFunctions()));
        line("thread-local storage", report.fsBase()
                ? "needs its own FS base (" + report.fsBaseReason() + "): calls into libc cost a little more"
                : "none that needs a thread pointer of its own");
        lines("shared variables of the host's libc", report.hostData());
        List<String> missing = UnansweredFunctions.of(report);
        lines("MPI functions missing", missing);
        lines("other functions missing", report.missingFunctions());
        lines("warnings", Stream.concat(report.warnings().stream(), report.notices().stream()).toList());
        boolean complete = missing.isEmpty() && report.missingFunctions().isEmpty();
        out.println(complete
                ? "  Everything this program calls is there."
                : "  A call to a missing function ends the job there, by name; the rest runs.");
        return complete;
    }

    private static void line(String label, String value) {
        System.out.printf("  %-22s %s%n", label, value);
    }

    private static void lines(String label, List<String> values) {
        if (values.isEmpty()) {
            return;
        }
        line(label, values.getFirst());
        values.stream().skip(1).forEach(value -> line("", value));
    }

    /** Names joined into lines of at most 90 characters. */
    private static List<String> wrapped(List<String> names) {
        var lines = new ArrayList<String>();
        var current = new StringBuilder();
        for (String name : names) {
            if (!current.isEmpty() && current.length() + name.length() + 1 > 90) {
                lines.add(current.toString());
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(name);
        }
        if (!current.isEmpty()) {
            lines.add(current.toString());
        }
        return lines;
    }
}
