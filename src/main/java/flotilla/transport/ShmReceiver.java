package flotilla.transport;

import flotilla.memory.Memory;

/** The receiving end of a ring in this node's memory. One thread at a time. */
final class ShmReceiver {
    private final long ring;
    private final long taken;
    private long head;

    ShmReceiver(long ring, long taken) {
        this.ring = ring;
        this.taken = taken;
    }

    /** The word of the next record, or 0 when there is none yet. */
    long next() {
        return Memory.getLongAcquire(ring + (head & ShmLayout.RING - 1));
    }

    /** Where the next record's content is. */
    long content() {
        return ring + (head & ShmLayout.RING - 1) + ShmRecord.WORD;
    }

    /** The next record was used. Its lines must be zeros where a record may begin when the sender comes to them again. */
    void take(int length) {
        long at = ring + (head & ShmLayout.RING - 1);
        long size = ShmRecord.size(length);
        for (long line = at; line < at + size; line += ShmLayout.LINE) {
            Memory.putLong(line, 0);
        }
        head += size;
        Memory.putLongRelease(taken, head);
    }
}
