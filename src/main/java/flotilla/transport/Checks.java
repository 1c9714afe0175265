package flotilla.transport;

/** Checks of arguments that all transports have in common. */
final class Checks {
    static void frame(int headerBytes, int payloadBytes, int maxFrame) {
        if ((headerBytes | payloadBytes) < 0 || headerBytes > maxFrame - payloadBytes) {
            throw new IllegalArgumentException("a frame of " + headerBytes + " + " + payloadBytes + " bytes, of " + maxFrame
                    + " at most");
        }
    }

    static void bulk(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a bulk of " + bytes + " bytes");
        }
    }

    private Checks() {}
}
