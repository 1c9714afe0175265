package flotilla.cli;

import flotilla.elf.Variables;
import flotilla.elf.Variables.Variable;
import flotilla.image.Choice;
import flotilla.image.LoadException;
import flotilla.image.LoadOptions;
import flotilla.image.PreparedProgram;
import flotilla.image.Privatization;
import flotilla.image.ProgramReport;
import flotilla.image.Traits;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code flotilla methods}: the methods of privatization side by side, from what each says of itself; with {@code --explain} what
 * each would do with a program.
 */
@Command(
        name = "methods",
        description = "Compares the methods of giving ranks private variables (flotilla run --privatize=METHOD).",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class MethodsCommand implements Callable<Integer> {
    private static final long SLOT_SIZE = 64L << 30;
    private static final int METHODS_IN_A_ROW = 4;
    private static final int LABEL_WIDTH = 19;
    private static final int CELL_WIDTH = 24;
    private static final int MOST_NAMED = 40;

    private static final Map<String, Function<Traits, Object>> ROWS = rows();

    @Option(names = "--explain", paramLabel = "PROGRAM", description = "Says which methods can run a program, which one is chosen, and which "
            + "variables its ranks would share.")
    private String program;

    private static Map<String, Function<Traits, Object>> rows() {
        var rows = new LinkedHashMap<String, Function<Traits, Object>>();
        rows.put("automation", Traits::automation);
        rows.put("needs", Traits::portability);
        rows.put("static variables", Traits::statics);
        rows.put("Fortran", Traits::fortran);
        rows.put("C++ objects", Traits::cxx);
        rows.put("shared objects", Traits::sharedObjects);
        rows.put("several PEs", Traits::severalPes);
        rows.put("ranks per process", Traits::ranksPerProcess);
        rows.put("migration", Traits::migration);
        rows.put("recompiling", Traits::recompiling);
        rows.put("compiler", Traits::compiler);
        return rows;
    }

    @Override
    public Integer call() {
        if (program == null) {
            compare(System.out);
            return 0;
        }
        return explain(Programs.find(program, Path.of("").toAbsolutePath(), System.getenv("PATH")), System.out) ? 0 : 1;
    }

    private static void compare(PrintStream out) {
        List<Privatization> methods = Privatization.all();
        for (int i = 0; i < methods.size(); i += METHODS_IN_A_ROW) {
            List<Privatization> part = methods.subList(i, Math.min(i + METHODS_IN_A_ROW, methods.size()));
            row(out, "", part, Privatization::name);
            ROWS.forEach((label, cell) -> row(out, label, part, method -> cell.apply(method.traits()).toString()));
            out.println();
        }
        methods.forEach(method -> out.printf("%-9s %s%n", method.name(), method.summary()));
    }

    private static void row(PrintStream out, String label, List<Privatization> methods, Function<Privatization, String> cell) {
        List<List<String>> cells = methods.stream().map(method -> lines(cell.apply(method))).toList();
        int height = cells.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < height; i++) {
            var line = new StringBuilder(i == 0 ? label : "");
            for (int column = 0; column < cells.size(); column++) {
                line.append(" ".repeat(LABEL_WIDTH + column * CELL_WIDTH - line.length()));
                line.append(i < cells.get(column).size() ? cells.get(column).get(i) : "");
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** Broken at blanks, so that a blank follows in the cell; a word that is too long stands alone. */
    private static List<String> lines(String text) {
        var lines = new ArrayList<String>();
        for (String word : text.split(" ")) {
            if (lines.isEmpty() || lines.getLast().length() + 1 + word.length() >= CELL_WIDTH) {
                lines.add(word);
            } else {
                lines.add(lines.removeLast() + " " + word);
            }
        }
        return lines;
    }

    /** Answers whether any method can run it. */
    private static boolean explain(Path program, PrintStream out) {
        out.println(program);
        Choice choice = Choice.of(List.of(program));
        ProgramReport report = null;
        for (Privatization method : Privatization.all()) {
            String verdict;
            try (PreparedProgram prepared = method.prepare(program,
                    LoadOptions.of(Installation.guestLibraries(), SLOT_SIZE))) {
                report = prepared.report();
                verdict = "can run it" + (method.name().equals(choice.method().name()) ? "; chosen by default: " + choice.reason() : "");
            } catch (LoadException e) {
                verdict = "cannot: " + e.getMessage();
            }
            out.printf("  %-9s %s%n", method.name(), verdict);
        }
        if (report != null) {
            out.println();
            variables(report, out);
        }
        return report != null;
    }

    private static void variables(ProgramReport report, PrintStream out) {
        List<Variable> shared = report.images().stream().flatMap(image -> Variables.of(image, image.path()).all().stream()).toList();
        List<Variable> tagged = report.images().stream().flatMap(image -> Variables.threadLocals(image, image.path()).stream()).toList();
        if (shared.isEmpty()) {
            out.println("It has no variables that ranks could share by mistake.");
        } else {
            out.printf("Variables that ranks share with none and, since they are not tagged as thread-local, with tls (%d):%n", shared.size());
            list(shared, out);
        }
        if (!tagged.isEmpty()) {
            out.printf("Thread-local variables, private with every method (%d):%n", tagged.size());
            list(tagged, out);
        }
    }

    private static void list(List<Variable> variables, PrintStream out) {
        variables.stream().sorted(Comparator.comparingLong((Variable variable) -> variable.symbol().size()).reversed()).limit(MOST_NAMED).forEach(variable ->
                out.printf("  %,12d bytes  %s%s%n", variable.symbol().size(), variable.name(), variable.symbol().isLocal() ? " (static)" : ""));
        if (variables.size() > MOST_NAMED) {
            out.printf("  and %d smaller ones%n", variables.size() - MOST_NAMED);
        }
    }
}
