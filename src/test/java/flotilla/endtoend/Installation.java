package flotilla.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Flotilla under test, and the tools of this machine. */
final class Installation {
    static final Path HOME = Path.of(System.getProperty("flotilla.home", "")).toAbsolutePath();
    static final Path BIN = HOME.resolve("bin");
    static final Path FLOTILLA = BIN.resolve("flotilla");
    static final Path EXAMPLES = HOME.resolve("examples");
    static final Path GUESTS = HOME.resolve("src/test/guests");
    /** Where the tests of this process compile to. */
    static final Path BUILT = Path.of(System.getProperty("flotilla.built", HOME.resolve("target/guests").toString()));

    static boolean has(String tool) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }

    /** Skips the running test, with the reason, unless all tools are there. */
    static void need(String... tools) {
        for (String tool : tools) {
            assumeTrue(has(tool), tool + " is not installed");
        }
    }

    /** Skips the running test, with the reason, unless the Debian package is installed. */
    static void needPackage(String name) {
        need("dpkg-query");
        Command.Result result = new Command("dpkg-query", "-W", "-f", "${db:Status-Status}", name).run();
        assumeTrue(result.output().equals("installed"), "package " + name + " is not installed");
    }

    /** {@code flotilla run} on two PEs, whatever the machine has. */
    static Command run(int ranks, String... more) {
        return new Command(FLOTILLA.toString(), "run", "-n", Integer.toString(ranks), "--pes", "2", "--timeout", "110s").and(more);
    }

    static Command run(int ranks, Path program, List<String> arguments) {
        return run(ranks, program.toString()).and(arguments);
    }

    private Installation() {}
}
