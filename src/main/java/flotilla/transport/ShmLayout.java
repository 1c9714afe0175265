package flotilla.transport;

import flotilla.memory.Mapping;

/**
 * What stands where in the memory that a node shares with the others of its host: a head, a place for each other node, and a ring
 * for each other node to send through. What different processors write stands in different cache lines, and not in neighbours, as
 * these are fetched in pairs.
 */
final class ShmLayout {
    static final long MAGIC = 0xf107_111a_0000_0001L;
    static final long LINE = 64;

    // The head. Written by the owner before the others know of it, but for the word.
    static final long MAGIC_AT = 0;
    static final long NODE_AT = 8;
    static final long NODES_AT = 12;
    static final long RANDOM_AT = 16;
    static final long PROOF_AT = 48;
    /** Where, in the owner's own memory, the random number stands once more, for others to try whether they can read it. */
    static final long PROBE_AT = 80;
    /** 1 while the owner sleeps; who sets it to 0 wakes it. */
    static final long SLEEPING_AT = 256;

    // The place for another node, in a table after the head.
    static final long TABLE_AT = 512;
    static final long PLACE_BYTES = 512;
    /** Written by the owner: whether it has opened the other's memory. */
    static final long OPENED_AT = 0;
    static final int OPENED = 1;
    static final int REFUSED = 2;
    /** Written by the other: its proof, and then that it has come. */
    static final long JOINED_AT = 128;
    static final long JOIN_PROOF_AT = 136;
    /** Written by the owner: bytes that it has taken out of the ring so far. */
    static final long TAKEN_AT = 256;

    /** Bytes of a ring; a power of two. Several of the largest frames; more would not stay in a processor's cache. */
    static final long RING = 128 << 10;

    static long place(int node) {
        return TABLE_AT + node * PLACE_BYTES;
    }

    /** Bytes before the first ring: whole pages. */
    static long tableBytes(int nodes) {
        return Mapping.pageUp(place(nodes));
    }

    static long ring(int node, int nodes) {
        return tableBytes(nodes) + node * RING;
    }

    static long bytes(int nodes) {
        return ring(nodes, nodes);
    }

    private ShmLayout() {}
}
