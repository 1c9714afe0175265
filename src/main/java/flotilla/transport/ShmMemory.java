package flotilla.transport;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import flotilla.memory.SharedFile;
import java.util.ArrayList;
import java.util.List;

/** The memory that a node shares, and what it has mapped of that and of the others'. */
final class ShmMemory implements AutoCloseable {
    private record Mapped(long address, long bytes) {}

    private final SharedFile file;
    private final int nodes;
    private final List<Mapped> mapped = new ArrayList<>();
    private final long table;
    /** In memory that is not shared. */
    private final long probe;
    private final byte[] random = JobSecret.randomBytes();
    private boolean fileClosed;

    ShmMemory(JobSecret secret, int node, int nodes) {
        this.nodes = nodes;
        file = SharedFile.create("flotilla node " + node, ShmLayout.bytes(nodes));
        table = mapTable(file);
        probe = keep(Mapping.map(0, Mapping.PAGE_SIZE, Mapping.PROT_READ | Mapping.PROT_WRITE,
                Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS, -1, 0), Mapping.PAGE_SIZE);
        Memory.put(random, 0, probe, random.length);
        Memory.putInt(table + ShmLayout.NODE_AT, node);
        Memory.putInt(table + ShmLayout.NODES_AT, nodes);
        Memory.put(random, 0, table + ShmLayout.RANDOM_AT, random.length);
        Memory.put(ownerProof(secret, node, nodes, random), 0, table + ShmLayout.PROOF_AT, JobSecret.BYTES);
        Memory.putLong(table + ShmLayout.PROBE_AT, probe);
        Memory.putLongRelease(table + ShmLayout.MAGIC_AT, ShmLayout.MAGIC);
    }

    static byte[] ownerProof(JobSecret secret, int node, int nodes, byte[] random) {
        return secret.proof("shm: the owner", new int[] {node, nodes}, random);
    }

    /** What a node writes into the memory of another one. @param random that other one's */
    static byte[] joinProof(JobSecret secret, int node, int owner, int nodes, byte[] random) {
        return secret.proof("shm: who joins", new int[] {node, owner, nodes}, random);
    }

    SharedFile file() {
        return file;
    }

    long table() {
        return table;
    }

    byte[] random() {
        return random;
    }

    /** Of this node's memory or another's. */
    long mapTable(SharedFile of) {
        long bytes = ShmLayout.tableBytes(nodes);
        return keep(of.map(0, bytes), bytes);
    }

    long mapRing(SharedFile of, int node) {
        return keep(of.mapTwice(ShmLayout.ring(node, nodes), ShmLayout.RING), 2 * ShmLayout.RING);
    }

    private long keep(long address, long bytes) {
        mapped.add(new Mapped(address, bytes));
        return address;
    }

    /** When all who need it have mapped it. */
    void closeFile() {
        if (!fileClosed) {
            fileClosed = true;
            file.close();
        }
    }

    @Override
    public void close() {
        closeFile();
        mapped.forEach(mapping -> Mapping.unmap(mapping.address, mapping.bytes));
        mapped.clear();
    }
}
