package flotilla.refactor;

import flotilla.refactor.fortran.FortranRefactoring;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of {@code flotilla refactor}: from sources to sources in another folder. */
public final class Refactoring {
    private static final long STACK = 512L << 20;

    /** What was asked for. {@code name} and {@code groups} may be null. */
    public record Request(List<Path> sources, Path folder, String name, Path groups, Path mpiHeaders, Path fortranReader,
            List<String> options) {}

    /** What was done: what was written, what is told (one line each), whether everything has moved, and what to compile in this order (any, when empty). */
    public record Result(List<Path> written, List<String> messages, int moved, boolean complete, List<Path> compiled) {}

    private final Request request;

    private Refactoring(Request request) {
        this.request = request;
    }

    /** Syntax trees can be deep, so this runs on a large stack of its own. */
    public static Result run(Request request) {
        var outcome = new Object[1];
        var worker = new Thread(null, () -> {
            try {
                outcome[0] = new Refactoring(request).run();
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
        if (request.sources.stream().allMatch(FortranRefactoring::isFortran)) {
            request.sources.forEach(Refactoring::checkFile);
            return FortranRefactoring.run(request, request.fortranReader);
        }
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
        Path root = root(program);
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
        refuseToOverwrite(program, texts);
        write(texts);
        verify(program, root, clang);
        List<String> messages = new Report(program, decision).lines();
        boolean complete = program.variables.values().stream().noneMatch(variable -> decision.shouldMove(variable) && !decision.moves(variable));
        return new Result(List.copyOf(texts.keySet()), messages, decision.moving().size(), complete, List.of());
    }

    private static void check(Path source) {
        String name = source.toString();
        checkFile(source);
        if (FortranRefactoring.isFortran(source)) {
            throw new RefactorException(name + " is Fortran among sources in C; refactor takes programs in one language. --privatize=pie needs no changes");
        }
        if (name.matches(".*\\.(cc|cpp|cxx|c\\+\\+|C|hpp|hxx|hh)")) {
            throw new RefactorException(name + " is C++, which refactor does not support; use --privatize=pie, which needs no changes");
        }
        if (!name.endsWith(".c") && !name.endsWith(".h")) {
            throw new RefactorException(name + " is not a C source (*.c) or header (*.h); give options for the compiler after --");
        }
    }

    private static void checkFile(Path source) {
        if (Files.isDirectory(source)) {
            throw new RefactorException(source + " is a folder; name the sources in it");
        }
        if (!Files.isReadable(source)) {
            throw new RefactorException(source + (Files.exists(source) ? " can't be read; make it readable" : " not found; name the program's sources"));
        }
    }

    /** The folder that all files have in common, which the folder of the results stands for. */
    private static Path root(Program program) {
        Path root = null;
        for (String path : program.files.keySet()) {
            Path folder = Path.of(path).getParent();
            while (root != null && !folder.startsWith(root)) {
                root = root.getParent();
            }
            root = root == null ? folder : root;
        }
        return root;
    }

    private Path target(Path root, SourceFile file) {
        return request.folder.resolve(root.relativize(Path.of(file.path)).toString());
    }

    private void refuseToOverwrite(Program program, Map<Path, String> texts) {
        for (Path target : texts.keySet()) {
            if (program.files.containsKey(program.canonical(target.toString()))) {
                throw new RefactorException("-o " + request.folder + ": " + target + " is one of the sources; name another folder");
            }
        }
    }

    private void write(Map<Path, String> texts) {
        try {
            for (Map.Entry<Path, String> text : texts.entrySet()) {
                Files.createDirectories(text.getKey().toAbsolutePath().getParent());
                Files.writeString(text.getKey(), text.getValue(), StandardCharsets.ISO_8859_1);
            }
        } catch (IOException unwritable) {
            throw new RefactorException("-o " + request.folder + " can't be written: " + unwritable.getMessage() + "; name a folder that can");
        }
    }

    /** What can't be compiled is not handed over as if it were good. */
    private void verify(Program program, Path root, Clang clang) {
        var wrong = new ArrayList<String>();
        for (Unit unit : program.units) {
            String errors = clang.errorsOf(target(root, unit.source));
            if (!errors.isEmpty()) {
                wrong.add(errors);
            }
        }
        if (!wrong.isEmpty()) {
            throw new RefactorException("the result does not compile: " + wrong.getFirst()
                    + "; this is a limit of refactor: write that place of the source differently, and please report it");
        }
    }
}
