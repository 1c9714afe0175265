package flotilla.cli;

import flotilla.balance.BalanceException;
import flotilla.bench.BenchException;
import flotilla.control.ControlException;
import flotilla.image.LoadException;
import flotilla.launch.LaunchException;
import flotilla.memory.AddressSpaceException;
import flotilla.pmi.PmiException;
import flotilla.refactor.RefactorException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Where a command starts. {@code run} and {@code mpiexec} read their options themselves: picocli takes longer to start than a
 * thousand ranks do, and mpiexec's options are not of its kind.
 */
public final class Main {
    public static void main(String[] arguments) {
        String preload = System.getProperty(Preload.PROPERTY);
        if (preload != null) {
            Preload.classes(Path.of(preload));
        }
        System.exit(execute(arguments));
    }

    /** Carries out one command and answers its exit status. */
    static int execute(String... arguments) {
        String command = arguments.length == 0 ? "" : arguments[0];
        return switch (command) {
            case "run" -> reportingBadInput(() -> RunCommand.run(following(arguments)));
            case "node" -> reportingBadInput(() -> NodeCommand.run(following(arguments)));
            case "mpiexec" -> reportingBadInput(() -> Mpiexec.run(following(arguments)));
            default -> Commands.execute(arguments);
        };
    }

    private static List<String> following(String[] arguments) {
        return Arrays.asList(arguments).subList(1, arguments.length);
    }

    private static int reportingBadInput(Callable<Integer> command) {
        try {
            return command.call();
        } catch (Exception failure) {
            return onFailure(failure);
        }
    }

    static int onFailure(Exception exception) {
        switch (exception) {
            case BadInputException bad -> refuse(bad.getMessage());
            case BenchException impossible -> refuse(impossible.getMessage());
            case BalanceException impossible -> refuse(impossible.getMessage());
            case RefactorException impossible -> refuse(impossible.getMessage());
            case LoadException unloadable -> refuse(unloadable.getMessage());
            case AddressSpaceException tooMany -> refuse(tooMany.getMessage());
            case PmiException unreachable -> refuse(unreachable.getMessage());
            case LaunchException impossible -> refuse(impossible.getMessage());
            case ControlException untrusted -> refuse(untrusted.getMessage());
            default -> {
                // A defect of Flotilla itself: the trace is what its report needs.
                refuse("internal error: " + exception);
                exception.printStackTrace(new PrintWriter(System.err, true));
                return 70;
            }
        }
        return BadInputException.EXIT_STATUS;
    }

    static void refuse(String message) {
        System.err.println("flotilla: " + message.replaceAll("\\s*\\R\\s*", " "));
    }

    private Main() {}
}
