package flotilla.memory;

import java.util.function.LongBinaryOperator;
import java.util.function.LongSupplier;

/**
 * Bad addresses that guests give. The host reads and writes guests' memory directly; where that turns out not to be there,
 * the signal handler (guest/host/faults.c) puts a page there for a moment, notes the address, and the call of the guest
 * fails afterwards. {@link #probe} finds out before anything is done with a buffer.
 */
public final class GuestMemory {
    private static volatile GuestMemory watched;

    /** Writable memory of ranks outside of slots. */
    private static final AddressRanges OUTSIDE = new AddressRanges();

    private final long start;
    private final long end;
    private final long slotSize;
    private final long pending;
    private final LongSupplier take;
    private final LongBinaryOperator probeOutside;
    /** Always 0, which the compiler must not know: see {@link #probe}. */
    private final long zero;

    private GuestMemory(long start, long end, long slotSize, long pending, LongSupplier take,
            LongBinaryOperator probeOutside) {
        this.start = start;
        this.end = end;
        this.slotSize = slotSize;
        this.pending = pending;
        this.take = take;
        this.probeOutside = probeOutside;
        this.zero = slotSize & 1;
    }

    /**
     * The handler is installed. Without this, nothing is watched.
     *
     * @param start    where the slots begin
     * @param end      where they end
     * @param slotSize bytes of one
     * @param pending  address of the number (8 bytes) of threads that have met a bad address
     * @param take     the bad address that the calling thread has met, or 0; forgets it
     * @param probeOutside as {@link #probe}, for memory outside the slots; never lets the handler put a page there
     */
    public static void watch(long start, long end, long slotSize, long pending, LongSupplier take,
            LongBinaryOperator probeOutside) {
        watched = new GuestMemory(start, end, slotSize, pending, take, probeOutside);
    }

    /** From now on [first, end) outside of the slots counts as writable memory of a rank: it is there to the job's end. */
    public static void admit(long first, long end) {
        OUTSIDE.add(first, end);
    }

    /** The bad address that this thread has met since this was asked last, or 0. */
    public static long takeBadAddress() {
        GuestMemory memory = watched;
        return memory == null || Memory.getLong(memory.pending) == 0 ? 0 : memory.take.getAsLong();
    }

    /** Whether an address lies in the slot that {@code other}, an address in a slot, lies in. */
    public static boolean isInSlotOf(long other, long address) {
        GuestMemory memory = watched;
        return memory != null && ((other ^ address) & -memory.slotSize) == 0;
    }

    /**
     * Reads the first and last byte of a buffer, [first, end), not empty.
     *
     * @return an address in it that cannot be read, or 0
     */
    public static long probe(long first, long end) {
        GuestMemory memory = watched;
        if (memory == null) {
            return 0;
        }
        if (first < Memory.LOWEST || first >= Memory.END) {
            return first;
        }
        if (first >= memory.start && first < memory.end) {
            // A rank has one slot, and its guards are narrow: a count that is far too large is caught by the end of the slot.
            long slotEnd = memory.start + ((first - memory.start) | (memory.slotSize - 1)) + 1; // sizes are powers of two
            if (end > slotEnd || end <= first) {
                return slotEnd;
            }
        } else {
            // Memory of the host: what a function of libc has answered, for one.
            return OUTSIDE.contain(first, end) ? 0 : memory.probeOutside.applyAsLong(first, end);
        }
        // What is read must seem to be used, or it would not be read.
        long none = (Memory.getByte(first) | Memory.getByte(end - 1)) & memory.zero;
        return Memory.getLong(memory.pending + none) == 0 ? 0 : memory.take.getAsLong();
    }

    /**
     * An address in [first, end) that lies outside the slots and cannot be written, or 0. The host must not try: such memory is
     * libc's or its own, and a fault there would be taken for its own.
     */
    public static long firstReadOnly(long first, long end) {
        GuestMemory memory = watched;
        if (memory == null || first >= memory.start && first < memory.end || OUTSIDE.contain(first, end)) {
            return 0; // in a slot the signal handler helps
        }
        long at = first;
        for (ProcessMaps.Entry entry : ProcessMaps.read()) {
            if (entry.contains(at)) {
                if (!entry.isWritable()) {
                    return at;
                }
                at = entry.end();
                if (at >= end) {
                    return 0;
                }
            }
        }
        return at;
    }

    /** Whether a guest's pointer leads somewhere; pointers into slots do, or the call fails afterwards. */
    public static boolean isPointer(long address) {
        GuestMemory memory = watched;
        return address >= Memory.LOWEST && address < Memory.END && (memory == null
                || address >= memory.start && address < memory.end || OUTSIDE.contain(address, address + 1) || memory.probeOutside.applyAsLong(address, address + 1) == 0);
    }

    /** The address of which {@link Memory} has said that it can never be mapped; or 0 when {@code failure} says something else. */
    public static long wildAddress(IndexOutOfBoundsException failure) {
        String message = failure.getMessage();
        String segment = "address: 0x" + Long.toHexString(Memory.LOWEST) + ",";
        String offset = "new offset = ";
        if (message == null || !message.contains(segment) || !message.contains(offset)) {
            return 0;
        }
        String rest = message.substring(message.indexOf(offset) + offset.length());
        int digits = rest.startsWith("-") ? 1 : 0;
        while (digits < rest.length() && Character.isDigit(rest.charAt(digits))) {
            digits++;
        }
        try {
            return Long.parseLong(rest, 0, digits, 10) + Memory.LOWEST;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
