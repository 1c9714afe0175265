package flotilla.cli;

import flotilla.refactor.Refactoring;
import flotilla.refactor.Sources;
import flotilla.refactor.fortran.FortranRefactoring;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code flotilla refactor}: exit status 0 when every variable has moved, 1 when some had to be left where they are. */
@Command(
        name = "refactor",
        description = "Moves the global and static variables of a program in C or Fortran into structures, so that it runs with --privatize=none.",
        customSynopsis = "flotilla refactor [OPTIONS] SOURCE... -o DIR [-- COMPILER OPTIONS]",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class RefactorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SOURCE", arity = "0..*", description = "All sources of the program, and headers that lie in other folders than these.")
    private List<String> words = new ArrayList<>();

    @Option(names = {"-o", "--output"}, paramLabel = "DIR", description = "The folder for the new sources.")
    private Path folder;

    @Option(names = "--name", paramLabel = "NAME", description = "The structure will be struct NAME_globals (default: the name of the source with main).")
    private String name;

    @Option(names = "--groups", paramLabel = "FILE", description = "Lines GROUP: VARIABLE...: a structure for each group.")
    private Path groups;

    @Override
    public Integer call() {
        List<String> typed = spec.commandLine().getParseResult().originalArgs();
        int separator = typed.indexOf("--");
        int options = separator < 0 ? 0 : typed.size() - separator - 1;
        List<String> sources = words.subList(0, words.size() - options);
        List<String> compilerOptions = words.subList(words.size() - options, words.size());
        if (sources.isEmpty()) {
            throw new BadInputException("refactor: no source; name all sources of the program");
        }
        if (folder == null) {
            throw new BadInputException("refactor: no folder for the results; name one with -o DIR");
        }
        if (name != null && !name.matches("[A-Za-z_]\\w*")) {
            throw new BadInputException("--name " + name + ": not a name in C and Fortran; use letters, digits and _");
        }
        var request = new Refactoring.Request(sources.stream().map(Path::of).toList(), folder, name, groups,
                Installation.home().resolve("target/generated/include"), compilerOptions);
        Refactoring.Result result = request.sources().stream().allMatch(Sources::isFortran)
                ? FortranRefactoring.run(request, Installation.home().resolve("libexec/fortran-reader")) : Refactoring.run(request);
        result.messages().forEach(line -> System.err.println("flotilla: " + line));
        System.out.println(result.moved() + (result.moved() == 1 ? " variable" : " variables") + " moved; " + folder + " has "
                + result.written().size() + (result.written().size() == 1 ? " file" : " files"));
        if (!result.compiled().isEmpty()) {
            System.out.println("compile in this order: " + result.compiled().stream().map(Path::toString).collect(Collectors.joining(" ")));
        }
        return result.complete() ? 0 : 1;
    }
}
