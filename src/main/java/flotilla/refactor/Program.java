package flotilla.refactor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All that is known of the program. */
final class Program {
    final List<Unit> units = new ArrayList<>();
    /** The program's own files: the sources, and the headers that are given or lie in a source's folder. */
    final Map<String, SourceFile> files = new LinkedHashMap<>();
    final Map<String, Variable> variables = new LinkedHashMap<>();
    final Map<String, Function> functions = new LinkedHashMap<>();
    /** The directive by which the program includes each header of others; empty where there is none. */
    final Map<String, String> directives = new HashMap<>();
    private final Map<String, String> paths = new HashMap<>();
    private final Set<String> given = new LinkedHashSet<>();
    private final Set<Path> folders = new LinkedHashSet<>();
    private final Clang clang;

    Program(Clang clang, List<Path> sources) {
        this.clang = clang;
        for (Path source : sources) {
            given.add(canonical(source.toString()));
            folders.add(Path.of(canonical(source.toString())).getParent());
        }
        // What the program's own files are is known before any of them is looked into.
        var trees = new LinkedHashMap<String, Clang.Answer<Node>>();
        for (String source : given) {
            if (!isHeader(source)) {
                trees.put(source, tree(source));
            }
        }
        trees.values().forEach(answer -> adopt(answer.errors()));
        trees.forEach((source, answer) -> {
            Map<String, String> includes = includes(answer.errors());
            var reader = new TokenReader(this::canonical, this::ownFile);
            List<SeenToken> tokens = clang.tokens(Path.of(source), stream ->
                    reader.read(new BufferedReader(new InputStreamReader(stream, StandardCharsets.ISO_8859_1))));
            units.add(new Unit(units.size(), ownFile(source), answer.output(), tokens, includes));
        });
    }

    static boolean isHeader(String path) {
        return path.endsWith(".h");
    }

    private Clang.Answer<Node> tree(String source) {
        Clang.Answer<Node> answer = clang.syntaxTree(Path.of(source), stream ->
                AstReader.read(new InputStreamReader(stream, StandardCharsets.UTF_8), this::canonical));
        if (answer.status() != 0) {
            String errors = answer.errors().lines().filter(line -> !line.matches("\\.+ .*")).collect(Collectors.joining("\n"));
            throw new RefactorException("clang can't compile it: " + Clang.firstError(errors) + "; options for it stand after --, as in -- -Iinclude -DN=3");
        }
        return answer;
    }

    /** Reads the tree of headers that {@code -H} prints: each with the one that includes it, or "". */
    private Map<String, String> headers(String printed) {
        var headers = new LinkedHashMap<String, String>();
        var chain = new ArrayList<String>();
        for (String line : printed.lines().filter(line -> line.matches("\\.+ .*")).toList()) {
            int depth = line.indexOf(' ');
            String path = canonical(line.substring(depth + 1));
            while (chain.size() >= depth) {
                chain.removeLast();
            }
            headers.putIfAbsent(path, chain.isEmpty() ? "" : chain.getLast());
            chain.add(path);
        }
        return headers;
    }

    /** What a file of the program includes by its place relative to itself is the program's own, too: it would not be found from elsewhere. */
    private void adopt(String printed) {
        headers(printed).forEach((path, includer) -> {
            for (String own : includer.isEmpty() ? List.copyOf(given) : List.of(includer)) {
                SourceFile file = ownFile(own);
                if (file != null && file.includesBeside(path)) {
                    given.add(path);
                }
            }
        });
    }

    private Map<String, String> includes(String printed) {
        var includes = headers(printed);
        includes.keySet().removeIf(path -> ownFile(path) != null);
        includes.replaceAll((path, includer) -> ownFile(includer) != null ? "" : includer);
        return includes;
    }

    String canonical(String path) {
        return paths.computeIfAbsent(path, name -> {
            if (name.startsWith("<")) {
                return name;
            }
            try {
                return Path.of(name).toRealPath().toString();
            } catch (IOException absent) {
                return Path.of(name).toAbsolutePath().normalize().toString();
            }
        });
    }

    /** The program's own file of this name, or null. */
    SourceFile ownFile(String path) {
        SourceFile known = files.get(path);
        if (known != null || path.isEmpty() || path.startsWith("<")) {
            return known;
        }
        boolean own = given.contains(path) || folders.stream().anyMatch(folder -> Path.of(path).startsWith(folder));
        if (!own || !Files.isRegularFile(Path.of(path))) {
            return null;
        }
        try {
            var file = new SourceFile(path, Files.readString(Path.of(path), StandardCharsets.ISO_8859_1));
            files.put(path, file);
            return file;
        } catch (IOException unreadable) {
            throw new RefactorException(path + " can't be read: " + unreadable.getMessage() + "; make it readable");
        }
    }

    /** {@code file:line} of a place in the program's own text, or of the file alone. */
    String name(Place at) {
        SourceFile file = ownFile(at.expandedFile());
        return file == null ? at.expandedFile() : shown(file.path) + ":" + file.line(at.expandedOffset());
    }

    static String shown(String path) {
        Path here = Path.of("").toAbsolutePath();
        return Path.of(path).startsWith(here) ? here.relativize(Path.of(path)).toString() : path;
    }

    boolean uses(String word) {
        return files.values().stream().anyMatch(file -> file.words.contains(word));
    }
}
