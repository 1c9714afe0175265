package flotilla.cli;

import flotilla.bench.BenchException;
import flotilla.image.LoadException;
import flotilla.memory.AddressSpaceException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code flotilla} command. */
@Command(
        name = "flotilla",
        description = "Runs MPI programs as virtual ranks.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = RunCommand.class,
        footer = {
            "",
            "Compilers: flotilla cc, flotilla c++ and flotilla fort take the arguments of the system's compilers;",
            "  for build systems, bin/ also holds mpicc, mpicxx, mpifort, mpiexec and mpirun."
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /** Runs one command and answers its exit status. */
    static int execute(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals("mpiexec")) {
            // Not picocli's: mpiexec has long options with one dash, and options that are local to a program.
            return reportingBadInput(() -> Mpiexec.run(Arrays.asList(arguments).subList(1, arguments.length)));
        }
        return commandLine(arguments).execute(arguments);
    }

    /** What understands these arguments. */
    static CommandLine commandLine(String... arguments) {
        var command = new CommandLine(new Main());
        if (arguments.length == 0 || !arguments[0].equals("run")) {
            // Reflection finds out each command's options, and a job's start need not wait for those of the others.
            command.addSubcommand(new DoctorCommand()).addSubcommand(new BenchCommand());
        }
        command.setStopAtPositional(true)
                // @file is an ordinary argument of many programs.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(Main::onBadCommandLine)
                .setExecutionExceptionHandler((exception, failed, parsed) -> onFailure(exception));
        CommandLine bench = command.getSubcommands().get("bench");
        if (bench != null) {
            // No program stands among its arguments, with options of its own.
            bench.setStopAtPositional(false);
        }
        return command;
    }

    static int reportingBadInput(Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception failure) {
            return onFailure(failure);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command");
    }

    private static int onBadCommandLine(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        String text = firstLine(exception.getMessage());
        var suggestions = exception instanceof CommandLine.UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions()
                : List.<String>of();
        if (!suggestions.isEmpty()) {
            text += "; did you mean " + String.join(", ", suggestions) + "?";
        }
        refuse(text + "; see `" + command.getCommandSpec().qualifiedName() + " --help`");
        return BadInputException.EXIT_STATUS;
    }

    private static int onFailure(Exception exception) {
        switch (exception) {
            case BadInputException bad -> refuse(bad.getMessage());
            case BenchException impossible -> refuse(impossible.getMessage());
            case LoadException unloadable -> refuse(unloadable.getMessage());
            case AddressSpaceException tooMany -> refuse(tooMany.getMessage());
            default -> {
                // A defect of Flotilla itself: the trace is what its report needs.
                refuse("internal error: " + exception);
                exception.printStackTrace(new PrintWriter(System.err, true));
                return 70;
            }
        }
        return BadInputException.EXIT_STATUS;
    }

    private static void refuse(String message) {
        System.err.println("flotilla: " + message.replaceAll("\\s*\\R\\s*", " "));
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("bad command line");
    }
}
