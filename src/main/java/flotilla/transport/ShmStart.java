package flotilla.transport;

import flotilla.memory.OtherProcess;
import flotilla.memory.SystemCallException;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** A node that has its memory, but no others yet. */
final class ShmStart implements TransportStart {
    private final JobSecret secret;
    private final int node;
    private final int nodes;
    private final TransportOptions options;
    private final ShmMemory memory;
    private final String card;
    private boolean connected;

    private ShmStart(JobSecret secret, int node, int nodes, TransportOptions options, ShmMemory memory) throws IOException {
        this.secret = secret;
        this.node = node;
        this.nodes = nodes;
        this.options = options;
        this.memory = memory;
        this.card = ShmCard.own(memory.file().descriptor(), memory.file().bytes()).toString();
    }

    static ShmStart share(JobSecret secret, int node, int nodes, TransportOptions options) {
        try {
            OtherProcess.letOthersRead();
            return new ShmStart(secret, node, nodes, options, new ShmMemory(secret, node, nodes));
        } catch (IOException | SystemCallException e) {
            throw new TransportException("node " + node + " can't share memory: " + e.getMessage() + "; use --transport tcp", e);
        }
    }

    @Override
    public String card() {
        return card;
    }

    @Override
    public Transport connect(List<String> cardsByNode, Receiver receiver) {
        var others = new BitSet(nodes);
        others.set(0, nodes);
        others.clear(node);
        try {
            var meeting = new ShmMeeting(secret, node, nodes, options, memory);
            List<ShmLink> links = meeting.meet(cardsByNode, others);
            String refused = meeting.refused();
            if (refused != null) {
                throw new TransportException(refused + "; use --transport auto");
            }
            return transport(links, receiver);
        } finally {
            close();
        }
    }

    /** With those of the others with which it is possible; they see it the same way. */
    ShmTransport connectSome(List<String> cardsByNode, Receiver receiver, BitSet others) {
        return transport(new ShmMeeting(secret, node, nodes, options, memory).meet(cardsByNode, others), receiver);
    }

    private ShmTransport transport(List<ShmLink> links, Receiver receiver) {
        connected = true;
        memory.closeFile();
        return new ShmTransport(node, nodes, memory, links, receiver);
    }

    @Override
    public void close() {
        if (!connected) {
            connected = true;
            memory.close();
        }
    }
}
