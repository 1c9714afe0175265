package flotilla.transport;

import flotilla.memory.Memory;
import flotilla.memory.OtherProcess;
import flotilla.memory.SharedFile;
import flotilla.memory.SystemCallException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Connects a node with others of its host. Each opens the others' memory, and says in its own whether it could: so both nodes
 * of a pair come to know whether both could, without which they are not linked.
 */
final class ShmMeeting {
    private static final long PAUSE_NANOSECONDS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Another node whose memory this one has mapped. */
    private record Opened(int node, OtherProcess process, long table, long ring, boolean readable) {}

    private final JobSecret secret;
    private final int node;
    private final int nodes;
    private final TransportOptions options;
    private final ShmMemory memory;
    private final List<ShmLink> links = new ArrayList<>();
    private String refused;

    ShmMeeting(JobSecret secret, int node, int nodes, TransportOptions options, ShmMemory memory) {
        this.secret = secret;
        this.node = node;
        this.nodes = nodes;
        this.options = options;
        this.memory = memory;
    }

    /** @throws TransportException when one that is on this host does not come in time; the message names it */
    List<ShmLink> meet(List<String> cards, BitSet others) {
        long deadline = System.nanoTime() + options.connectTime().toNanos();
        List<Opened> waiting = new ArrayList<>();
        others.stream().forEach(other -> {
            Opened opened = open(other, cards.get(other));
            Memory.putIntVolatile(memory.table() + ShmLayout.place(other) + ShmLayout.OPENED_AT,
                    opened == null ? ShmLayout.REFUSED : ShmLayout.OPENED);
            if (opened != null) {
                waiting.add(opened);
            }
        });
        try {
            while (!waiting.isEmpty()) {
                waiting.removeIf(this::decided);
                if (!waiting.isEmpty()) {
                    await(waiting.get(0), deadline);
                }
            }
        } catch (TransportException e) {
            waiting.forEach(opened -> opened.process.close());
            links.forEach(link -> link.process.close());
            throw e;
        }
        return links;
    }

    /** Why some of the others are not linked; null when all are. */
    String refused() {
        return refused;
    }

    private void refuse(int other, String reason) {
        refused = "node " + node + " and node " + other + " can't share memory: " + reason;
    }

    private Opened open(int other, String text) {
        OtherProcess process = null;
        try {
            ShmCard card = ShmCard.parse(other, text);
            if (!card.host().equals(ShmCard.thisHost())) {
                refuse(other, "they are on different hosts, in different containers, or of different users");
                return null;
            }
            if (card.bytes() != ShmLayout.bytes(nodes)) {
                throw new IOException("it is of another job, or of another version of Flotilla");
            }
            process = OtherProcess.open(card.pid(), card.start());
            try (var file = SharedFile.open(card.pid(), card.descriptor(), card.bytes())) {
                long table = memory.mapTable(file);
                byte[] random = Memory.get(table + ShmLayout.RANDOM_AT, JobSecret.BYTES);
                prove(other, table, random);
                Memory.put(ShmMemory.joinProof(secret, node, other, nodes, random), 0,
                        table + ShmLayout.place(node) + ShmLayout.JOIN_PROOF_AT, JobSecret.BYTES);
                Memory.putIntVolatile(table + ShmLayout.place(node) + ShmLayout.JOINED_AT, 1);
                return new Opened(other, process, table, memory.mapRing(file, node), isReadable(process, table, random));
            }
        } catch (IOException | SystemCallException e) {
            refuse(other, e.getMessage());
            if (process != null) {
                process.close();
            }
            return null;
        }
    }

    private void prove(int other, long table, byte[] random) throws IOException {
        if (Memory.getLongAcquire(table + ShmLayout.MAGIC_AT) != ShmLayout.MAGIC
                || Memory.getInt(table + ShmLayout.NODE_AT) != other || Memory.getInt(table + ShmLayout.NODES_AT) != nodes) {
            throw new IOException("it is of another job, or of another version of Flotilla");
        }
        if (!JobSecret.same(Memory.get(table + ShmLayout.PROOF_AT, JobSecret.BYTES),
                ShmMemory.ownerProof(secret, other, nodes, random))) {
            throw new IOException("it does not know the secret of the job");
        }
    }

    /** Tries whether the kernel lets this process read what the other one has put there for this. */
    private boolean isReadable(OtherProcess process, long table, byte[] random) {
        long room = memory.table() + ShmLayout.place(node);
        try {
            process.read(Memory.getLong(table + ShmLayout.PROBE_AT), room, random.length);
            return JobSecret.same(Memory.get(room, random.length), random);
        } catch (SystemCallException e) {
            options.log().accept("node " + node + " can't read the memory of another node directly, and large messages take "
                    + "longer: " + e.getMessage());
            return false;
        }
    }

    private boolean decided(Opened other) {
        long place = memory.table() + ShmLayout.place(other.node);
        int opened = Memory.getIntVolatile(other.table + ShmLayout.place(node) + ShmLayout.OPENED_AT);
        if (opened == 0 || opened == ShmLayout.OPENED && Memory.getIntVolatile(place + ShmLayout.JOINED_AT) == 0) {
            return false;
        }
        byte[] proof = Memory.get(place + ShmLayout.JOIN_PROOF_AT, JobSecret.BYTES);
        if (opened != ShmLayout.OPENED) {
            refuse(other.node, "that one can't open this one's");
            other.process.close();
        } else if (!JobSecret.same(proof, ShmMemory.joinProof(secret, other.node, node, nodes, memory.random()))) {
            other.process.close();
            throw new TransportException("node " + other.node + " does not know the secret of the job");
        } else {
            var sender = new ShmSender(other.ring, other.table + ShmLayout.place(node) + ShmLayout.TAKEN_AT,
                    other.table + ShmLayout.SLEEPING_AT);
            var receiver = new ShmReceiver(memory.mapRing(memory.file(), other.node), place + ShmLayout.TAKEN_AT);
            links.add(new ShmLink(other.node, other.process, other.readable, sender, receiver));
        }
        return true;
    }

    private void await(Opened other, long deadline) {
        LockSupport.parkNanos(PAUSE_NANOSECONDS);
        if (!other.process.isAlive()) {
            throw new TransportException("node " + other.node + " has ended (process " + other.process.pid()
                    + ") before it was connected");
        }
        if (System.nanoTime() - deadline > 0) {
            throw new TransportException("node " + other.node + " (process " + other.process.pid()
                    + ") has not connected with node " + node
                    + " within " + options.connectTime().toSeconds() + " s; see whether it runs");
        }
    }
}
