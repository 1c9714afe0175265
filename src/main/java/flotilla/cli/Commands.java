package flotilla.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code flotilla} command and its subcommands, less what {@link Main} takes itself. */
@Command(
        name = "flotilla",
        description = "Runs MPI programs as virtual ranks.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Commands.Run.class, Commands.Node.class, PsCommand.class, TopCommand.class, MigrateCommand.class, DoctorCommand.class, MethodsCommand.class, RefactorCommand.class, BalanceCommand.class, BenchCommand.class},
        footer = {
            "",
            "Compilers: flotilla cc, flotilla c++ and flotilla fort take the arguments of the system's compilers;",
            "  for build systems, bin/ also holds mpicc, mpicxx, mpifort, mpiexec and mpirun."
        })
final class Commands implements Runnable {
    @Spec
    private CommandSpec spec;

    /** For the list of commands: {@link Main} has taken this one before. */
    @Command(name = "run", description = "Runs a program as virtual ranks.")
    static final class Run {}

    /** For the list of commands, as well. */
    @Command(name = "node", description = "Runs one node of a job; a process manager starts it.")
    static final class Node {}

    /** Carries out one command and answers its exit status. */
    static int execute(String... arguments) {
        var commands = new CommandLine(new Commands());
        commands.setStopAtPositional(true)
                // @file is an ordinary argument of many programs.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(Commands::onBadCommandLine)
                .setExecutionExceptionHandler((exception, command, parsed) -> Main.onFailure(exception));
        // No program stands among its arguments, with options of its own.
        commands.getSubcommands().get("bench").setStopAtPositional(false);
        commands.getSubcommands().get("refactor").setStopAtPositional(false);
        commands.getSubcommands().get("top").setStopAtPositional(false);
        commands.getSubcommands().get("balance").getSubcommands().values().forEach(one -> one.setStopAtPositional(false));
        return commands.execute(arguments);
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
        Main.refuse(text + "; see `" + command.getCommandSpec().qualifiedName() + " --help`");
        return BadInputException.EXIT_STATUS;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("bad command line");
    }
}
