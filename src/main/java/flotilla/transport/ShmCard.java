package flotilla.transport;

import flotilla.memory.OtherProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code shm:HOST:PID:START:DESCRIPTOR:BYTES}: a process of a host, and the file in it. What HOST is the same for have the same
 * process numbers: the boot, the namespace of processes and the user.
 */
record ShmCard(String host, long pid, long start, int descriptor, long bytes) {
    private static final String PREFIX = "shm";
    private static final int PARTS = 6;

    static ShmCard own(int descriptor, long bytes) throws IOException {
        long pid = ProcessHandle.current().pid();
        return new ShmCard(thisHost(), pid, OtherProcess.startTime(pid), descriptor, bytes);
    }

    static String thisHost() throws IOException {
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        // As in pid:[4026531836].
        String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().replaceAll("[^0-9]", "");
        return boot + "/" + namespace + "/" + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /** @throws TransportException when it is none */
    static ShmCard parse(int node, String card) {
        String[] parts = card.split(":");
        try {
            if (parts.length == PARTS && parts[0].equals(PREFIX)) {
                return new ShmCard(parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]), Integer.parseInt(parts[4]),
                        Long.parseLong(parts[5]));
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new TransportException("node " + node + " has an address that is none for shm: " + card
                + "; start all nodes with the same --transport");
    }

    @Override
    public String toString() {
        return String.join(":", PREFIX, host, Long.toString(pid), Long.toString(start), Integer.toString(descriptor),
                Long.toString(bytes));
    }
}
