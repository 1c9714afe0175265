package flotilla.transport;

/**
 * What a node has sent and received so far. Sent means accepted from the caller; received means that the {@link Receiver} has
 * had it (or has dropped it, as it may a bulk). When no node is lost and nobody sends, the sums of sent and received over all
 * nodes become equal once nothing is under way.
 *
 * @param bytesSent of frames, headers included, and bulks
 */
public record TransportCounters(long framesSent, long framesReceived, long bulksSent, long bulksReceived, long bytesSent,
        long bytesReceived) {
    static final TransportCounters NONE = new TransportCounters(0, 0, 0, 0, 0, 0);

    TransportCounters plus(TransportCounters other) {
        return new TransportCounters(framesSent + other.framesSent, framesReceived + other.framesReceived,
                bulksSent + other.bulksSent, bulksReceived + other.bulksReceived, bytesSent + other.bytesSent,
                bytesReceived + other.bytesReceived);
    }
}
