package flotilla.transport;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a node connects.
 *
 * @param address where it listens, and what others connect to
 * @param connectTime how long {@link TransportStart#connect} waits for other nodes
 * @param log takes one line, from any thread, for whatever a user should hear of but which does not stop the job: a stranger
 *     at the port, say
 */
public record TransportOptions(InetAddress address, Duration connectTime, Consumer<String> log) {
    private static final Duration CONNECT_TIME = Duration.ofSeconds(30);

    /** For jobs whose nodes are all on this host. */
    public static TransportOptions local(Consumer<String> log) {
        return new TransportOptions(InetAddress.getLoopbackAddress(), CONNECT_TIME, log);
    }
}
