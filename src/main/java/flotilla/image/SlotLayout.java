package flotilla.image;

import flotilla.memory.Mapping;
import flotilla.memory.SlotRange;
import flotilla.memory.StackLimit;

/**
 * Where things lie in a slot, in slot-relative bytes. Low to high: guard, stack, guard, guest library, head (control block,
 * tables, TLS), images, heap, guard, map region, guard. Guards are holes: they cost no mapping. What a rank touches whenever it
 * runs (the top of the stack, the guest library, the control block, a small program) lies within a few hundred KiB, mostly in one
 * page of the kernel's page table.
 */
final class SlotLayout {
    private static final long GUARD = 1 << 16;
    /** A large stack frame may jump over a small guard: Fortran's automatic arrays have hundreds of megabytes. */
    private static final long LEAST_STACK_GUARD = 1 << 20;
    private static final long MOST_STACK_GUARD = 1 << 30;
    private static final long HUGE_PAGE = 1 << 21;
    /** How far the top of an unstaggered stack reaches into a huge page. */
    private static final long TOP_IN_HUGE_PAGE = 128 << 10;
    private static final long LEAST_DEFAULT_STACK = 8L << 20;
    private static final long MOST_DEFAULT_STACK = 1L << 30;
    private static final long SMALLEST_STACK = 64L << 10;
    private static final long SMALLEST_HEAP = 16L << 20;
    private static final long SMALLEST_MAP = 16L << 20;

    final long stackBase;
    final long stackSize;
    /** Where the guest library may begin. */
    final long imagesStart;
    /** Bytes of the hole below the stack, at least. */
    private final long stackGuard;
    private long headStart;
    private long headEnd;
    long heapBase;
    long heapSize;
    long mapBase;
    long mapSize;

    /** Places the stack. */
    SlotLayout(LoadOptions options) {
        long wanted = options.stackSize() != 0 ? options.stackSize() : defaultStack(StackLimit.bytes(), options.slotSize());
        stackSize = Mapping.pageUp(Math.max(wanted, SMALLEST_STACK));
        // The top of the stack lies inside a huge page that the mapping does not cover, so that the kernel cannot give
        // every rank 2 MiB for its first few frames; not even to the one that begins latest in its slot.
        stackGuard = Math.clamp(options.slotSize() / 16, LEAST_STACK_GUARD, MOST_STACK_GUARD);
        long top = stackGuard + stackSize;
        top = ((top - TOP_IN_HUGE_PAGE + HUGE_PAGE - 1) & -HUGE_PAGE) + TOP_IN_HUGE_PAGE;
        stackBase = top - stackSize;
        imagesStart = top + GUARD;
    }

    /**
     * What a process would have ({@code ulimit -s}), and 8 MiB at least. Without a limit it is as much as costs no more than
     * addresses: 1 GiB, or a sixteenth of the slot.
     */
    static long defaultStack(long limit, long slotSize) {
        long wanted = Math.clamp(limit, LEAST_DEFAULT_STACK, MOST_DEFAULT_STACK);
        return Math.min(wanted, slotSize / 16);
    }

    /** Places the head, which begins with the control block; answers the end of its pages. */
    long placeHead(long control, long bytes) {
        headStart = control;
        headEnd = Mapping.pageUp(control + bytes);
        return headEnd;
    }

    /** Slot-relative address of the control block. */
    long control() {
        return headStart;
    }

    long headEnd() {
        return headEnd;
    }

    /**
     * Places heap and map region behind the images.
     *
     * @throws LoadException when the slot is too small
     */
    void finish(String program, LoadOptions options, long imagesEnd) {
        heapBase = imagesEnd;
        long end = options.slotSize() - SlotRange.MOST_STAGGER;
        long rest = end - heapBase - 2 * GUARD;
        heapSize = options.heapSize() != 0 ? Mapping.pageUp(options.heapSize()) : Mapping.pageDown(rest / 2);
        mapBase = heapBase + heapSize + GUARD;
        mapSize = end - GUARD - mapBase;
        if (heapSize < SMALLEST_HEAP && options.heapSize() == 0 || heapSize < 0 || mapSize < SMALLEST_MAP) {
            throw new LoadException(program + ": needs " + mebibytes(minimumSlotSize(options)) + " of addresses per rank ("
                    + mebibytes(stackSize) + " stack, " + mebibytes(heapBase - imagesStart) + " images, "
                    + mebibytes(options.heapSize() != 0 ? heapSize : SMALLEST_HEAP) + " heap at least), but a slot has "
                    + mebibytes(options.slotSize()) + "; use fewer ranks, or a smaller --stack-size or --heap-size");
        }
    }

    /** What lies at a slot-relative address. */
    SlotRegion region(long offset) {
        if (offset >= headStart && offset < headEnd) {
            return SlotRegion.HEAD;
        } else if (offset < stackBase) {
            return SlotRegion.STACK_GUARD;
        } else if (offset < stackBase + stackSize) {
            return SlotRegion.STACK;
        } else if (offset < imagesStart) {
            return SlotRegion.GUARD;
        } else if (offset < heapBase) {
            return SlotRegion.IMAGES;
        } else if (offset < heapBase + heapSize) {
            return SlotRegion.HEAP;
        }
        return offset >= mapBase && offset < mapBase + mapSize ? SlotRegion.MAP : SlotRegion.GUARD;
    }

    /** The smallest power of two that could hold what is placed. */
    long minimumSlotSize(LoadOptions options) {
        long heap = options.heapSize() != 0 ? heapSize : SMALLEST_HEAP;
        long bytes = heapBase - stackGuard + LEAST_STACK_GUARD + heap + SMALLEST_MAP + 2 * GUARD + SlotRange.MOST_STAGGER;
        return Long.highestOneBit(bytes - 1) << 1;
    }

    private static String mebibytes(long bytes) {
        return ((bytes + (1 << 20) - 1) >> 20) + " MiB";
    }
}
