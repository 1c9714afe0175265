package flotilla.refactor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One run of {@code flotilla refactor} on a C program: from sources to sources in another folder. */
public final class Refactoring {
    private static final long STACK = 512L << 20;

    /** What was asked for. {@code name} and {@code groups} may be null. */
    public record Request(List<Path> sources, Path folder, String name, Path groups, Path mpiHeaders, List<String> options) {}

    /** What was done: what was written, what is told (one line each), whether everything has moved, and what to compile in this order (any, when empty). */
    public record Result(List<Path> written, List<String> messages, int moved, boolean complete, List<Path> compiled) {}

    private final Request request;

    private Refactoring(Request request) {
        this.request = request;
    }

    public static Result run(Request request) {
        return onLargeStack(() -> new Refactoring(request).run());
    }

    /** Runs what may be nested as deeply as a program is. */
    public static Result onLargeStack(Supplier<Result> refactoring) {
        var outcome = new Object[1];
        var worker = new Thread(null, () -> {
            try {
                outcome[0] = refactoring.get();
            } catch (RuntimeException | StackOverflowError failure) {
                outcome[0] = failure;
            }
        }, "refactor", STACK);
        worker.start();
        try {
            worker.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RefactorException("interrupted");
        }
        return switch (outcome[0]) {
            case RuntimeException failure -> throw failure;
            case StackOverflowError tooDeep -> throw new RefactorException("an expression is nested too deeply; split it");
            default -> (Result) outcome[0];
        };
    }

    private Result run() {
        request.sources.forEach(Refactoring::check);
        var clang = new Clang(request.mpiHeaders, request.options);
        var program = new Program(clang, request.sources);
        if (program.units.isEmpty()) {
            throw new RefactorException("only headers are given; name the program's sources (*.c), too");
        }
        var names = new Collector.Names();
        program.units.forEach(unit -> new Collector(program, unit, names).collect());
        program.units.forEach(unit -> new HiddenUses(program, unit, names).collect());
        var decision = new Decision(program, names);
        Grouping grouping = request.groups == null ? Grouping.NONE : Grouping.read(request.groups);
        Path root = Sources.root(program.files.keySet().stream().map(Path::of).toList());
        Map<Path, String> texts = new LinkedHashMap<>();
        boolean any = !decision.moving().isEmpty();
        if (any) {
            var layout = new Layout(program, decision, request.name, grouping);
            var generated = new Generated(program, decision, layout, root);
            var rewriter = new Rewriter(program, decision, layout);
            generated.commentsFrom(rewriter);
            rewriter.rewrite(generated).forEach((file, text) -> texts.put(target(root, file), text));
            texts.put(request.folder.resolve(layout.header), generated.header(rewriter));
        } else {
            program.files.values().forEach(file -> texts.put(target(root, file), file.text));
        }
        Results.write(request.folder, texts, target -> program.files.containsKey(program.canonical(target.toString())));
        verify(program, root, clang);
        List<String> messages = new Report(program, decision).lines();
        boolean complete = program.variables.values().stream().noneMatch(variable -> decision.shouldMove(variable) && !decision.moves(variable));
        return new Result(List.copyOf(texts.keySet()), messages, decision.moving().size(), complete, List.of());
    }

    private static void check(Path source) {
        String name = source.toString();
        Sources.check(source);
        if (Sources.isFortran(source)) {
            throw new RefactorException(name + " is Fortran among sources in C; refactor takes programs in one language. --privatize=pie needs no changes");
        }
        if (name.matches(".*\\.(cc|cpp|cxx|c\\+\\+|C|hpp|hxx|hh)")) {
            throw new RefactorException(name + " is C++, which refactor does not support; use --privatize=pie, which needs no changes");
        }
        if (!name.endsWith(".c") && !name.endsWith(".h")) {
            throw new RefactorException(name + " is not a C source (*.c) or header (*.h); give options for the compiler after --");
        }
    }

    private Path target(Path root, SourceFile file) {
        return request.folder.resolve(root.relativize(Path.of(file.path)).toString());
    }

    private void verify(Program program, Path root, Clang clang) {
        var wrong = new ArrayList<String>();
        for (Unit unit : program.units) {
            String errors = clang.errorsOf(target(root, unit.source));
            if (!errors.isEmpty()) {
                wrong.add(errors);
            }
        }
        if (!wrong.isEmpty()) {
            throw Results.doesNotCompile(wrong.getFirst());
        }
    }
}
