package flotilla.memory;

import java.util.List;

/**
 * The address range of all slots of a job, the same in every process of the job. Slot {@code i} has the addresses from
 * {@code base + i * slotSize} on, and what lies in it begins a little behind that when slots are staggered: the same page of
 * all ranks would otherwise want the same few entries of the processor's translation buffers, and the same branch of all
 * ranks those of its branch predictor, since these are chosen by the low bits of addresses. Nothing is mapped by making one.
 *
 * @param base      address of slot 0, a multiple of the slot size
 * @param slotSize  bytes of a slot, a power of two
 * @param count     number of slots
 * @param staggered whether they are
 */
public record SlotRange(long base, long slotSize, int count, boolean staggered) {
    /** How much further into its slot the content begins than in the slot before, modulo {@link #MOST_STAGGER}. */
    public static final long STAGGER = 5 * Mapping.PAGE_SIZE;
    /**
     * Content begins less than so many bytes into its slot, whose last so many bytes are not for use: less than a huge page, so
     * that the layout of slots can still tell where huge pages are.
     */
    public static final long MOST_STAGGER = 448 * Mapping.PAGE_SIZE;

    /** A mapping that is there already: [start, end). */
    public record Taken(long start, long end) {}

    /** Where slots may lie. Linux puts programs, heaps and libraries at the two ends of the 47-bit user space. */
    private static final long LOWEST = 0x1000_0000_0000L;
    private static final long HIGHEST = 0x5000_0000_0000L;
    private static final long LARGEST_SLOT = 1L << 36;

    public SlotRange {
        if (count < 1 || Long.bitCount(slotSize) != 1 || base % slotSize != 0) {
            throw new IllegalArgumentException("no slot range: base 0x" + Long.toHexString(base) + ", size " + slotSize
                    + ", count " + count);
        }
    }

    public static SlotRange of(long base, long slotSize, int count) {
        return new SlotRange(base, slotSize, count, false);
    }

    /** The same addresses for staggered slots. */
    public SlotRange stagger() {
        return new SlotRange(base, slotSize, count, true);
    }

    /**
     * Finds a range for {@code ranks} slots where nothing is mapped in this process, with slots as large as possible up
     * to 64 GiB.
     *
     * @param minimumSlotSize bytes that a slot must have at least
     * @throws AddressSpaceException when no such range exists; the message names the largest number of ranks
     */
    public static SlotRange choose(int ranks, long minimumSlotSize) {
        return choose(ranks, minimumSlotSize, taken());
    }

    /** Where slots may lie and something of this process does, ascending. */
    public static List<Taken> taken() {
        return ProcessMaps.read().stream().filter(entry -> entry.end() > LOWEST && entry.start() >= 0 && entry.start() < HIGHEST)
                .map(entry -> new Taken(entry.start(), entry.end())).toList();
    }

    /**
     * As {@link #choose(int, long)}, for a range that is free in several processes: the same answer for the same arguments.
     *
     * @param taken where it must not lie, by ascending start
     */
    public static SlotRange choose(int ranks, long minimumSlotSize, List<Taken> taken) {
        if (ranks < 1) {
            throw new IllegalArgumentException("ranks: " + ranks);
        }
        long minimum = Math.max(Mapping.PAGE_SIZE, minimumSlotSize);
        for (long size = LARGEST_SLOT; size >= minimum; size >>= 1) {
            long base = free(taken, ranks, size);
            if (base != 0) {
                return of(base, size, ranks);
            }
        }
        long smallest = Long.bitCount(minimum) == 1 ? minimum : Long.highestOneBit(minimum) << 1;
        throw new AddressSpaceException(ranks + " ranks of at least " + (smallest >> 20)
                + " MiB of addresses each do not fit into the address space of one process (limit "
                + Math.max(0, (HIGHEST - LOWEST) / smallest) + " ranks); use fewer ranks, or a smaller --heap-size or --stack-size");
    }

    /** Lowest base of a free range of {@code ranks} slots, or 0. */
    private static long free(List<Taken> taken, long ranks, long size) {
        if (size > (HIGHEST - LOWEST) / ranks) {
            return 0;
        }
        long bytes = ranks * size;
        long base = LOWEST;
        for (var entry : taken) {
            if (entry.end() <= base) {
                continue;
            }
            if (entry.start() >= base + bytes) {
                break;
            }
            base = (entry.end() + size - 1) & -size;
        }
        return base + bytes <= HIGHEST ? base : 0;
    }

    /**
     * How many slots of at least so many bytes the address space of a process has room for, whatever else is there.
     */
    public static long most(long minimumSlotSize) {
        return (HIGHEST - LOWEST) / Math.max(Mapping.PAGE_SIZE, minimumSlotSize);
    }

    /** Whether an address lies where slots may, and nothing else of a process does unless it was told to. */
    public static boolean isPlaceOfSlots(long address) {
        return address >= LOWEST && address < HIGHEST;
    }

    /** Where the content of the slot of {@code rank}, 0 to count - 1, begins. */
    public long base(int rank) {
        if (rank < 0 || rank >= count) {
            throw new IndexOutOfBoundsException("slot " + rank + " of " + count);
        }
        return base + rank * slotSize + (staggered ? rank * STAGGER % MOST_STAGGER : 0);
    }

    /** The slot that {@code address} lies in, or -1. */
    public int rankOf(long address) {
        return contains(address) ? (int) ((address - base) / slotSize) : -1;
    }

    public boolean contains(long address) {
        return address >= base && address < base + count * slotSize;
    }

    /** Unmaps everything in the slot of {@code rank}. */
    public void release(int rank) {
        Mapping.unmap(base + rank * slotSize, slotSize);
    }
}
