package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A test program and what its first comment says about it, in lines {@code test: KEY VALUE}:
 *
 * <ul>
 *   <li>{@code ranks 1 2 4}: rank counts to run it with, under MPICH and under Flotilla
 *   <li>{@code flotilla-ranks 33}: rank counts to run it with under Flotilla alone
 *   <li>{@code mpich-only}: Flotilla's own compilers have not what it uses
 *   <li>{@code stealing}: under Flotilla on 2 PEs, and ranks change theirs at each switch
 *   <li>{@code flags ...}: for the compiler; {@code pkg-config NAME...}: the flags that pkg-config says
 *   <li>{@code package NAME...}: Debian packages without which it is left out
 *   <li>{@code environment NAME=VALUE...}: for the ranks
 *   <li>{@code library NAME SOURCE [FLAGS]}: a shared library to build beside it and link with; {@code plugin ...}: one
 *       not to link with. The flag {@code mpi} has it compiled as an MPI program is
 *   <li>{@code arguments ...} (with quotes as a shell's), {@code stdin LINE}, {@code exit STATUS}
 * </ul>
 */
record Guest(Path source, Map<String, List<String>> directives) {
    /** Templates take ten seconds of processor time, and a loaded machine has many things to do at once. */
    private static final Duration COMPILER_LIMIT = Duration.ofMinutes(5);
    /** What has been compiled, by folder. */
    private static final Map<Path, Path> PROGRAMS = new ConcurrentHashMap<>();
    private static final Pattern DIRECTIVE = Pattern.compile("test: ([\\w-]+) ?(.*)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static Guest of(Path source) {
        var directives = new HashMap<String, List<String>>();
        try (Stream<String> lines = Files.lines(source)) {
            lines.limit(30).map(DIRECTIVE::matcher).filter(m -> m.find()).forEach(m ->
                    directives.computeIfAbsent(m.group(1), key -> new ArrayList<>()).add(m.group(2).strip()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return new Guest(source, directives);
    }

    /** All programs below {@code folder} that say how they want to be run. */
    static List<Guest> below(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().matches(".*\\.(c|cxx|f90|f)"))
                    .sorted().map(Guest::of).filter(g -> g.directives.containsKey("ranks")).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    String name() {
        return Installation.GUESTS.relativize(source).toString();
    }

    List<Integer> ranks() {
        return numbers("ranks");
    }

    List<Integer> flotillaRanks() {
        return numbers("flotilla-ranks");
    }

    boolean isMpichOnly() {
        return directives.containsKey("mpich-only");
    }

    boolean isStealingForced() {
        return directives.containsKey("stealing");
    }

    List<String> arguments() {
        return words(String.join(" ", get("arguments")));
    }

    String input() {
        return String.join("", get("stdin").stream().map(line -> line + "\n").toList());
    }

    Map<String, String> environment() {
        var variables = new HashMap<String, String>();
        words(String.join(" ", get("environment"))).forEach(assignment ->
                variables.put(assignment.substring(0, assignment.indexOf('=')), assignment.substring(assignment.indexOf('=') + 1)));
        return variables;
    }

    /** Skips the running test, with the reason, unless all is there that the program needs. */
    void need(Toolchain toolchain) {
        Installation.need(toolchain.toolsFor(name()).toArray(String[]::new));
        words(String.join(" ", get("package"))).forEach(Installation::needPackage);
    }

    int expectedStatus() {
        return get("exit").isEmpty() ? 0 : Integer.parseInt(get("exit").getFirst());
    }

    private List<String> get(String key) {
        return directives.getOrDefault(key, List.of());
    }

    private List<Integer> numbers(String key) {
        return get(key).stream().flatMap(text -> words(text).stream()).map(Integer::valueOf).toList();
    }

    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(m -> m.group(1) != null ? m.group(1) : m.group(2)).toList();
    }

    /** Compiles the program, and its libraries before it, unless these tests have done so already; answers the executable. */
    Path build(Toolchain toolchain, String... extraFlags) {
        return build(toolchain, toolchain.name().toLowerCase(), List.of(), extraFlags);
    }

    /** As {@link #build}, with Flotilla's compilers and an option of theirs, for the libraries too. */
    Path buildPrivatized(String option, String... extraFlags) {
        return build(Toolchain.FLOTILLA, option.replaceAll("\\W", ""), List.of(option), extraFlags);
    }

    private Path build(Toolchain toolchain, String place, List<String> options, String... extraFlags) {
        Path folder = Installation.BUILT.resolve(place + String.join("", extraFlags).replaceAll("[^\\w-]", ""))
                .resolve(name().replace('/', '-').replace('.', '-'));
        return PROGRAMS.computeIfAbsent(folder, missing -> build(toolchain, missing, options, extraFlags));
    }

    private Path build(Toolchain toolchain, Path folder, List<String> options, String... extraFlags) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        var link = new ArrayList<String>();
        for (String library : get("library")) {
            link.addFirst("-l" + buildLibrary(toolchain, folder, words(library), options));
        }
        get("plugin").forEach(plugin -> buildLibrary(toolchain, folder, words(plugin), options));

        Path program = folder.resolve("program");
        var command = new Command(toolchain.compilerFor(source.toString()), "-g", "-O1", "-w", "-o", program.toString())
                .and(options).and(extraFlags)
                .and(Toolchain.extension(source.toString()).startsWith("f") ? List.of("-J", folder.toString()) : List.of())
                .and(source.toString(), "-L" + folder, "-Wl,-rpath," + folder).and(link)
                // Libraries are looked through for what is missing so far, so they stand behind the source.
                .and(words(String.join(" ", get("flags")))).and(packageFlags()).and("-lm");
        compile(command);
        return program;
    }

    private List<String> packageFlags() {
        List<String> names = words(String.join(" ", get("pkg-config")));
        if (names.isEmpty()) {
            return names;
        }
        Installation.need("pkg-config");
        Command.Result result = new Command("pkg-config", "--cflags", "--libs").and(names).run();
        assertThat(result.status()).as(result.toString()).isZero();
        return words(result.output());
    }

    private String buildLibrary(Toolchain toolchain, Path folder, List<String> description, List<String> options) {
        String name = description.getFirst();
        Path file = source.resolveSibling(description.get(1)).normalize();
        List<String> flags = description.subList(2, description.size());
        boolean mpi = flags.contains("mpi") || !options.isEmpty();
        String compiler = mpi ? toolchain.compilerFor(file.toString())
                : switch (Toolchain.extension(file.toString())) {
                    case "c" -> "gcc";
                    case "cxx" -> "g++";
                    default -> "gfortran";
                };
        compile(new Command(compiler, "-g", "-O1", "-w", "-shared", "-fPIC", "-Wl,-soname,lib" + name + ".so",
                "-o", folder.resolve("lib" + name + ".so").toString(), file.toString(), "-L" + folder, "-Wl,-rpath," + folder)
                .and(options).and(flags.stream().filter(flag -> !flag.equals("mpi")).toList()).in(source.getParent()));
        return name;
    }

    private static void compile(Command command) {
        Command.Result result = command.within(COMPILER_LIMIT).run();
        assertThat(result.status()).as(result.toString()).isZero();
    }

    @Override
    public String toString() {
        return name() + " " + Arrays.asList(directives);
    }
}
