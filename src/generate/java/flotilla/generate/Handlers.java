package flotilla.generate;

import flotilla.generate.FunctionTable.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which functions have a handler: a static method of that name in the class of their section. */
final class Handlers {
    private static final Pattern METHOD = Pattern.compile("public static int (\\w+)\\(");

    private final Map<String, Set<String>> methods = new HashMap<>();

    Handlers(Path calls) throws IOException {
        if (!Files.isDirectory(calls)) {
            return;
        }
        try (var files = Files.list(calls)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith("Calls.java")) {
                    methods.put(name.substring(0, name.length() - ".java".length()),
                            METHOD.matcher(Files.readString(file)).results().map(r -> r.group(1)).collect(Collectors.toSet()));
                }
            }
        }
    }

    boolean exist(Function function) {
        return function.isHost() && methods.getOrDefault(function.handlerClass(), Set.of()).contains(function.handlerName());
    }

    List<String> missing(List<Function> functions) {
        return functions.stream().filter(f -> f.isHost() && !exist(f)).map(Function::name).toList();
    }
}
