package flotilla.cli;

import flotilla.launch.LaunchOptions;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a command line says of a job's nodes, while it is being read. */
final class LaunchRequest {
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9_.@-]+)(?:(?::|\\s+slots\\s*=\\s*)(\\d{1,6}))?");
    private static final int MOST_NODES = 1 << 16;

    /** As asked for, or 0. */
    int nodes;
    /** Instead of ssh, or null. */
    String command;
    /** What the nodes are started with. */
    final List<String> arguments = new ArrayList<>();
    /** A host for each node it has room for; null when none were named. */
    private List<String> hosts;
    /** The option that has named them. */
    private String source;

    boolean isAsked() {
        return nodes > 1 || hosts != null || command != null;
    }

    /** @param list as in {@code a,b:2} */
    void hosts(String option, String list) {
        source = option + " " + list;
        hosts = new ArrayList<>();
        for (String entry : list.split(",", -1)) {
            add(entry.strip(), source);
        }
    }

    /** A host per line, as {@code name}, {@code name:2} or {@code name slots=2}; {@code #} begins a comment. */
    void hostFile(String file) {
        source = "--hostfile " + file;
        hosts = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(Path.of(file))) {
                number++;
                String entry = line.replaceFirst("#.*", "").strip();
                if (!entry.isEmpty()) {
                    add(entry, source + ", line " + number);
                }
            }
        } catch (MalformedInputException notText) {
            throw new BadInputException(source + ": is no text; write a host per line");
        } catch (IOException unreadable) {
            throw new BadInputException(source + ": can't be read; name a file with a host per line");
        }
        if (hosts.isEmpty()) {
            throw new BadInputException(source + ": names no host; write one per line");
        }
    }

    private void add(String entry, String where) {
        Matcher matcher = HOST.matcher(entry);
        // What begins with a dash would be an option of ssh.
        if (!matcher.matches() || entry.startsWith("-")) {
            throw new BadInputException(where + ": `" + entry + "` is no host; "
                    + "write names with commas between, and a number of nodes, as in a,b:2");
        }
        int count = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        if (count < 1 || hosts.size() + count > MOST_NODES) {
            throw new BadInputException(where + ": " + count + " nodes on " + matcher.group(1)
                    + "; ask for 1 to " + MOST_NODES + " in all");
        }
        for (int i = 0; i < count; i++) {
            hosts.add(matcher.group(1));
        }
    }

    LaunchOptions options(JobRequest request, Path home) {
        if (nodes > MOST_NODES) {
            throw new BadInputException("--nodes " + nodes + ": ask for at most " + MOST_NODES);
        }
        if (command != null && hosts == null) {
            throw new BadInputException("--launcher-exec: all nodes are started here, without it; add --hosts or leave it out");
        }
        if (hosts != null && nodes > hosts.size()) {
            throw new BadInputException("--nodes " + nodes + ": " + source + " has room for " + hosts.size()
                    + "; name more hosts, or more nodes on each, as in a:2");
        }
        int count = nodes > 0 ? nodes : hosts.size();
        if (request.ranksGiven && request.ranks() < count) {
            throw new BadInputException((nodes > 0 ? "--nodes " + nodes : source)
                    + ": " + count + " nodes are more than the job has ranks ("
                    + request.ranks() + "); ask for fewer nodes, or more ranks with -n");
        }
        List<String> places = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            places.add(hosts == null || LocalHost.isNamed(hosts.get(node)) ? LaunchOptions.HERE : hosts.get(node));
        }
        return new LaunchOptions(places, arguments, remoteCommand(), request.timeout, request.verbose, home);
    }

    private String remoteCommand() {
        String variable = System.getenv("FLOTILLA_SSH");
        String chosen = command != null ? command : variable == null || variable.isBlank() ? LaunchOptions.SSH : variable;
        if (chosen.isBlank()) {
            throw new BadInputException("--launcher-exec: the command is empty; name one, or leave it out");
        }
        return chosen;
    }
}
