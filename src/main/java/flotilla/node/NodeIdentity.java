package flotilla.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a node runs.
 *
 * @param host    name of the host
 * @param process number of the process on that host
 * @param machine the kernel's boot id: the same for hosts that are one machine
 * @param network the kernel's name for what network interfaces the process sees
 * @param cores   the cores that the process may run on, as the kernel lists them
 */
public record NodeIdentity(String host, long process, String machine, String network, String cores) {
    private static final String ALLOWED = "Cpus_allowed_list:";

    static NodeIdentity own() {
        return new NodeIdentity(ProcessorName.get(), ProcessHandle.current().pid(),
                read("/proc/sys/kernel/random/boot_id").strip(), ownNetwork(),
                read("/proc/self/status").lines().filter(line -> line.startsWith(ALLOWED)).findFirst()
                        .map(line -> line.substring(ALLOWED.length()).strip()).orElse(""));
    }

    private static String ownNetwork() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        } catch (IOException e) {
            return "?";
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }

    boolean sharesCores(NodeIdentity other) {
        return machine.equals(other.machine) && cores.equals(other.cores);
    }

    /** Whether both reach each other by the loopback interface. */
    boolean sharesNetwork(NodeIdentity other) {
        return machine.equals(other.machine) && network.equals(other.network);
    }

    String text() {
        return process + " " + machine + " " + network + " " + cores + " " + host;
    }

    static NodeIdentity parse(String text) {
        String[] words = text.split(" ", 5);
        if (words.length < 5) {
            throw new IllegalArgumentException(text);
        }
        return new NodeIdentity(words[4], Long.parseLong(words[0]), words[1], words[2], words[3]);
    }
}
