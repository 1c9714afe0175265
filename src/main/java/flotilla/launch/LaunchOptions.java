package flotilla.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the nodes of a job are to be started.
 *
 * @param places    for each node the host it runs on, or {@link #HERE}
 * @param arguments of {@code flotilla node}
 * @param remote    command, with options, that is given a host and a line for a shell there, and runs it
 * @param timeout   after which the job is ended, or null
 * @param verbose   whether it is said how nodes are started
 * @param home      where Flotilla lies, here and on all hosts
 */
public record LaunchOptions(List<String> places, List<String> arguments, String remote, Duration timeout, boolean verbose, Path home) {
    /** The place of nodes that this process starts itself. */
    public static final String HERE = "";
    /** No questions: who could answer them for a hundred hosts? */
    public static final String SSH = "ssh -x -o BatchMode=yes";

    public LaunchOptions {
        places = List.copyOf(places);
        arguments = List.copyOf(arguments);
    }

    int nodes() {
        return places.size();
    }

    boolean isHere(int node) {
        return places.get(node).equals(HERE);
    }
}
