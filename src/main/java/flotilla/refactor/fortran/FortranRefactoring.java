package flotilla.refactor.fortran;

import flotilla.refactor.RefactorException;
import flotilla.refactor.Refactoring;
import flotilla.refactor.Results;
import flotilla.refactor.Sources;
import flotilla.refactor.fortran.Facts.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of {@code flotilla refactor} on a Fortran program. */
public final class FortranRefactoring {
    private final Refactoring.Request request;
    private final FortranReader reader;
    private final Map<Path, String> texts = new LinkedHashMap<>();
    /** What is compiled, in this order. */
    private final List<Path> compiled = new ArrayList<>();

    private FortranRefactoring(Refactoring.Request request, Path command) {
        this.request = request;
        reader = new FortranReader(command, request.mpiHeaders(), request.options());
    }

    /** {@code command}: the reader. */
    public static Refactoring.Result run(Refactoring.Request request, Path command) {
        return Refactoring.onLargeStack(() -> new FortranRefactoring(request, command).run());
    }

    private Refactoring.Result run() {
        request.sources().forEach(Sources::check);
        if (request.groups() != null) {
            throw new RefactorException("--groups is for C; a Fortran program's structures are its modules and COMMON blocks");
        }
        FortranReader.Answer answer = reader.read(request.sources());
        if (!answer.errors().isEmpty()) {
            throw new RefactorException("the program is not good Fortran for LLVM's front end: " + answer.errors()
                    + "; options for it stand after --, as in -- -Iinclude -fopenmp");
        }
        var facts = new Facts(answer.facts());
        var decision = new Decision(facts);
        String main = decision.main.key.isEmpty() || decision.main.nameEnd < 0
                ? decision.main.file.path.getFileName().toString().replaceFirst("\\.\\w+$", "") : decision.main.name();
        var layout = new Layout(decision, (request.name() == null ? main : request.name()).replaceAll("\\W", "_"));
        var generated = new Generated(decision, layout);
        var rewriter = new Rewriter(decision, layout, generated);
        boolean any = !decision.moving().isEmpty();
        if (any) {
            rewriter.rewrite();
        }
        place(facts, decision, layout, generated, rewriter, any);
        Results.write(request.folder(), texts, target -> isSource(facts, target.toAbsolutePath().normalize()));
        verify();
        boolean complete = decision.variables.values().stream().allMatch(Variable::moves);
        return new Refactoring.Result(List.copyOf(texts.keySet()), report(decision), moved(decision), complete, compiled);
    }

    /** Each member of a COMMON block counts once, however many units declare it. */
    private static int moved(Decision decision) {
        return (int) decision.moving().stream().map(v -> v.part.type + "%" + v.component).distinct().count();
    }

    private static List<String> report(Decision decision) {
        var lines = new ArrayList<String>();
        decision.threadprivate.forEach(symbol -> lines.add(symbol.at().shown() + ": note: " + symbol.key().substring(1).replace('/', '.')
                + " is threadprivate: it is each rank's own as it is"));
        decision.variables.values().stream().filter(v -> !v.moves()).forEach(v -> lines.add(v.place() + ": " + v.shown() + " is left alone: " + v.obstacle()));
        decision.needing().stream().filter(decision::isFixed).forEach(host -> lines.add(host.place().shown() + ": note: " + host.name()
                + " keeps its parameters, as " + decision.whyFixed(host) + "; it takes the variables from a thread-local pointer"));
        return lines;
    }

    // ---- Files ----

    private void place(Facts facts, Decision decision, Layout layout, Generated generated, Rewriter rewriter, boolean any) {
        Path root = Sources.root(facts.sources.stream().map(source -> source.path).toList());
        if (any && !layout.blocks.isEmpty()) {
            add(request.folder().resolve(layout.blockModule() + ".f90"), freeForm(generated.blockModule()), true);
        }
        List<Path> last = new ArrayList<>();
        for (SourceText file : facts.sources) {
            Path target = request.folder().resolve(root.relativize(file.path).toString());
            List<Unit> units = facts.units.stream().filter(u -> u.parent == null && u.file == file).sorted(Comparator.comparingInt(u -> u.end)).toList();
            boolean modules = units.stream().anyMatch(FortranRefactoring::isModule);
            boolean others = units.stream().anyMatch(u -> !isModule(u));
            boolean splits = any && modules && units.stream().anyMatch(u -> !isModule(u) && decision.needs(u));
            if (splits) {
                String name = target.getFileName().toString();
                int dot = name.lastIndexOf('.');
                add(target.resolveSibling(name.substring(0, dot) + "_modules" + name.substring(dot)), text(rewriter, file, units, true), true);
                texts.put(target, text(rewriter, file, units, false));
                last.add(target);
            } else {
                texts.put(target, rewriter.changesOf(file).changed(0, file.text.length()));
                (others && !modules ? last : compiled).add(target);
            }
        }
        if (any) {
            add(request.folder().resolve(layout.topModule() + ".f90"), freeForm(generated.topModule()), true);
        }
        compiled.addAll(last);
        for (SourceText file : facts.files) {
            if (!facts.sources.contains(file) && facts.isOwn(file) && file.path.startsWith(root)) {
                add(request.folder().resolve(root.relativize(file.path).toString()), rewriter.changesOf(file).changed(0, file.text.length()), false);
            }
        }
        if (any && layout.needsCurrent()) {
            add(request.folder().resolve(layout.keeper() + ".c"), generated.keeper(), true);
        }
    }

    private static boolean isModule(Unit unit) {
        return unit.is("module") || unit.is("submodule");
    }

    private void add(Path file, String text, boolean isCompiled) {
        texts.put(file, text);
        if (isCompiled) {
            compiled.add(file);
        }
    }

    private static String freeForm(String text) {
        var result = new StringBuilder();
        text.lines().forEach(line -> result.append(Changes.wrap(line, false)).append('\n'));
        return result.toString();
    }

    /** The modules of a source, or all else in it. What stands before a unit goes with it. */
    private static String text(Rewriter rewriter, SourceText file, List<Unit> units, boolean modules) {
        var text = new StringBuilder();
        int from = 0;
        for (int i = 0; i < units.size(); i++) {
            int to = i + 1 < units.size() ? file.nextLine(units.get(i).endEnd - 1) : file.text.length();
            if (isModule(units.get(i)) == modules) {
                text.append(rewriter.changesOf(file).changed(from, to));
            }
            from = to;
        }
        return text.toString().replaceFirst("^\\n+", "");
    }

    private static boolean isSource(Facts facts, Path target) {
        return facts.files.stream().anyMatch(file -> file.path.equals(target) || Files.exists(target) && isSame(file.path, target));
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException gone) {
            return false;
        }
    }

    private void verify() {
        FortranReader.Answer answer = reader.read(compiled.stream().filter(Sources::isFortran).toList());
        if (!answer.errors().isEmpty()) {
            throw Results.doesNotCompile(answer.errors());
        }
    }
}
