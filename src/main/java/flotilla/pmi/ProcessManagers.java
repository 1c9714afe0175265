package flotilla.pmi;

import flotilla.memory.Descriptor;
import flotilla.memory.SystemCallException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/** Finds the process manager that has started this process. */
public final class ProcessManagers {
    /** The secret of the job, from our launcher. */
    public static final String SECRET = "FLOTILLA_JOB_SECRET";

    /** Stands for the secret when that, and the environment, come through standard input. */
    public static final String SECRET_FOLLOWS = "follows";

    /** Is there when somebody looks on at the launcher's terminal. */
    public static final String PROGRESS = "FLOTILLA_PROGRESS";

    private static final List<String> VARIABLES = List.of("PMI_FD", "PMI_PORT", "PMI_ID", "PMI_RANK", "PMI_SIZE", "PMI_JOBID",
            "PMI_VERSION", SECRET, PROGRESS);

    private static final int CONNECT_MILLIS = 20_000;

    /** Whether there is one. */
    public static boolean isThere(Map<String, String> environment) {
        return environment.containsKey("PMI_FD") || environment.containsKey("PMI_PORT") || Pmix.isThere(environment);
    }

    /**
     * Joins the job.
     *
     * @param host this host's name, and process this process's number: for our launcher's messages
     * @throws PmiException when that is not possible
     */
    public static ProcessManager join(Map<String, String> environment, String host, long process) {
        if (environment.containsKey("PMI_FD")) {
            try {
                var descriptor = new Descriptor(number(environment, "PMI_FD"));
                if (speaksPmi2(environment)) {
                    return Pmi2.join(descriptor.input(), descriptor.output(), descriptor, number(environment, "PMI_RANK"),
                            environment.get("PMI_JOBID"));
                }
                var client = new Pmi1(descriptor.input(), descriptor.output(), descriptor, null, number(environment, "PMI_RANK"),
                        number(environment, "PMI_SIZE"));
                client.begin();
                return client;
            } catch (SystemCallException e) {
                throw new PmiException("PMI_FD=" + environment.get("PMI_FD") + ": " + e.getMessage());
            }
        }
        String port = environment.get("PMI_PORT");
        if (port == null && Pmix.isThere(environment)) {
            return Pmix.join();
        }
        if (port == null) {
            throw new PmiException("no process manager has started this process: neither PMI_FD nor PMI_PORT is set");
        }
        String secret = environment.get(SECRET);
        Socket socket = connect(port);
        try {
            var client = new Pmi1(socket.getInputStream(), socket.getOutputStream(), socket, socket.getLocalAddress(), -1, 0);
            client.introduce(number(environment, "PMI_ID"), secret == null ? null : new JobProof(secret), host, process);
            client.begin();
            return client;
        } catch (IOException e) {
            throw new PmiException("PMI_PORT=" + port + ": " + e.getMessage(), e);
        }
    }

    /**
     * Takes out of an environment what the process manager has put into it for this process, and is not its children's or
     * ranks'.
     */
    public static void removeVariables(Map<String, String> environment) {
        environment.keySet().removeIf(name -> VARIABLES.contains(name) || name.startsWith(Pmix.PREFIX));
    }

    /** PMI_VERSION decides where it is set; Slurm, which does not set it, speaks PMI-2. */
    private static boolean speaksPmi2(Map<String, String> environment) {
        String version = environment.get("PMI_VERSION");
        return version != null ? version.equals("2") : environment.containsKey("SLURM_STEP_ID");
    }

    private static Socket connect(String port) {
        int colon = port.lastIndexOf(':');
        int number;
        try {
            number = Integer.parseInt(port.substring(colon + 1));
            if (colon < 1 || number < 1 || number > 65535) {
                throw new NumberFormatException();
            }
        } catch (NumberFormatException e) {
            throw new PmiException("PMI_PORT=" + port + ": should be a host and a port, as in node1:4711");
        }
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(port.substring(0, colon), number), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            return socket;
        } catch (IOException e) {
            throw new PmiException("PMI_PORT=" + port + ": the process manager can't be reached: " + e.getMessage(), e);
        }
    }

    private static int number(Map<String, String> environment, String name) {
        String value = environment.get(name);
        try {
            int number = Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new PmiException(name + (value == null ? " is not set" : "=" + value + ": is no number from 0")
                + ", as the process manager should have done");
    }

    private ProcessManagers() {}
}
