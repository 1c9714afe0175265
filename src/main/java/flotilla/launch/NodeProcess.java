package flotilla.launch;

import flotilla.node.StartProgress;
import flotilla.pmi.ProcessManagers;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The process that a node is, or that of the command that runs it on another host. A local one has our standard input if it is
 * node 0, so that what no rank reads stays there for others; another host's gets it passed on.
 */
final class NodeProcess {
    final int node;
    final Process process;

    private NodeProcess(int node, Process process) {
        this.node = node;
        this.process = process;
    }

    /**
     * Starts a node.
     *
     * @param port of our server, as PMI_PORT has it
     */
    static NodeProcess start(LaunchOptions options, int node, String port, String secret) {
        List<String> command = new ArrayList<>(List.of(options.home().resolve("bin/flotilla").toString(), "node"));
        command.addAll(options.arguments());
        var variables = new HashMap<>(Map.of("PMI_PORT", port, "PMI_ID", Integer.toString(node), "PMI_RANK", Integer.toString(node),
                "PMI_SIZE", Integer.toString(options.nodes())));
        if (node == 0 && StartProgress.isWatched()) {
            variables.put(ProcessManagers.PROGRESS, "1");
        }
        if (options.isHere(node)) {
            var builder = new ProcessBuilder(command);
            builder.environment().putAll(variables);
            builder.environment().put(ProcessManagers.SECRET, secret);
            builder.redirectInput(node == 0 ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.from(new File("/dev/null")));
            return new NodeProcess(node, start(builder, "node " + node));
        }
        var remote = new ArrayList<>(Arrays.asList(options.remote().strip().split("\\s+")));
        remote.add(options.places().get(node));
        remote.add(shellLine(command, variables, Path.of("").toAbsolutePath()));
        var started = new NodeProcess(node, start(new ProcessBuilder(remote), "node " + node + " on " + options.places().get(node)));
        started.tell(secret);
        return started;
    }

    private static Process start(ProcessBuilder builder, String what) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new LaunchException(what + " can't be started: " + builder.command().getFirst()
                    + " can't be executed; install it, or name another command with --launcher-exec (" + e.getMessage() + ")");
        }
    }

    private static String shellLine(List<String> command, Map<String, String> variables, Path folder) {
        return "cd " + quoted(folder.toString()) + " && exec env "
                + variables.entrySet().stream().sorted(Map.Entry.comparingByKey()).map(v -> v.getKey() + "=" + v.getValue())
                        .collect(Collectors.joining(" "))
                + " " + ProcessManagers.SECRET + "=" + ProcessManagers.SECRET_FOLLOWS + " "
                + command.stream().map(NodeProcess::quoted).collect(Collectors.joining(" "));
    }

    /** As one word of a POSIX shell. */
    static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:=,+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** What no command line may show: the secret; and the environment, which is the ranks'. */
    private void tell(String secret) {
        String environment = System.getenv().entrySet().stream().map(v -> v.getKey() + "=" + v.getValue())
                .collect(Collectors.joining("\0"));
        OutputStream input = process.getOutputStream();
        try {
            input.write((secret + "\n" + Base64.getEncoder().encodeToString(environment.getBytes(StandardCharsets.UTF_8)) + "\n")
                    .getBytes(StandardCharsets.US_ASCII));
            input.flush();
            if (node == 0) {
                Thread.ofPlatform().daemon().name("standard input").start(() -> passOn(System.in, input));
            } else {
                input.close();
            }
        } catch (IOException e) {
            // It has ended, which is told with its status.
        }
    }

    private static void passOn(InputStream from, OutputStream to) {
        byte[] bytes = new byte[1 << 16];
        try (to) {
            for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
                to.write(bytes, 0, count);
                to.flush();
            }
        } catch (IOException e) {
            // Nobody reads any more.
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it and what it has started, as far as that is here. */
    void kill() {
        List<ProcessHandle> descendants = process.descendants().toList();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
